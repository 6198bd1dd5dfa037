"""Serve models over HTTP: the REST API of Annif, a stream of predictions, and a page for people."""
