"""Keep a model in a file, and hand it over to scikit-learn."""
