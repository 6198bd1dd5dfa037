"""Define the settings of training, and their defaults by the size of the corpus."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import asdict

from classmark.corpus.errors import UsageError

IN_MEMORY = 100_000
"""Up to this many abstracts, training is in memory; above, it streams from disk."""

MEDIUM_CORPUS = 10_000
"""Up to this many abstracts, a single one matters: words that occur once are features, and each is held out once."""

FEW_CODES = 128
"""Up to this many codes, each is fitted on all texts, and each abstract has a score for all of them.

With more, a code is fitted on its hard negatives, and an abstract has scores for its best codes.
"""

SMALL_CORPUS = 2_000
"""Up to this many abstracts, the defaults are `_FOR_SMALL`.

Measured on samples of two catalogues: with 2 to 100 abstracts per code, and on random samples of 300 and 1,000
abstracts, `_FOR_SMALL` is better by 0.5 to 4 points of precision at 1; on 3,000 abstracts the two are equal, and on the
corpus of the default model, then 3,279 abstracts, `_FOR_LARGE` is better.
"""

_FOR_SMALL = {"C": 1.0, "title_weight": 0.3, "piece_weight": 1.25, "balance": 1.0, "bayes_weight": 0.0}
_FOR_LARGE = {"C": 0.3, "title_weight": 0.7, "piece_weight": 1.0, "balance": 0.5, "bayes_weight": 0.0}

_BAYES_FOR_HAND_PICKED = 2.0
"""The default of ``bayes_weight`` for a corpus that is hand-picked.

On catalogue records and journal articles, a model of the default model's corpus gains two points of precision at 1. On
abstracts of the same origin as those of training, naive Bayes costs up to one and a half points, and more of macro-F1.
"""


class Settings(Struct, frozen=True):
    """The settings of training.

    Parameters
    ----------
    precision
        The share of assigned codes that should be right, above 0 and at most 1; None for the best F1.
    seed
        The same seed and corpus give the same classifier.
    jobs
        The number of processes, as joblib's ``n_jobs``: -1 for all cores.
    C
        Inverse regularization strength, as in `LinearSVC`. For this and the next four, None stands for the value that
        suits the size of the corpus; see `suited_to`.
    title_weight
        Weight of the title as a block of its own; the text begins with the title, too.
    piece_weight
        Weight of affixes, the beginnings and endings of words, relative to words.
    balance
        Class weighting in favour of rare codes, from 0, none, to 1, as scikit-learn's ``class_weight="balanced"``.
    bayes_weight
        Weight of naive Bayes beside the support vector machine, from 0, none; at 1, both move scores equally.
    note_weight
        Sample weight of a scope note; an abstract has 1.
    folds
        The number of folds for calibration, thresholds and the estimate. None for ten, or three with more than 128
        codes; of more than 10,000 abstracts, three eighths are held out once, to save time.
    hand_picked
        Whether the corpus was written or chosen by hand, and is no sample of what will be classified.

    Raises
    ------
    UsageError
        The precision is out of range.
    """

    precision: float | None = None
    seed: int = 0
    jobs: int | None = None
    C: float | None = None
    title_weight: float | None = None
    piece_weight: float | None = None
    balance: float | None = None
    bayes_weight: float | None = None
    note_weight: float = 3.0
    folds: int | None = None
    hand_picked: bool = False

    def __post_init__(self) -> None:
        if self.precision is not None and not 0 < self.precision <= 1:
            raise UsageError(f"a precision is above 0 and at most 1, not {self.precision}")

    def suited_to(self, abstracts: int) -> ResolvedSettings:
        """Return the same settings, with None replaced by the values that suit this number of abstracts."""
        defaults = _FOR_SMALL if abstracts <= SMALL_CORPUS else _FOR_LARGE
        if self.hand_picked:
            defaults = defaults | {"bayes_weight": _BAYES_FOR_HAND_PICKED}
        given = {name: value for name, value in asdict(self).items() if value is not None}
        return ResolvedSettings(**{**defaults, **given})


class ResolvedSettings(Settings, frozen=True):
    """Settings with a value for each weight; see `Settings.suited_to`."""

    C: float = _FOR_LARGE["C"]
    title_weight: float = _FOR_LARGE["title_weight"]
    piece_weight: float = _FOR_LARGE["piece_weight"]
    balance: float = _FOR_LARGE["balance"]
    bayes_weight: float = _FOR_LARGE["bayes_weight"]
