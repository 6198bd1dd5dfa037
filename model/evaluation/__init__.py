"""Evaluate a model: measures, comparison, learning curve, mistakes, and the audit of a corpus."""
