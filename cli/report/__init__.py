"""The HTML report of an evaluation, one file with its charts."""
