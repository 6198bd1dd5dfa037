"""Ingest a stream of labelled abstracts: encode them to shards on disk, and count words and codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix

from classmark.corpus.abstract import Abstract
from classmark.corpus.scheme import Scheme, scheme_of
from classmark.model.scoring.learned_texts import LearnedTexts
from classmark.model.settings import Settings
from classmark.model.text.blocks import BLOCKS
from classmark.model.text.document_frequency import DocumentFrequencies
from classmark.model.text.ragged import RaggedArray
from classmark.model.training.labels import check_support, gold_matrix, rare_codes, resolved_codes, scope_notes
from classmark.model.training.provenance import CorpusDigest

from .near_duplicates import minhash
from .shards import EncodedTexts, ShardedTexts

_BATCH_SIZE = 5_000


class Ingest:
    """Labelled abstracts on disk, with what is counted while they are read.

    Parameters
    ----------
    folder
        An empty folder for the shards.
    scheme
        The codes to train; None for those of the abstracts.

    Attributes
    ----------
    shards
        The encoded texts on disk.
    frequencies
        By block, the document frequencies of the words in training texts.
    digest, learned
        The corpus digest, and the hashes of the texts.
    abstracts, notes
        The numbers of abstracts and of scope notes.
    support
        The number of abstracts of each code; `finalize` removes the codes left out.
    rare_codes, left_out
        The codes left out, sorted, and the number of abstracts without any other; set by `finalize`.
    """

    def __init__(self, folder: Path, scheme: Scheme | None, settings: Settings) -> None:
        self.shards = ShardedTexts(folder, list(BLOCKS))
        self.frequencies = {name: DocumentFrequencies() for name in BLOCKS}
        self.digest = CorpusDigest()
        self.learned = LearnedTexts()
        self.rare_codes: tuple[str, ...] = ()
        self.left_out = 0
        self.abstracts = 0
        self.notes = 0
        self._scheme = scheme
        self._settings = settings
        self._code_ids: dict[str, int] = {}
        self.support: Counter[str] = Counter()

    def add(self, abstracts: Iterable[Abstract], on_progress: Callable[[int], None]) -> None:
        """Ingest abstracts; call ``on_progress`` after each batch with their number so far.

        Raises
        ------
        CorpusError
            A code fits nowhere in the scheme.
        """
        for batch in _batches(iter(abstracts)):
            labels = [self._count_codes(abstract) for abstract in batch]
            self._encode(batch, labels)
            self.learned.add(batch)
            for abstract in batch:
                self.digest.add(abstract)
            self.abstracts += len(batch)
            on_progress(self.abstracts)

    def finalize(self, *, drop_rare: int) -> tuple[Scheme, tuple[str, ...]]:
        """Ingest the scheme's scope notes, and return the scheme and the codes to train, sorted.

        Parameters
        ----------
        drop_rare
            Leave out codes with fewer abstracts than this and no scope note.

        Raises
        ------
        CorpusError
            The corpus cannot be trained on; see `check_support`.
        """
        scheme = self._scheme or scheme_of(self.support)
        notes = scope_notes(scheme)
        noted = {code for note in notes for code in note.codes}
        self._leave_out(rare_codes(self.support, scheme, drop_rare))
        check_support(self.support, scheme)
        if notes:
            self._encode(notes, [note.codes for note in notes], are_notes=True)
        self.notes = len(notes)
        return scheme, tuple(sorted(self.support.keys() | noted))

    def gold(self, texts: EncodedTexts, codes: tuple[str, ...]) -> csr_matrix:
        """Return which of the codes each text has, bool, shape (texts, codes), with sorted indices."""
        column = {code: number for number, code in enumerate(codes)}
        column_of_id = np.array([column.get(code, -1) for code in self._code_ids])
        columns = column_of_id[texts.codes.values]
        is_trained = columns >= 0
        return gold_matrix(texts.codes.row_of[is_trained], columns[is_trained], (len(texts), len(codes)))

    def _count_codes(self, abstract: Abstract) -> tuple[str, ...]:
        """Count an abstract's codes, as the scheme has them, and return them."""
        labels = resolved_codes(abstract, self._scheme) if self._scheme else tuple(dict.fromkeys(abstract.codes))
        self.support.update(labels)
        return labels

    def _leave_out(self, rare: tuple[str, ...]) -> None:
        """Leave out codes, and count the abstracts without other codes."""
        if not rare:
            return
        for code in rare:
            del self.support[code]
        self.rare_codes = rare
        trained = tuple(self.support)
        training = (texts for _, texts in self.shards.training_batches())
        for texts in chain(training, self.shards.held_out_batches()):
            self.left_out += int((np.diff(self.gold(texts, trained).indptr) == 0).sum())

    def _encode(self, texts: list[Abstract], labels: list[tuple[str, ...]], *, are_notes: bool = False) -> None:
        """Write texts to the shards, and count the words of those that are not held out, as scope notes never are."""
        code_ids = [self._code_ids.setdefault(code, len(self._code_ids)) for codes in labels for code in codes]
        codes = RaggedArray(
            np.array(code_ids, dtype=np.int32), np.array([len(codes) for codes in labels], dtype=np.int32)
        )
        words = {
            name: self.frequencies[name].read([b"" if are_notes and name == "title" else block(text) for text in texts])
            for name, block in BLOCKS.items()
        }
        weights = np.full(len(texts), self._settings.note_weight if are_notes else 1, dtype=np.float32)
        encoded = EncodedTexts(weights, codes, words)
        hashes = np.ones(len(texts), dtype=np.uint64) if are_notes else minhash(words["text"])
        training_texts = encoded.take(self.shards.add(encoded, hashes))
        for name, frequencies in self.frequencies.items():
            frequencies.count(training_texts.words[name])


def _batches(abstracts: Iterator[Abstract]) -> Iterator[list[Abstract]]:
    while batch := list(islice(abstracts, _BATCH_SIZE)):
        yield batch
