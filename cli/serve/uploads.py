"""Predict the codes of the records in a file that was sent, and add them to it; the file stays in memory."""

from __future__ import annotations

import io
import os
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import tee
from pathlib import PurePosixPath

from msgspec import Struct

from classmark.cli.formats import OutputFormat
from classmark.cli.views.predictions import header, render
from classmark.corpus.abstract import Record
from classmark.corpus.fields import Fields, clean
from classmark.corpus.formats.annotation import AnnotatedOutput, Annotation
from classmark.corpus.formats.format import Format
from classmark.corpus.input.chunks import records_of
from classmark.corpus.input.discovery import AUTO, InputFile
from classmark.corpus.input.files import chunks_of, format_of
from classmark.corpus.messages import count_of
from classmark.corpus.output.annotate import annotate_file
from classmark.corpus.streams import open_input
from classmark.model.prediction.predict import Prediction

from .problems import Problem
from .scoring import ScoringJob

_FIELDS = Fields(with_raw=True)
_LONGEST_NAME = 80
_UNSAFE = re.compile(r"[^\w.,() -]+")


class Upload(Struct, frozen=True):
    """A file that was sent.

    Parameters
    ----------
    sent_name
        As the client calls it.
    """

    sent_name: str
    data: bytes

    @property
    def name(self) -> str:
        r"""Its name without folders and unusual characters, for messages and downloads; it is never opened by it.

        >>> Upload(r"C:\me\x<y>.csv", b"").name, Upload("../../etc/passwd", b"").name, Upload("..", b"").name
        ('x_y_.csv', 'passwd', 'file')
        """
        last = PurePosixPath(clean(self.sent_name).replace("\\", "/")).name
        return _UNSAFE.sub("_", last)[-_LONGEST_NAME:].strip(". ") or "file"


class LabelledFile(Struct, frozen=True):
    """A file with codes.

    Parameters
    ----------
    notes
        What is to be known of it, in sentences.
    """

    name: str
    data: bytes
    notes: tuple[str, ...] = ()


class PredictedFile(Struct, frozen=True):
    """The records of a file and their predictions, in the order of the file."""

    records: Sequence[Record]
    predictions: Sequence[Prediction]


def predict_file(job: ScoringJob, upload: Upload, seconds: float) -> PredictedFile:
    """Predict the codes of all records.

    Raises
    ------
    CorpusError
        The file can't be read.
    Problem
        It takes longer than this many seconds.
    """
    with _in_memory(upload.data) as path:
        records, copied = tee(_within(_read(path, upload), seconds))
        return PredictedFile(list(copied), list(job.predict_records(records)))


def label_file(job: ScoringJob, upload: Upload, seconds: float) -> LabelledFile:
    """Return the file with codes added to its records or, if its format has no place for them, a table of predictions.

    Raises as `predict_file` does.
    """
    predicted = predict_file(job, upload, seconds)
    with _in_memory(upload.data) as path:
        known = _format_of(path, upload)
        if known.annotate is None:
            return _table(upload, predicted)
        out = io.BytesIO()
        annotated = zip(predicted.records, map(_annotations, predicted.predictions), strict=True)
        unchanged = list(annotate_file(path, known.name, annotated, AnnotatedOutput(out, _FIELDS)))
    notes = (f"{count_of(len(unchanged), 'record')} written unchanged",) if unchanged else ()
    stem, ending = os.path.splitext(upload.name.removesuffix(".gz"))  # noqa: PTH122  # it is no path
    return LabelledFile(f"{stem}.codes{ending}", out.getvalue(), notes)


def _table(upload: Upload, predicted: PredictedFile) -> LabelledFile:
    text = header(OutputFormat.csv) + render(OutputFormat.csv, predicted.predictions)
    stem = os.path.splitext(upload.name.removesuffix(".gz"))[0]  # noqa: PTH122  # it is no path
    return LabelledFile(f"{stem}.codes.csv", text.encode("utf-8", "backslashreplace"))


def _annotations(prediction: Prediction) -> list[Annotation]:
    ranking = () if prediction.status == "uncertain" else prediction.assigned
    return [Annotation(ranked.code, ranked.name, None) for ranked in ranking]


def _read(path: str, upload: Upload) -> Iterator[Record]:
    file = InputFile(path, name=upload.name)
    return records_of(chunks_of(file, _format_of(path, upload).name, _FIELDS))


def _format_of(path: str, upload: Upload) -> Format:
    with open_input(path, upload.name) as (head, _):
        return format_of(upload.name, head, AUTO, upload.name)


def _within(records: Iterator[Record], seconds: float) -> Iterator[Record]:
    end = time.monotonic() + seconds
    for record in records:
        if time.monotonic() > end:
            detail = f"the file takes longer than {seconds:g} s; send fewer records at a time"
            raise Problem(503, "Service Unavailable", detail)
        yield record


@contextmanager
def _in_memory(data: bytes) -> Iterator[str]:
    """Yield a path to read data from; on Linux it is in memory, elsewhere a file that is removed afterwards."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("upload")
        try:
            with open(descriptor, "wb", closefd=False) as file:
                file.write(data)
            yield f"/proc/self/fd/{descriptor}"
        finally:
            os.close(descriptor)
    else:
        from tempfile import TemporaryDirectory  # noqa: PLC0415  # not on Linux

        with TemporaryDirectory() as folder:
            path = os.path.join(folder, "upload")  # noqa: PTH118  # the readers take text
            with open(path, "wb") as file:  # noqa: PTH123
                file.write(data)
            yield path
