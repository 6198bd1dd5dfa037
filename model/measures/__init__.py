"""Measures of evaluation, computed from scores and gold codes."""
