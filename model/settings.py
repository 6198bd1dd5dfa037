"""What training can be told beside the corpus and the scheme."""

from __future__ import annotations

from dataclasses import dataclass

from classmark.corpus import UsageError

IN_MEMORY = 100_000
"""Up to so many abstracts are learned from as a whole; of more, one after the other."""


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
        How much a misplaced abstract counts against small weights.
    title_weight
        How much the title counts as a block of its own.
    piece_weight
        How much the beginnings and endings of words count beside the words.
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
    C: float = 0.3
    title_weight: float = 0.7
    piece_weight: float = 1.0
    note_weight: float = 3.0
    folds: int | None = None

    def __post_init__(self) -> None:
        if self.precision is not None and not 0 < self.precision <= 1:
            raise UsageError(f"a precision is above 0 and at most 1, not {self.precision}")
