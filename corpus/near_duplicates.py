"""Near duplicates: abstracts that share most of their word triples."""

from __future__ import annotations

from collections.abc import Sequence

from .wording import triples

_PERMUTATIONS = 128
_BANDS = 32
_SEED = 1


_COPY = 0.9
"""Texts as similar as this stand for each other: further ones are compared with the first alone, so that thousands
of copies do not make millions of pairs."""


def near_duplicates(texts: Sequence[str], similarity: float = 0.5) -> list[tuple[int, int]]:
    """Return the pairs of texts whose word triples overlap, by their numbers, the smaller first.

    MinHash with locality-sensitive hashing (A. Broder, 'On the resemblance and containment of documents',
    1997), so that the time grows with the number of texts and not of pairs.

    Parameters
    ----------
    similarity
        The estimated Jaccard similarity of the triples from which on a pair counts, 0 to 1.
    """
    from rensa import RMinHash, RMinHashLSH  # noqa: PLC0415  # only here

    index = RMinHashLSH(threshold=similarity, num_perm=_PERMUTATIONS, num_bands=_BANDS)
    sketches: list[RMinHash] = []
    pairs = []
    for number, text in enumerate(texts):
        sketch = RMinHash(num_perm=_PERMUTATIONS, seed=_SEED)
        sketch.update(sorted(" ".join(triple) for triple in triples(text)))
        if text.strip():
            likeness = {other: sketches[other].jaccard(sketch) for other in index.query(sketch)}
            pairs += [(other, number) for other, value in likeness.items() if value >= similarity]
            if max(likeness.values(), default=0.0) < _COPY:
                index.insert(number, sketch)
        sketches.append(sketch)
    return sorted(pairs)
