"""Find near duplicates: abstracts that share most of their word triples."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from .words import triples

if TYPE_CHECKING:
    from rensa import RMinHash


_PERMUTATIONS = 128
_BANDS = 32
_SEED = 1

_MOST = 128
_MOST_OF_A_GROUP = 32
"""Maximum number of texts of a bucket to compare with later ones, so that time and memory grow linearly with the texts.
Texts from one template may fill a bucket by the thousand; those with more in common share smaller buckets, too."""


class NearDuplicates(Struct, frozen=True):
    """Groups of similar texts.

    Parameters
    ----------
    first
        For each text that resembles an earlier one: the first that it resembles. Texts are given by index.
    groups
        For each text, the index of the first text in its group; texts that resemble each other, directly or through
        others, are in one group.
    """

    first: dict[int, int]
    groups: tuple[int, ...]


def near_duplicates(texts: Sequence[str], similarity: float = 0.5) -> NearDuplicates:
    """Find the texts whose word triples overlap.

    MinHash with locality-sensitive hashing (A. Broder, 'On the resemblance and containment of documents',
    1997), so that the time grows with the number of texts, not of pairs.

    Parameters
    ----------
    similarity
        Minimum estimated Jaccard similarity of the triples, 0 to 1.
    """
    sketches = {number: _sketch(text) for number, text in enumerate(texts) if text.strip()}
    digests = [array("I", sketch.digest()).tobytes() for sketch in sketches.values()]
    found = _Comparison(sketches, len(texts), similarity)
    width = _PERMUTATIONS // _BANDS * array("I").itemsize
    for start in range(0, _BANDS * width, width):
        bands = [digest[start : start + width] for digest in digests]
        buckets: dict[bytes, list[int]] = {band: [] for band, count in Counter(bands).items() if count > 1}
        for number, band in zip(sketches, bands, strict=True):
            if band in buckets:
                found.compare_all(buckets[band], number)
    return NearDuplicates(found.first, tuple(map(found.group, range(len(texts)))))


def _sketch(text: str) -> RMinHash:
    from rensa import RMinHash  # noqa: PLC0415  # only here

    sketch = RMinHash(num_perm=_PERMUTATIONS, seed=_SEED)
    sketch.update(list(map(" ".join, triples(text))))
    return sketch


class _Comparison:
    """Compares texts pairwise, and groups them by union-find."""

    def __init__(self, sketches: dict[int, RMinHash], texts: int, similarity: float) -> None:
        self.first: dict[int, int] = {}
        self._sketches = sketches
        self._similarity = similarity
        self._parent = list(range(texts))

    def compare_all(self, bucket: list[int], number: int) -> None:
        """Compare a text with those of a bucket, and add it unless the bucket is full."""
        together = sum(self._are_together(other, number) for other in bucket)
        if len(bucket) < _MOST and together < _MOST_OF_A_GROUP:
            bucket.append(number)

    def group(self, number: int) -> int:
        """Return the first text of a text's group."""
        while self._parent[number] != number:
            above = self._parent[self._parent[number]]  # halve the path for later searches
            self._parent[number] = above
            number = above
        return number

    def _are_together(self, number: int, later: int) -> bool:
        """Return whether two texts are in one group; compare them if that is not known yet."""
        group, group_of_later = self.group(number), self.group(later)
        if group == group_of_later and self.first.get(later, later) <= number:
            return True
        if self._sketches[number].jaccard(self._sketches[later]) >= self._similarity:
            self.first[later] = min(number, self.first.get(later, number))
            self._parent[max(group, group_of_later)] = min(group, group_of_later)
            return True
        return group == group_of_later
