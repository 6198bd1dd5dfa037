"""Intake: labelled abstracts from a stream to a spool, and what is to be known of them as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classmark.corpus.abstract import Abstract, SourceLocation
from classmark.corpus.scheme import Scheme, scheme_of
from classmark.model.scoring.learned_texts import LearnedTexts
from classmark.model.settings import Settings
from classmark.model.text.blocks import BLOCKS
from classmark.model.text.document_frequency import DocumentFrequencies
from classmark.model.text.ragged import RaggedArray
from classmark.model.training.labels import check_support, resolved_codes, scope_notes
from classmark.model.training.provenance import CorpusDigest

from .near_duplicates import lots
from .shards import EncodedTexts, ShardedTexts

_AT_ONCE = 5_000


class Ingest:
    """A corpus that is taken in, abstract by abstract.

    Parameters
    ----------
    folder
        An empty one, for the spool.
    scheme
        The codes to learn; None for those that the abstracts have.
    """

    def __init__(self, folder: Path, scheme: Scheme | None, settings: Settings) -> None:
        self.spool = ShardedTexts(folder, list(BLOCKS))
        self.words = {name: DocumentFrequencies() for name in BLOCKS}
        self.digest = CorpusDigest()
        self.learned = LearnedTexts()
        self.left_out_codes: tuple[str, ...] = ()
        self.left_out = 0
        self.abstracts = 0
        self.notes = 0
        self._given = scheme
        self._settings = settings
        self._number_of: dict[str, int] = {}
        self._places: dict[str, SourceLocation] = {}
        self._codes_beside: dict[str, tuple[str, ...]] = {}
        self._support: Counter[str] = Counter()

    def take(self, abstracts: Iterable[Abstract], watch: Callable[[int], None]) -> None:
        """Take in abstracts; ``watch`` is told of their number now and then.

        Raises
        ------
        CorpusError
            A code fits nowhere in the scheme.
        """
        for batch in _batches(iter(abstracts)):
            labels = [self._labels(abstract) for abstract in batch]
            self._add(batch, labels)
            self.learned.add(batch)
            for abstract in batch:
                self.digest.add(abstract)
            self.abstracts += len(batch)
            watch(self.abstracts)

    def close(self, *, drop_rare: bool) -> tuple[Scheme, tuple[str, ...]]:
        """Take in the scheme's scope notes, and return the scheme and the codes to learn, sorted.

        Raises
        ------
        CorpusError
            The corpus can't be learned from.
        """
        scheme = self._given or scheme_of(self._support)
        notes = scope_notes(scheme)
        if drop_rare:
            noted = {code for note in notes for code in note.codes}
            rare = [code for code, count in self._support.items() if count == 1 and code not in noted]
            self._leave_out(rare)
        check_support(self._support, scheme, self._places.__getitem__)
        if notes:
            self._add(notes, [note.codes for note in notes], are_notes=True)
        self.notes = len(notes)
        return scheme, tuple(sorted(self._support.keys() | {code for note in notes for code in note.codes}))

    def gold(self, rows: EncodedTexts, codes: tuple[str, ...]) -> NDArray[np.bool_]:
        """Return which of the codes texts have, shape (texts, codes)."""
        column = {code: number for number, code in enumerate(codes)}
        columns = np.array([column.get(code, -1) for code in self._number_of])
        column_of = columns[rows.codes.values]
        known = column_of >= 0
        gold = np.zeros((len(rows), len(codes)), dtype=bool)
        gold[rows.codes.row_of[known], column_of[known]] = True
        return gold

    def _labels(self, abstract: Abstract) -> tuple[str, ...]:
        labels = resolved_codes(abstract, self._given) if self._given else tuple(dict.fromkeys(abstract.codes))
        self._support.update(labels)
        for code in labels:
            self._places.setdefault(code, abstract.location)
            self._codes_beside.setdefault(code, labels)
        return labels

    def _leave_out(self, rare: list[str]) -> None:
        """Leave out codes that one abstract has each, and count the abstracts that have no others."""
        for code in rare:
            del self._support[code]
        self.left_out_codes = tuple(sorted(rare))
        beside = ((code, self._codes_beside[code]) for code in rare)
        self.left_out = sum(code == codes[0] and self._support.keys().isdisjoint(codes) for code, codes in beside)

    def _add(self, texts: list[Abstract], labels: list[tuple[str, ...]], *, are_notes: bool = False) -> None:
        numbers = [self._number_of.setdefault(code, len(self._number_of)) for codes in labels for code in codes]
        codes = RaggedArray(
            np.array(numbers, dtype=np.int32), np.array([len(codes) for codes in labels], dtype=np.int32)
        )
        words = {
            name: self.words[name].read([b"" if are_notes and name == "title" else part_of(text) for text in texts])
            for name, part_of in BLOCKS.items()
        }
        weights = np.full(len(texts), self._settings.note_weight if are_notes else 1, dtype=np.float32)
        rows = EncodedTexts(weights, codes, words)
        lot = np.ones(len(texts), dtype=np.uint64) if are_notes else lots(words["text"])
        learned = rows.take(self.spool.add(rows, lot))
        for name, census in self.words.items():
            census.count(learned.words[name])


def _batches(abstracts: Iterator[Abstract]) -> Iterator[list[Abstract]]:
    while batch := list(islice(abstracts, _AT_ONCE)):
        yield batch
