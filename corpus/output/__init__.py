"""Write files complete or not at all, continue unfinished ones, and add codes to records."""
