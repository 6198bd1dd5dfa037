"""What training can be told beside the corpus and the scheme."""

from __future__ import annotations

from dataclasses import dataclass

from classmark.corpus import UsageError

from .tokens import languages


@dataclass(frozen=True)
class Settings:
    """How to train.

    Parameters
    ----------
    language
        Whose stems words are reduced to, by Snowball's names; ``none`` for no stems.
    seed
        Same seed, same corpus, same classifier.
    jobs
        How many processes, in joblib's way of counting: -1 for all cores.

    Raises
    ------
    UsageError
        The language is not known.
    """

    language: str = "english"
    seed: int = 0
    jobs: int | None = None

    def __post_init__(self) -> None:
        if self.language not in languages():
            known = ", ".join(sorted(languages()))
            raise UsageError(f"there are no stems for the language {self.language!r}; known are: {known}")
