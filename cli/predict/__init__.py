"""The command ``predict``: its options, where predictions go, and the run on a cluster."""
