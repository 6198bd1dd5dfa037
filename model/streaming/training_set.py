"""Read the training set of a stream from disk, in batches, without near duplicates of what is held out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from classmark.corpus.errors import CorpusError
from classmark.model.training.labels import support_of

from .ingest import Ingest
from .near_duplicates import ShingleIndex
from .shards import BatchId, EncodedTexts

_MAX_HELD_OUT = 20_000


class StreamedTrainingSet:
    """Training texts on disk, and held-out texts in memory.

    Parameters
    ----------
    ingest
        Finalized.
    codes
        The codes to train.

    Attributes
    ----------
    held_out, gold
        The texts that are held out, and their codes, bool, shape (texts, codes).
    texts
        The number of training texts.
    support
        int64, shape (codes,): the number of training texts with each code.
    left_out
        The number of texts that are neither trained on nor held out, as they repeat texts held out.

    Raises
    ------
    CorpusError
        All texts are nearly the same.
    """

    def __init__(self, ingest: Ingest, codes: tuple[str, ...], seed: int) -> None:
        self._ingest = ingest
        self._codes = codes
        sample = _sample(ingest.shards.held_out_batches(), seed)
        self.held_out = sample.take(np.flatnonzero(np.diff(ingest.gold(sample, codes).indptr)))
        self.gold = ingest.gold(self.held_out, codes)
        self.texts = 0
        self.left_out = 0
        self.support = np.zeros(len(codes), dtype=np.int64)
        self._kept: dict[BatchId, NDArray[np.int64]] = {}
        self._select_texts()

    def batches(self, order: NDArray[np.int64] | None = None) -> Iterator[tuple[EncodedTexts, csr_matrix]]:
        """Yield the training texts in batches, each with its codes, bool, shape (texts, codes).

        Parameters
        ----------
        order
            The shards in the order to read them in; None for the order of `shards`.
        """
        for batch_id, texts in self._ingest.shards.training_batches(order):
            kept = texts.take(self._kept[batch_id])
            yield kept, self._ingest.gold(kept, self._codes)

    @property
    def shards(self) -> NDArray[np.int64]:
        """The numbers of the shards with training texts."""
        return self._ingest.shards.training_shards

    def _select_texts(self) -> None:
        """Keep the texts that have a code and do not repeat what is held out."""
        held_out = ShingleIndex(self.held_out.words["text"])
        for batch_id, texts in self._ingest.shards.training_batches():
            is_repeat = held_out.repeated_by(texts.words["text"])
            gold = self._ingest.gold(texts, self._codes)
            kept = (np.diff(gold.indptr) > 0) & ~is_repeat
            self._kept[batch_id] = np.flatnonzero(kept)
            self.texts += int(kept.sum())
            self.left_out += int(is_repeat.sum())
            self.support += support_of(gold[kept])
        if not self.texts:
            raise _all_the_same()


def _all_the_same() -> CorpusError:
    return CorpusError("the abstracts are all nearly the same text, so nothing tells their codes apart")


def _sample(batches: Iterator[EncodedTexts], seed: int) -> EncodedTexts:
    """Return a random sample of the texts, or all if they are few.

    Raises
    ------
    CorpusError
        There are no texts, which happens if all are nearly the same and share a shard.
    """
    sample = next(batches, None)
    if sample is None:
        raise _all_the_same()
    rng = np.random.default_rng(seed)
    ranks = rng.random(len(sample))
    for batch in batches:
        sample, ranks = EncodedTexts.join([sample, batch]), np.concatenate([ranks, rng.random(len(batch))])
        kept = np.sort(np.argsort(ranks)[:_MAX_HELD_OUT])
        sample, ranks = sample.take(kept), ranks[kept]
    return sample
