"""What training can be told beside the corpus and the scheme."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from classmark.corpus.errors import UsageError

IN_MEMORY = 100_000
"""Up to so many abstracts are learned from as a whole; of more, one after the other."""


SMALL_CORPUS = 2_000
"""Up to so many abstracts, other settings are better.

Measured on draws from two catalogues: with 2 to 100 abstracts per code and on 300 and 1,000 abstracts as they come,
`_FOR_SMALL` is better by 0.5 to 4 points of precision at 1; on 3,000 abstracts the two are level, and the corpus of the
default model, 3,279 abstracts, is better with those for large ones.
"""

_FOR_SMALL = {"C": 1.0, "title_weight": 0.3, "piece_weight": 1.25, "balance": 1.0}
_FOR_LARGE = {"C": 0.3, "title_weight": 0.7, "piece_weight": 1.0, "balance": 0.5}


@dataclass(frozen=True)
class Settings:
    """How to train.

    Parameters
    ----------
    precision
        What share of the assigned codes is to be right, above 0 and at most 1; None for the best F1.
    seed
        Same seed, same corpus, same classifier.
    jobs
        How many processes, in joblib's way of counting: -1 for all cores.
    C
        Inverse regularization strength, as in `LinearSVC`. It and the others that may be None are then those that suit
        the size of the corpus; see `suited_to`.
    title_weight
        How much the title counts as a block of its own.
    piece_weight
        How much the beginnings and endings of words count beside the words.
    balance
        How far rare codes are weighed up: 0 not at all, 1 until a code and its absence count alike.
    note_weight
        How much a scope note counts, where an abstract counts 1.
    folds
        By how many folds scores are calibrated, thresholds chosen, and the estimate made; None for ten up to
        10,000 abstracts, and three where there are more, which take their time.

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
    note_weight: float = 3.0
    folds: int | None = None

    def __post_init__(self) -> None:
        if self.precision is not None and not 0 < self.precision <= 1:
            raise UsageError(f"a precision is above 0 and at most 1, not {self.precision}")

    def suited_to(self, abstracts: int) -> ResolvedSettings:
        """Return the same with what is left open as it suits a corpus of so many abstracts."""
        told = {name: value for name, value in asdict(self).items() if value is not None}
        return ResolvedSettings(**{**(_FOR_SMALL if abstracts <= SMALL_CORPUS else _FOR_LARGE), **told})


@dataclass(frozen=True)
class ResolvedSettings(Settings):
    """Settings of which none is left open; see `Settings.suited_to`."""

    C: float = _FOR_LARGE["C"]
    title_weight: float = _FOR_LARGE["title_weight"]
    piece_weight: float = _FOR_LARGE["piece_weight"]
    balance: float = _FOR_LARGE["balance"]
