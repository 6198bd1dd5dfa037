"""Show results: as text for programs, as JSON, and as tables for people."""
