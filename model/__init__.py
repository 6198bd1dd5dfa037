"""Learning, scoring, assigning, measuring, explaining, and the file that keeps what was learned.

What predicting does without, such as scikit-learn, is imported when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from .classifier import DEFAULT_FILE, Card, Classifier
from .file import open_classifier, save_classifier
from .prediction import Prediction, RankedCode, Status, predict
from .settings import Settings

if TYPE_CHECKING:
    from .curve import CurvePoint, learning_curve
    from .estimator import SubjectClassifier
    from .evaluation import CodeResult, Evaluation, evaluate, evaluate_by_folds
    from .explanation import CodeExplanation, Explanation, Rest, Term, explain
    from .export import as_pipeline, export_joblib
    from .places import Span
    from .strongest import StrongestTerms, WeightedTerm, strongest_terms
    from .training import train

__all__ = [
    "DEFAULT_FILE",
    "Card",
    "Classifier",
    "CodeExplanation",
    "CodeResult",
    "CurvePoint",
    "Evaluation",
    "Explanation",
    "Prediction",
    "RankedCode",
    "Rest",
    "Settings",
    "Span",
    "Status",
    "StrongestTerms",
    "SubjectClassifier",
    "Term",
    "WeightedTerm",
    "as_pipeline",
    "evaluate",
    "evaluate_by_folds",
    "explain",
    "export_joblib",
    "learning_curve",
    "open_classifier",
    "predict",
    "save_classifier",
    "strongest_terms",
    "train",
]

_LATER = {
    "CodeExplanation": "explanation",
    "CodeResult": "evaluation",
    "CurvePoint": "curve",
    "Evaluation": "evaluation",
    "Explanation": "explanation",
    "Rest": "explanation",
    "Span": "places",
    "StrongestTerms": "strongest",
    "SubjectClassifier": "estimator",
    "Term": "explanation",
    "WeightedTerm": "strongest",
    "as_pipeline": "export",
    "evaluate": "evaluation",
    "evaluate_by_folds": "evaluation",
    "explain": "explanation",
    "export_joblib": "export",
    "learning_curve": "curve",
    "strongest_terms": "strongest",
    "train": "training",
}


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_LATER[name]}", __name__), name)
