"""Write many numbers as rounded decimals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_CLOSE_TO_TIE = 1e-6


def decimals(values: NDArray[np.float64], digits: int) -> list[str]:
    """Return numbers from 0 to 1 as Python writes them when they are rounded to so many digits.

    >>> decimals(np.array([0.12345, 0.5, 1.0]), 4), round(0.12345, 4)
    (['0.1235', '0.5', '1.0'], 0.1235)
    """
    scale = 10**digits
    scaled = values * scale
    whole = np.rint(scaled)
    close = np.flatnonzero(np.abs(np.abs(scaled - whole) - 0.5) < _CLOSE_TO_TIE)  # the product was rounded, too
    whole[close] = [round(round(value, digits) * scale) for value in values[close].tolist()]
    texts = _TEXTS.setdefault(digits, _Texts(scale))
    return [texts[number] for number in whole.astype(np.int64).tolist()]


def decimals_of(values: Sequence[float], digits: int) -> list[str]:
    """Return the same of numbers in a sequence."""
    return decimals(np.array(values, dtype=np.float64), digits)


class _Texts(dict[int, str]):
    """Texts of fractions, by their numerators; made when they are first asked for."""

    def __init__(self, scale: int) -> None:
        super().__init__()
        self._scale = scale

    def __missing__(self, number: int) -> str:
        text = self[number] = repr(number / self._scale)
        return text


_TEXTS: dict[int, _Texts] = {}
