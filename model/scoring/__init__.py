"""Score abstracts, assign codes, and rank them."""
