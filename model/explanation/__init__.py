"""Explain a score by the terms that contribute to it."""
