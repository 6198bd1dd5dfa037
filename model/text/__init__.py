"""Turn texts into numbers: tokens, vocabularies, counts and TF-IDF values."""
