"""A lesson that is on disk: the texts of a stream with their codes, to be gone through again and again."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from classmark.corpus.errors import CorpusError

from .ingest import Ingest
from .near_duplicates import ShingleIndex
from .shards import EncodedTexts

_MOST_HELD_OUT = 20_000


class StreamedTrainingSet:
    """Texts to learn from, on disk, and those that are held out, in memory.

    Parameters
    ----------
    intake
        Closed.
    codes
        Those to learn.

    Attributes
    ----------
    held_out, gold
        The texts that are held out, and their codes, bool, shape (texts, codes).
    texts
        How many texts are learned from.
    support
        int64, shape (codes,): how many of them have each code.
    left_out
        How many are not learned from, since they repeat what is held out.

    Raises
    ------
    CorpusError
        All texts are nearly the same.
    """

    def __init__(self, intake: Ingest, codes: tuple[str, ...], seed: int) -> None:
        self._intake = intake
        self._codes = codes
        self.held_out = self._with_codes(_some(intake.spool.held_out(), seed))
        self.gold = intake.gold(self.held_out, codes)
        self.texts = 0
        self.left_out = 0
        self.support = np.zeros(len(codes), dtype=np.int64)
        self._kept: dict[tuple[int, int], NDArray[np.int64]] = {}
        self._look_through()

    def rows(self, order: NDArray[np.int64] | None = None) -> Iterator[tuple[EncodedTexts, NDArray[np.bool_]]]:
        """Give texts and their codes, as many at a time as are best dealt with together.

        Parameters
        ----------
        order
            Of the spool's buckets, if not the usual one.
        """
        for place, rows in self._intake.spool.learned(order):
            kept = rows.take(self._kept[place])
            yield kept, self._intake.gold(kept, self._codes)

    @property
    def buckets(self) -> NDArray[np.int64]:
        """The parts that `rows` can give in another order."""
        return self._intake.spool.buckets

    def _look_through(self) -> None:
        known = ShingleIndex(self.held_out.words["text"])
        for place, rows in self._intake.spool.learned():
            is_repeat = known.repeated_by(rows.words["text"])
            gold = self._intake.gold(rows, self._codes)
            kept = gold.any(axis=1) & ~is_repeat
            self._kept[place] = np.flatnonzero(kept)
            self.texts += int(kept.sum())
            self.left_out += int(is_repeat.sum())
            self.support += gold[kept].sum(axis=0)
        if not self.texts:
            raise _all_the_same()

    def _with_codes(self, rows: EncodedTexts) -> EncodedTexts:
        return rows.take(np.flatnonzero(self._intake.gold(rows, self._codes).any(axis=1)))


def _all_the_same() -> CorpusError:
    return CorpusError("the abstracts are all nearly the same text, so nothing tells their codes apart")


def _some(parts: Iterator[EncodedTexts], seed: int) -> EncodedTexts:
    """Choose as many texts as are enough to hold out, all of them alike, while they pass by."""
    chosen = next(parts, None)
    if chosen is None:
        raise _all_the_same()
    rng = np.random.default_rng(seed)
    lots = rng.random(len(chosen))
    for part in parts:
        chosen, lots = EncodedTexts.join([chosen, part]), np.concatenate([lots, rng.random(len(part))])
        best = np.sort(np.argsort(lots)[:_MOST_HELD_OUT])
        chosen, lots = chosen.take(best), lots[best]
    return chosen
