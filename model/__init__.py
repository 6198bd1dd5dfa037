"""Train, predict, evaluate and explain, and save models in files.

Names are imported on first use, so that predicting does not load scikit-learn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from classmark.corpus.lazy_imports import lazy_attributes

if TYPE_CHECKING:
    from .evaluation.audit import audit_corpus
    from .evaluation.by_folds import evaluate_by_folds
    from .evaluation.comparison import compare
    from .evaluation.evaluate import Evaluation, evaluate
    from .evaluation.learning_curve import learning_curve
    from .explanation.explain import explain
    from .explanation.strongest_terms import strongest_terms
    from .persistence.model_file import open_classifier, save_classifier
    from .persistence.sklearn_pipeline import as_pipeline
    from .prediction.predict import Prediction, Status, predict
    from .scoring.classifier import DEFAULT_FILE, Classifier
    from .scoring.ranking import RankedCode
    from .settings import Settings
    from .streaming.train import train_streamed
    from .training.estimator import SubjectClassifier
    from .training.stratification import split_corpus
    from .training.train import train

_MODULES = {
    "DEFAULT_FILE": "scoring.classifier",
    "Classifier": "scoring.classifier",
    "Evaluation": "evaluation.evaluate",
    "Prediction": "prediction.predict",
    "RankedCode": "scoring.ranking",
    "Settings": "settings",
    "Status": "prediction.predict",
    "SubjectClassifier": "training.estimator",
    "as_pipeline": "persistence.sklearn_pipeline",
    "audit_corpus": "evaluation.audit",
    "compare": "evaluation.comparison",
    "evaluate": "evaluation.evaluate",
    "evaluate_by_folds": "evaluation.by_folds",
    "explain": "explanation.explain",
    "learning_curve": "evaluation.learning_curve",
    "open_classifier": "persistence.model_file",
    "predict": "prediction.predict",
    "save_classifier": "persistence.model_file",
    "split_corpus": "training.stratification",
    "strongest_terms": "explanation.strongest_terms",
    "train": "training.train",
    "train_streamed": "streaming.train",
}

__all__ = [
    "DEFAULT_FILE",
    "Classifier",
    "Evaluation",
    "Prediction",
    "RankedCode",
    "Settings",
    "Status",
    "SubjectClassifier",
    "as_pipeline",
    "audit_corpus",
    "compare",
    "evaluate",
    "evaluate_by_folds",
    "explain",
    "learning_curve",
    "open_classifier",
    "predict",
    "save_classifier",
    "split_corpus",
    "strongest_terms",
    "train",
    "train_streamed",
]

__getattr__ = lazy_attributes(__name__, _MODULES)
