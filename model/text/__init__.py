"""From texts to numbers: tokens, vocabulary, counts and TF-IDF weights."""
