"""Learning, scoring, assigning, measuring, explaining, and the file that keeps what was learned.

What needs scikit-learn is imported when it is first asked for, since predicting does without it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from .classifier import DEFAULT_FILE, Card, Classifier
from .file import open_classifier, save_classifier
from .prediction import Prediction, RankedCode, Status, predict
from .settings import Settings

if TYPE_CHECKING:
    from .audit import Audit, Finding, audit_corpus
    from .comparison import Change, Comparison, Difference, compare
    from .confusions import Confusion
    from .curve import CurvePoint, learning_curve
    from .estimator import SubjectClassifier
    from .evaluation import CodeResult, Evaluation, evaluate, evaluate_by_folds
    from .export import as_pipeline, export_joblib
    from .training import train, without_rare_codes
    from .tuning import TRIALS

__all__ = [
    "DEFAULT_FILE",
    "TRIALS",
    "Audit",
    "Card",
    "Change",
    "Classifier",
    "CodeResult",
    "Comparison",
    "Confusion",
    "CurvePoint",
    "Difference",
    "Evaluation",
    "Finding",
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
    "export_joblib",
    "learning_curve",
    "open_classifier",
    "predict",
    "save_classifier",
    "train",
    "without_rare_codes",
]

_LATER = {
    "TRIALS": "tuning",
    "Change": "comparison",
    "Comparison": "comparison",
    "Confusion": "confusions",
    "Difference": "comparison",
    "compare": "comparison",
    "Audit": "audit",
    "CodeResult": "evaluation",
    "CurvePoint": "curve",
    "Evaluation": "evaluation",
    "Finding": "audit",
    "SubjectClassifier": "estimator",
    "as_pipeline": "export",
    "audit_corpus": "audit",
    "evaluate": "evaluation",
    "export_joblib": "export",
    "evaluate_by_folds": "evaluation",
    "learning_curve": "curve",
    "train": "training",
    "without_rare_codes": "training",
}


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_LATER[name]}", __name__), name)
