"""Lay out the weights and thresholds of a model as arrays of its file, and read them again."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from classmark.model.scoring.weight_checks import CHUNK, WeightChecks, chunk_checksums
from classmark.model.scoring.weights import SparseWeights, column_type

from .container import Arrays
from .content_checks import require

_LONGEST = 4
"""Bytes of a number of weights of a feature, at most."""

_CHECKED_AT_ONCE = 5_000_000
"""Weights of a block (20 MB) that are checked when a model is opened; more are checked when they are used."""


def read_thresholds(arrays: Arrays, name: str, codes: int) -> NDArray[np.float64]:
    """Return the thresholds of codes, shape (codes,)."""
    thresholds = checked(arrays, name, "f8", (codes,))
    require(bool(np.all((thresholds >= 0) & (thresholds < 2))), f"{name} are out of range")
    return thresholds


def weight_arrays(name: str, weights: SparseWeights) -> Arrays:
    """Return the arrays of a block's weights for a file."""
    return {
        f"{name}.lengths": _as_small(np.diff(weights.starts)),
        f"{name}.columns": weights.columns,
        f"{name}.values": weights.values,
        f"{name}.checksums": chunk_checksums(weights.columns, weights.values),
    }


def _as_small(numbers: NDArray[np.int64]) -> NDArray[np.unsignedinteger[Any]]:
    """Return the numbers in the smallest type that can hold them."""
    return numbers.astype(column_type(int(numbers.max(initial=0)) + 1))


def read_weights(arrays: Arrays, name: str, shape: tuple[int, int], *, in_use: bool = False) -> SparseWeights:
    """Return the weights of a block, shape (features, codes).

    Parameters
    ----------
    in_use
        True to check them when they are used, as if they were many.
    """
    features, codes = shape
    lengths = arrays[f"{name}.lengths"]
    require(lengths.dtype.kind == "u" and lengths.itemsize <= _LONGEST, f"{name}.lengths have the type {lengths.dtype}")
    lengths = checked(arrays, f"{name}.lengths", lengths.dtype.str[1:], (features,))
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)])
    size = int(starts[-1])
    columns = checked(arrays, f"{name}.columns", np.dtype(column_type(codes)).str[1:], (size,))
    values = checked(arrays, f"{name}.values", "f2", (size,))
    checksums = checked(arrays, f"{name}.checksums", "u8", (-(-size // CHUNK),))
    checks = WeightChecks(columns, values, codes, checksums)
    if size <= _CHECKED_AT_ONCE and not in_use:
        checks.check_chunks(np.arange(len(checksums)))
    return SparseWeights(starts, columns, values, codes, checks)


def checked(arrays: Arrays, name: str, kind: str, shape: tuple[int, ...]) -> NDArray[Any]:
    """Return an array; raise if its shape or type is wrong."""
    array = arrays[name]
    require(array.shape == shape, f"{name} has the shape {array.shape} instead of {shape}")
    require(array.dtype == np.dtype(kind), f"{name} has the type {array.dtype}")
    return array
