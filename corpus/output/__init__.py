"""Write files complete or not at all; resume them; add codes to records."""
