"""Predict codes of records: one by one, in batches over processes, in partitions over a cluster."""
