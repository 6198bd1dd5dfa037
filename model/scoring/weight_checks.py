"""Check the weights of a model file when they are first used, so that a large file need not be read as a whole."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from classmark.corpus.errors import ModelFileError

CHUNK = 16_384
"""Weights per checksum."""

_EXPONENT = np.uint16(0x7C00)
"""The bits of the exponent of a float16."""


class WeightChecks(Struct, frozen=True, dict=True):
    """Checksums of weights, and what has been checked.

    Parameters
    ----------
    columns, values
        The weights, see `SparseWeights`.
    codes
        The number of codes.
    checksums
        uint64, shape (chunks,): of each `CHUNK` weights, see `chunk_checksums`.
    """

    columns: NDArray[np.unsignedinteger[Any]]
    values: NDArray[np.float16]
    codes: int
    checksums: NDArray[np.uint64]

    def check(self, entries: NDArray[np.int64]) -> None:
        """Check the chunks of these entries, unless they have been checked.

        Raises
        ------
        ModelFileError
            A checksum differs, or a chunk has columns out of range or values that are not finite.
        """
        chunks = np.zeros(len(self.checksums), dtype=bool)
        chunks[entries // CHUNK] = True
        try:
            self.check_chunks(np.flatnonzero(chunks & ~self._is_checked))
        except ValueError as error:
            raise ModelFileError(f"the model is damaged: {error}; get it again, or train it again") from error

    def check_chunks(self, chunks: NDArray[np.int64]) -> None:
        """Check chunks by their numbers.

        Raises
        ------
        ValueError
            One of them is damaged; see `check`.
        """
        for chunk in chunks.tolist():
            some = slice(chunk * CHUNK, (chunk + 1) * CHUNK)
            columns, values = self.columns[some], self.values[some]
            if _checksum(columns, values) != self.checksums[chunk]:
                raise ValueError("a checksum of its weights differs")
            if columns.max() >= self.codes or not _are_finite(values):
                raise ValueError("some of its weights are not finite, or belong to no code")
        self._is_checked[chunks] = True

    @cached_property
    def _is_checked(self) -> NDArray[np.bool_]:
        return np.zeros(len(self.checksums), dtype=bool)


def _are_finite(values: NDArray[np.float16]) -> bool:
    """Return whether all values are finite: their exponents have a zero bit. `np.isfinite` takes five times as long."""
    return bool((values.view(np.uint16) & _EXPONENT).max(initial=0) < _EXPONENT)


def chunk_checksums(columns: NDArray[np.unsignedinteger[Any]], values: NDArray[np.float16]) -> NDArray[np.uint64]:
    """Return the checksum of each `CHUNK` weights, shape (chunks,)."""
    starts = range(0, len(values), CHUNK)
    pairs = ((columns[start : start + CHUNK], values[start : start + CHUNK]) for start in starts)
    return np.array([_checksum(*pair) for pair in pairs], dtype=np.uint64)


def _checksum(columns: NDArray[np.unsignedinteger[Any]], values: NDArray[np.float16]) -> int:
    """Return XXH3-64 of the columns and then the values."""
    from xxhash import xxh3_64  # noqa: PLC0415  # only models in files need it

    digest = xxh3_64(columns.tobytes())
    digest.update(values.tobytes())
    return int(digest.intdigest())
