"""The command line: it parses, calls and shows, and computes nothing."""

from .app import app, main

__all__ = ["app", "main"]
