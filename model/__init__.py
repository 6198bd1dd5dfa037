"""Learning, scoring, assigning, measuring, explaining, and the file that keeps what was learned.

What predicting does without, such as scikit-learn, is imported when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from classmark.corpus import imported_later

from .batches import Labelled, Work, label
from .classifier import DEFAULT_FILE, Card, Classifier
from .container import checksum_of as model_checksum
from .file import open_classifier, save_classifier, write_classifier
from .prediction import Prediction, RankedCode, Status, predict
from .settings import IN_MEMORY, Settings
from .tally import Tally

if TYPE_CHECKING:
    from .audit import Audit, Finding, audit_corpus
    from .bootstrap import Interval
    from .by_threshold import ThresholdCurve, threshold_curve
    from .cluster import PartsWork, label_parts, on_cluster, sent_model
    from .comparison import Change, Comparison, Difference, compare
    from .confusions import Confusion, ConfusionTable, confusion_table
    from .curve import CurvePoint, learning_curve
    from .estimator import SubjectClassifier
    from .evaluation import CodeResult, Evaluation, evaluate, evaluate_by_folds
    from .evidence import ENOUGH
    from .explanation import CodeExplanation, Explanation, Rest, Term, explain
    from .export import as_pipeline, export_joblib
    from .labels import without_rare_codes
    from .measures import definition
    from .measures_of_scores import Reliability, reliability
    from .mistakes import Mistake, worst_mistakes
    from .places import Span
    from .splitting import split_corpus
    from .streaming import train_streamed
    from .strongest import StrongestTerms, WeightedTerm, strongest_terms
    from .training import train
    from .tuning import TRIALS

__all__ = [
    "DEFAULT_FILE",
    "ENOUGH",
    "IN_MEMORY",
    "TRIALS",
    "Audit",
    "Card",
    "Change",
    "Classifier",
    "CodeExplanation",
    "CodeResult",
    "Comparison",
    "Confusion",
    "ConfusionTable",
    "CurvePoint",
    "Difference",
    "Evaluation",
    "Explanation",
    "Finding",
    "Interval",
    "Labelled",
    "Mistake",
    "PartsWork",
    "Prediction",
    "RankedCode",
    "Reliability",
    "Rest",
    "Settings",
    "Span",
    "Status",
    "StrongestTerms",
    "SubjectClassifier",
    "Tally",
    "Term",
    "ThresholdCurve",
    "WeightedTerm",
    "Work",
    "as_pipeline",
    "audit_corpus",
    "compare",
    "confusion_table",
    "definition",
    "evaluate",
    "evaluate_by_folds",
    "explain",
    "export_joblib",
    "label",
    "label_parts",
    "learning_curve",
    "model_checksum",
    "on_cluster",
    "open_classifier",
    "predict",
    "reliability",
    "save_classifier",
    "sent_model",
    "split_corpus",
    "strongest_terms",
    "threshold_curve",
    "train",
    "train_streamed",
    "without_rare_codes",
    "worst_mistakes",
    "write_classifier",
]

_LATER = {
    "PartsWork": "cluster",
    "label_parts": "cluster",
    "on_cluster": "cluster",
    "sent_model": "cluster",
    "ENOUGH": "evidence",
    "TRIALS": "tuning",
    "Change": "comparison",
    "Comparison": "comparison",
    "Confusion": "confusions",
    "Difference": "comparison",
    "ConfusionTable": "confusions",
    "Interval": "bootstrap",
    "Mistake": "mistakes",
    "Reliability": "measures_of_scores",
    "ThresholdCurve": "by_threshold",
    "compare": "comparison",
    "confusion_table": "confusions",
    "definition": "measures",
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
    "reliability": "measures_of_scores",
    "split_corpus": "splitting",
    "strongest_terms": "strongest",
    "threshold_curve": "by_threshold",
    "train": "training",
    "train_streamed": "streaming",
    "without_rare_codes": "labels",
    "worst_mistakes": "mistakes",
}

__getattr__ = imported_later(__name__, _LATER)
