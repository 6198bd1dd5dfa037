"""A spool: a corpus on disk, as numbers, in an order that is as good as random."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from classmark.corpus.output.own_files import reporting_errors_for
from classmark.model.text.ragged import RaggedArray

HELD_OUT = 0
"""The bucket whose texts nothing is learned from."""

_BUCKETS = 20
_AT_ONCE = 20_000


@dataclass(frozen=True)
class EncodedTexts:
    """Texts to learn from, as numbers.

    Parameters
    ----------
    weights
        float32, shape (texts,): how much each counts.
    codes
        The numbers of their codes.
    words
        The numbers of their words, by block.
    """

    weights: NDArray[np.float32]
    codes: RaggedArray
    words: dict[str, RaggedArray]

    def __len__(self) -> int:
        return len(self.weights)

    def take(self, rows: NDArray[np.int64]) -> EncodedTexts:
        """Return some texts, by their numbers."""
        words = {name: words.take(rows) for name, words in self.words.items()}
        return EncodedTexts(self.weights[rows], self.codes.take(rows), words)

    @classmethod
    def join(cls, parts: Sequence[EncodedTexts]) -> EncodedTexts:
        """Put texts one after the other."""
        words = {name: RaggedArray.join([part.words[name] for part in parts]) for name in parts[0].words}
        return cls(
            np.concatenate([part.weights for part in parts]), RaggedArray.join([part.codes for part in parts]), words
        )


class ShardedTexts:
    """Texts in a folder, dealt out to buckets, each a file; one bucket is held out.

    Parameters
    ----------
    folder
        Empty, and of this spool alone.
    blocks
        The names of the texts' blocks.
    """

    def __init__(self, folder: Path, blocks: Sequence[str]) -> None:
        self._folder = folder
        self._blocks = blocks

    def add(self, rows: EncodedTexts, lots: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Add texts, and return the numbers of those that are to be learned from.

        Parameters
        ----------
        lots
            Shape (texts,): by these they are dealt out; to the bucket that is held out, those with multiples of 20.

        Raises
        ------
        OutputError
            The folder has no more room.
        """
        bucket = (lots % np.uint64(_BUCKETS)).astype(np.int64)
        for number in np.unique(bucket).tolist():
            with (
                reporting_errors_for(f"the temporary folder {self._folder} (see TMPDIR)"),
                self._file(number).open("ab") as file,
            ):
                _write(rows.take(np.flatnonzero(bucket == number)), file)
        return np.flatnonzero(bucket != HELD_OUT)

    def learned(self, order: NDArray[np.int64] | None = None) -> Iterator[tuple[tuple[int, int], EncodedTexts]]:
        """Give the texts to learn from, as many at a time as are best dealt with together, and where they are.

        Parameters
        ----------
        order
            Of the buckets, `buckets` in another order.
        """
        for number in self.buckets if order is None else order:
            for part, rows in enumerate(self._read(int(number))):
                yield (int(number), part), rows

    def held_out(self) -> Iterator[EncodedTexts]:
        """Give the texts that are held out."""
        return self._read(HELD_OUT)

    @property
    def buckets(self) -> NDArray[np.int64]:
        """The numbers of the buckets to learn from."""
        return np.arange(HELD_OUT + 1, _BUCKETS)

    def _file(self, number: int) -> Path:
        return self._folder / f"{number}.npy"

    def _read(self, number: int) -> Iterator[EncodedTexts]:
        if not self._file(number).exists():
            return
        parts: list[EncodedTexts] = []
        with self._file(number).open("rb") as file:
            while file.peek(1):
                parts.append(self._next(file))
                if sum(map(len, parts)) >= _AT_ONCE:
                    yield EncodedTexts.join(parts)
                    parts = []
        if parts:
            yield EncodedTexts.join(parts)

    def _next(self, file: BinaryIO) -> EncodedTexts:
        weights = np.load(file)
        codes = RaggedArray(np.load(file), np.load(file))
        return EncodedTexts(weights, codes, {name: RaggedArray(np.load(file), np.load(file)) for name in self._blocks})


def _write(rows: EncodedTexts, file: BinaryIO) -> None:
    np.save(file, rows.weights)
    for ragged in (rows.codes, *rows.words.values()):
        np.save(file, ragged.values)
        np.save(file, ragged.lengths)
