"""Save and open model files, and export models to scikit-learn."""
