"""Examine a corpus: errors, statistics, near duplicates."""
