"""Train a classifier: features, linear SVM, calibration, thresholds, cross-validation."""
