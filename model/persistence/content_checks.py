"""Check the contents of a model file when it is opened: anybody can write bad contents with a valid checksum."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from classmark.model.text.pair_keys import first_of, second_of

LARGEST = 1e6
"""The largest number in a model: real weights and intercepts are far smaller, and sums of these do not overflow."""

_LONGEST_TEXT = 10_000
_LONGEST_WORD = 1_000
_STEP = 8  # bytes to compare at once
_MASKS = np.array([(1 << 8 * i) - 1 for i in range(_STEP + 1)], dtype=np.uint64)


def require(is_so: bool, reason: str) -> None:
    """Raise `ValueError` with the reason unless a condition holds."""
    if not is_so:
        raise ValueError(reason)


def check_header(header: dict[str, Any], blocks: Iterable[str]) -> None:
    """Check the types and ranges of all values of a header.

    Parameters
    ----------
    blocks
        The names of the blocks, which have vocabularies.

    Raises
    ------
    ValueError, LookupError, TypeError
        A value is missing, has a wrong type, or is out of range.
    """
    _check_codes(header["codes"])
    _check_scheme(header["scheme"])
    stops = header["stops"]
    require(all(_is_list(stops[block], _is_text) for block in blocks), "its stop words are invalid")
    _check_calibration(header)
    _check_levels(header["levels"])
    require(_is_number(header["least_known"], 0, 1), "least_known is not between 0 and 1")
    require(isinstance(header["gives_best"], bool), "gives_best is neither true nor false")
    _check_card(header["card"])


def _check_codes(codes: Any) -> None:
    require(_are_names(codes), "its codes are invalid")
    require(0 < len(codes) == len(set(codes)), "it has no codes, or duplicate codes")


def _check_calibration(header: dict[str, Any]) -> None:
    require(_is_number(header["slope"], 0), f"its slope is not a number from 0 to {LARGEST:g}")
    require(_is_number(header["offset"]), f"its offset is not a number up to {LARGEST:g}")


def _check_levels(levels: Any) -> None:
    require(isinstance(levels, list), "its levels are no list")
    for level in levels:
        _check_codes(level["codes"])
        _check_calibration(level)
        require(isinstance(level["has_weights"], bool), "has_weights of a level is neither true nor false")


def _check_scheme(scheme: Any) -> None:
    def is_row(row: Any) -> bool:
        is_long = isinstance(row, list) and len(row) == 3
        return is_long and _is_name(row[0]) and _is_text(row[1]) and (row[2] is None or _is_text(row[2]))

    require(
        scheme["codes"] is None or _is_list(scheme["codes"], is_row),
        "its scheme has a code whose name or parent is not text",
    )
    for name in ("top_only", "is_closed"):
        require(isinstance(scheme[name], bool), f"{name} in its scheme is neither true nor false")


def _check_card(card: Any) -> None:
    for name in ("abstracts", "scope_notes", "near_duplicates"):
        require(_is_count(card[name]), f"{name} in its card is not a count")
    rare_codes = card.get("rare_codes")  # older model files lack it
    require(rare_codes is None or _is_count(rare_codes), "rare_codes in its card is not a count")
    require(_is_list(card.get("levels", []), _is_level_card), "the levels in its card are invalid")
    require(_is_text(card["corpus_digest"]), "corpus_digest in its card is not text")
    require(_is_dict(card["settings"], _is_plain), "a setting in its card is not a plain value")
    require(_is_dict(card["estimate"], _is_interval), "an estimate in its card is not a number with an interval")
    require(_is_dict(card["versions"], _is_text), "a version in its card is not text")


def _is_text(value: Any) -> TypeGuard[str]:
    """Return whether a value is a string of usual length that UTF-8 can encode."""
    return isinstance(value, str) and len(value) <= _LONGEST_TEXT and _is_unicode(value)


def _is_name(value: Any) -> bool:
    return _is_text(value) and bool(value.strip())


def _are_names(values: Any) -> bool:
    """Return whether a value is a list of strings as `_is_name` has them; all at once, as there may be many."""
    if not isinstance(values, list) or not set(map(type, values)) <= {str}:
        return False
    is_short = max(map(len, values), default=0) <= _LONGEST_TEXT
    return is_short and _is_unicode("".join(values)) and all(map(str.strip, values))


def _is_unicode(text: str) -> bool:
    """Return whether UTF-8 can encode a text."""
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def _is_number(value: Any, least: float = -LARGEST, most: float = LARGEST) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and least <= value <= most


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and _is_number(value, 0, 1e15)


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, bool) or _is_number(value, -1e300, 1e300) or _is_text(value)


def _is_interval(value: Any) -> bool:
    return _is_list(value, _is_number) and len(value) == 3


def _is_level_card(value: Any) -> bool:
    return (
        isinstance(value, dict) and _is_count(value["codes"]) and _is_interval(value.get("precision_at_1", [0, 0, 0]))
    )


def _is_list(value: Any, is_right: Callable[[Any], bool]) -> bool:
    return isinstance(value, list) and all(map(is_right, value))


def _is_dict(value: Any, is_right: Callable[[Any], bool]) -> bool:
    return isinstance(value, dict) and all(map(_is_text, value)) and all(map(is_right, value.values()))


def check_words(letters: NDArray[np.uint8], ends: NDArray[np.uint32], name: str) -> None:
    """Check that the bytes of a `PackedStrings` are distinct words in UTF-8, sorted by their bytes.

    Parameters
    ----------
    letters, ends
        The arrays ``data`` and ``offsets`` of the `PackedStrings`.
    name
        The block's name, for messages.

    Raises
    ------
    ValueError
        They are not.
    """
    mismatch = f"{name}.ends do not fit {name}.letters"
    require(letters.ndim == ends.ndim == 1, mismatch)
    bounds = np.concatenate([np.zeros(1, np.int64), ends.astype(np.int64)])
    starts, lengths = bounds[:-1], bounds[1:] - bounds[:-1]
    require(bool(np.all(lengths > 0)) and int(bounds[-1]) == len(letters), mismatch)
    require(bool(np.all(lengths <= _LONGEST_WORD)), f"{name}.letters has a word that is too long")
    begins_inside = np.any((letters[starts] & 0xC0) == 0x80)
    bytes(letters).decode()  # raises an error that says what is wrong, and where
    require(not begins_inside and bool(np.all(letters > ord(" "))), f"{name}.letters has invalid words")
    require(_are_sorted(letters, starts, lengths), f"the words of {name}.letters are not sorted, or not distinct")


def _are_sorted(letters: NDArray[np.uint8], starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> bool:
    """Return whether each word is greater than the previous one; no byte is 0."""
    padded = np.concatenate([letters, np.zeros(_STEP, np.uint8)])
    windows = np.ndarray(len(letters) + 1, dtype="<u8", buffer=padded, strides=(1,))

    def bytes_at(words: NDArray[np.int64] | slice, offset: int) -> NDArray[np.uint64]:
        positions = np.minimum(starts[words] + offset, len(letters))
        found = windows[positions] & _MASKS[np.clip(lengths[words] - offset, 0, _STEP)]
        return found.byteswap()  # the first byte is the most significant

    keys = bytes_at(slice(None), 0)
    first, second, offset = keys[:-1], keys[1:], 0
    tied = np.arange(len(first))  # words that are equal to their next word so far
    while len(first):
        tied = tied[first == second]
        if np.any(first > second) or np.any(lengths[tied] <= offset):
            return False
        offset += _STEP
        first, second = bytes_at(tied, offset), bytes_at(tied + 1, offset)
    return True


def check_pairs(pairs: NDArray[np.uint64], words: int, name: str) -> None:
    """Check that the keys of pairs are sorted and distinct, and refer to existing words.

    Raises
    ------
    ValueError
        They are not.
    """
    require(bool(np.all(pairs[1:] > pairs[:-1])), f"{name}.pairs are not sorted, or not distinct")
    are_words = not len(pairs) or max(first_of(int(pairs[-1])), int(second_of(pairs.view(np.int64)).max())) < words
    require(are_words, f"{name}.pairs refers to missing words")
