"""Find and open input, and read its records."""
