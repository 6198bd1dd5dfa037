"""Keep encoded texts on disk, in shards assigned by hash."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from classmark.corpus.output.own_files import reporting_errors_for
from classmark.model.text.ragged import RaggedArray

HELD_OUT = 0
"""The shard whose texts are held out."""

_SHARDS = 20
_TEXTS_PER_BATCH = 20_000

BatchId = tuple[int, int]
"""The number of a shard, and of a batch in it."""


class EncodedTexts(Struct, frozen=True):
    """Texts as word ids, with their code ids.

    Parameters
    ----------
    sample_weights
        float32, shape (texts,).
    codes
        The ids of each text's codes.
    words
        The ids of each text's words, by block.
    """

    sample_weights: NDArray[np.float32]
    codes: RaggedArray
    words: dict[str, RaggedArray]

    def __len__(self) -> int:
        return len(self.sample_weights)

    def take(self, rows: NDArray[np.int64]) -> EncodedTexts:
        """Return some of the texts, by index."""
        words = {name: words.take(rows) for name, words in self.words.items()}
        return EncodedTexts(self.sample_weights[rows], self.codes.take(rows), words)

    @classmethod
    def join(cls, parts: Sequence[EncodedTexts]) -> EncodedTexts:
        """Concatenate texts."""
        weights = np.concatenate([part.sample_weights for part in parts])
        words = {name: RaggedArray.join([part.words[name] for part in parts]) for name in parts[0].words}
        return cls(weights, RaggedArray.join([part.codes for part in parts]), words)


class ShardedTexts:
    """Encoded texts on disk, in hash-assigned shards, one of which is held out.

    Parameters
    ----------
    folder
        An empty folder that nothing else uses.
    blocks
        The names of the texts' blocks.
    """

    def __init__(self, folder: Path, blocks: Sequence[str]) -> None:
        self._folder = folder
        self._blocks = blocks

    def add(self, texts: EncodedTexts, hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Append texts to their shards, and return the indices of those that are not held out.

        Parameters
        ----------
        hashes
            Shape (texts,): modulo 20, the shard of each text.

        Raises
        ------
        OutputError
            The disk is full.
        """
        shard_of = (hashes % np.uint64(_SHARDS)).astype(np.int64)
        for shard in np.unique(shard_of).tolist():
            with (
                reporting_errors_for(f"the temporary folder {self._folder} (see TMPDIR)"),
                self._file(shard).open("ab") as file,
            ):
                _write(texts.take(np.flatnonzero(shard_of == shard)), file)
        return np.flatnonzero(shard_of != HELD_OUT)

    def training_batches(self, order: NDArray[np.int64] | None = None) -> Iterator[tuple[BatchId, EncodedTexts]]:
        """Yield the texts that are not held out, in batches.

        Parameters
        ----------
        order
            The training shards in the order to read them in; None for the order of `training_shards`.
        """
        for shard in self.training_shards if order is None else order:
            for number, texts in enumerate(self._read(int(shard))):
                yield (int(shard), number), texts

    def held_out_batches(self) -> Iterator[EncodedTexts]:
        """Yield the texts that are held out, in batches."""
        return self._read(HELD_OUT)

    @property
    def training_shards(self) -> NDArray[np.int64]:
        """The numbers of the shards that are not held out."""
        return np.arange(HELD_OUT + 1, _SHARDS)

    def _file(self, shard: int) -> Path:
        return self._folder / f"{shard}.npy"

    def _read(self, shard: int) -> Iterator[EncodedTexts]:
        if not self._file(shard).exists():
            return
        parts: list[EncodedTexts] = []
        with self._file(shard).open("rb") as file:
            while file.peek(1):
                parts.append(self._load(file))
                if sum(map(len, parts)) >= _TEXTS_PER_BATCH:
                    yield EncodedTexts.join(parts)
                    parts = []
        if parts:
            yield EncodedTexts.join(parts)

    def _load(self, file: BinaryIO) -> EncodedTexts:
        sample_weights = np.load(file)
        codes = RaggedArray(np.load(file), np.load(file))
        words = {name: RaggedArray(np.load(file), np.load(file)) for name in self._blocks}
        return EncodedTexts(sample_weights, codes, words)


def _write(texts: EncodedTexts, file: BinaryIO) -> None:
    np.save(file, texts.sample_weights)
    for ragged in (texts.codes, *texts.words.values()):
        np.save(file, ragged.values)
        np.save(file, ragged.lengths)
