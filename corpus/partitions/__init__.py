"""Partitions of an input and their output, which a cluster works on."""
