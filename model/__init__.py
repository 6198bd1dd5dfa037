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
    from .audit import Audit, Finding, audit_corpus
    from .comparison import Change, Comparison, Difference, compare
    from .confusions import Confusion
    from .curve import CurvePoint, learning_curve
    from .estimator import SubjectClassifier
    from .evaluation import CodeResult, Evaluation, evaluate, evaluate_by_folds
    from .explanation import CodeExplanation, Explanation, Rest, Term, explain
    from .export import as_pipeline, export_joblib
    from .places import Span
    from .splitting import split_corpus
    from .strongest import StrongestTerms, WeightedTerm, strongest_terms
    from .training import train, without_rare_codes
    from .tuning import TRIALS

__all__ = [
    "DEFAULT_FILE",
    "TRIALS",
    "Audit",
    "Card",
    "Change",
    "Classifier",
    "CodeExplanation",
    "CodeResult",
    "Comparison",
    "Confusion",
    "CurvePoint",
    "Difference",
    "Evaluation",
    "Explanation",
    "Finding",
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
    "audit_corpus",
    "compare",
    "evaluate",
    "evaluate_by_folds",
    "explain",
    "export_joblib",
    "learning_curve",
    "open_classifier",
    "predict",
    "save_classifier",
    "split_corpus",
    "strongest_terms",
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
    "Finding": "audit",
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
    "audit_corpus": "audit",
    "evaluate": "evaluation",
    "evaluate_by_folds": "evaluation",
    "explain": "explanation",
    "export_joblib": "export",
    "learning_curve": "curve",
    "split_corpus": "splitting",
    "strongest_terms": "strongest",
    "train": "training",
    "without_rare_codes": "training",
}


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_LATER[name]}", __name__), name)
