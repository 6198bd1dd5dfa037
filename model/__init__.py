"""Learning, scoring, assigning, measuring, explaining, and the file that keeps what was learned.

What predicting does without, such as scikit-learn, is imported when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from .batches import Labelled, Work, label
from .classifier import DEFAULT_FILE, Card, Classifier
from .container import checksum_of as model_checksum
from .file import open_classifier, save_classifier
from .prediction import Prediction, RankedCode, Status, predict
from .settings import Settings
from .tally import Tally

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
    "Labelled",
    "Prediction",
    "RankedCode",
    "Rest",
    "Settings",
    "Span",
    "Status",
    "StrongestTerms",
    "SubjectClassifier",
    "Tally",
    "Term",
    "WeightedTerm",
    "Work",
    "as_pipeline",
    "audit_corpus",
    "compare",
    "evaluate",
    "evaluate_by_folds",
    "explain",
    "export_joblib",
    "label",
    "learning_curve",
    "model_checksum",
    "open_classifier",
    "predict",
    "save_classifier",
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
    "strongest_terms": "strongest",
    "train": "training",
    "without_rare_codes": "training",
}


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_LATER[name]}", __name__), name)
