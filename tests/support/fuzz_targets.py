"""Fuzz targets: functions that read arbitrary bytes as a file of some kind.

A target must end with a result or with one of the program's own errors, whatever the bytes. The fuzzer, `fuzz.py`, and
the tests run them.
"""

import io
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import numpy as np
from msgspec.structs import replace

from classmark.cli.formats import OutputFormat
from classmark.cli.views.predictions import render
from classmark.corpus.abstract import Abstract, Record
from classmark.corpus.errors import ClassmarkError, CorpusError, ModelFileError, SchemeError
from classmark.corpus.fields import Fields
from classmark.corpus.formats import FORMATS
from classmark.corpus.formats.annotation import AnnotatedOutput, Annotation
from classmark.corpus.input.chunks import records_of
from classmark.corpus.input.discovery import InputFile
from classmark.corpus.input.files import chunks_of
from classmark.corpus.output.annotate import annotate_file
from classmark.corpus.scheme_files import read_scheme
from classmark.model.explanation.spans import word_spans
from classmark.model.persistence.container import FORMAT_VERSION, write_container
from classmark.model.persistence.model_file import open_classifier
from classmark.model.prediction.predict import predict
from classmark.model.scoring.classifier import DEFAULT_FILE
from classmark.model.text.tokenizer import words
from support.formats import RECORD_FILES, pdf

_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
_TEMPORARY = tempfile.TemporaryDirectory(prefix="classmark-fuzz-", dir=_MEMORY)  # removed at exit
FOLDER = Path(_TEMPORARY.name)
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
CODES = [Annotation("U", "Military Science", 0.5), Annotation("ü", "of another alphabet")]
FIELDS = {
    "marc": Fields("245a", "520a", "650a"),
    "mrk": Fields("245a", "520a", "650a"),
    "medline": Fields("TT", "OAB", "MH"),
    "wos": Fields(codes="ID"),
    "endnote": Fields("%T", "%Z", "%1"),
    "ris": Fields("TI", "N2", "U1"),
    "bibtex": Fields(codes="note"),
    "json": Fields(codes="bibjson.codes"),
    "jsonl": Fields("bibjson.title", "bibjson.abstract", "a.b"),
}
AS_READ = Fields(with_raw=True)
CLASSIFIER = open_classifier(DEFAULT_FILE)


def read(name: str, content: bytes, fields: Fields) -> list[Record]:
    """Read a file in a format, and check every record."""
    path = _place(name)
    path.write_bytes(content)
    try:
        records = list(records_of(chunks_of(InputFile(str(path)), name, fields)))
    except ClassmarkError:
        return []
    for record in records:
        assert record.id
        if isinstance(record, Abstract):
            assert all(isinstance(text, str) for text in (record.title, record.text, *record.codes))
            f"{record.id}{record.title}{record.text}{record.codes}".encode()
        else:
            assert record.reason
    return records


def _place(name: str) -> Path:
    return FOLDER / f"{name}-{os.getpid()}"


def reader(name: str) -> Callable[[bytes], None]:
    """Return a target that reads a file, predicts, and writes predictions, converted and annotated records."""

    def target(content: bytes) -> None:
        for fields in (AS_READ, replace(FIELDS.get(name, AS_READ), with_raw=True)):
            records = read(name, content, fields)
            _check_lines(records[:20])
            abstracts = [record for record in records if isinstance(record, Abstract)][:20]
            for known in FORMATS.values():
                if known.write:
                    _allowing(known.write, abstracts)
            _keep(name, fields, records)

    return target


def _keep(name: str, fields: Fields, records: list[Record]) -> None:
    if records and FORMATS[name].annotate:
        labelled = iter([(record, CODES) for record in records])
        with suppress(ClassmarkError):
            list(annotate_file(str(_place(name)), name, labelled, AnnotatedOutput(io.BytesIO(), fields)))


def _check_lines(records: Iterable[Record]) -> None:
    """Predict in every format; check that each record gives one line without control characters."""
    predictions = list(predict(CLASSIFIER, records))
    for name in (OutputFormat.text, OutputFormat.jsonl, OutputFormat.csv, OutputFormat.tsv):
        lines = render(name, predictions)
        assert len(lines.splitlines()) == len(predictions), lines
        assert not OBEYED.search(lines), lines
    for line in render(OutputFormat.jsonl, predictions).splitlines():
        json.loads(line)


def _allowing(write: Callable[..., None], records: list) -> None:
    with suppress(ClassmarkError):
        write(records, io.BytesIO())


def tokens(content: bytes) -> None:
    """Split a text into words, and locate them."""
    text = content.decode("utf-8", "replace")
    found = [word for word, _, _ in word_spans(text)]
    assert len(text) > 4_000 or found == words(text)


def model(content: bytes) -> None:
    """Open a model file with these bytes, and one with this header and a valid checksum."""
    path = FOLDER / f"model-{os.getpid()}"
    path.write_bytes(content)
    _refused(path)
    try:
        header = json.loads(content.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return
    if isinstance(header, dict):
        scorer = CLASSIFIER.scorer
        arrays = {"intercepts": scorer.intercepts, "thresholds": scorer.thresholds}
        for name, block in scorer.blocks.items():
            few = {"letters": block.vocabulary.words.data[:0], "ends": block.vocabulary.words.offsets[:0]}
            few |= {"pairs": block.vocabulary.pairs[:0], "idf": block.idf[:0], "lengths": np.zeros(0, "u1")}
            few |= {"columns": block.weights.columns[:0], "values": block.weights.values[:0]}
            few |= {"checksums": np.zeros(0, "<u8")}
            arrays |= {f"{name}.{part}": array for part, array in few.items()}
        own = {key: value for key, value in header.items() if key not in {"format", "checksum"}}
        with path.open("wb") as file:
            write_container(arrays, own, file)
        _refused(path)


def _refused(path: Path) -> None:
    with suppress(CorpusError, ModelFileError, SchemeError):
        list(predict(open_classifier(path), [Abstract("x", "", "soil")]))


def scheme(content: bytes) -> None:
    """Read a scheme file, and resolve the codes of another in it."""
    path = FOLDER / f"scheme-{os.getpid()}"
    path.write_bytes(content)
    try:
        codes = read_scheme(str(path))
    except ClassmarkError:
        return
    for code in codes.codes:
        assert codes.resolve(code.code)
        read_scheme("lcc").resolve(code.code)


TARGETS: dict[str, Callable[[bytes], None]] = {name: reader(name) for name in FORMATS} | {
    "tokens": tokens,
    "model": model,
    "scheme": scheme,
}
"""Fuzz targets by name: every reader, the tokenizer, the model file, the scheme file."""


def seeds(name: str) -> list[bytes]:
    """Return the inputs that a target starts from: the small files of the tests."""
    kinds = {
        "annif": [b"soil and wheat\t<http://x/S>\n"],
        "pdf": [pdf([["Armies at war", "Abstract", "Soldiers", "Keywords: war"]], "A title")],
        "model": [_header()],
        "scheme": [b"code,name,parent,scope\n1,Nature,,\n1.1,Animals,1,birds\n", b"code,name\nQA76.9,Computers\n"],
        "tokens": ["<jats:p>Soil &amp; Stra\u00dfe &#233;</jats:p> e\u0301 \u4e2d\u6587".encode()],
        "text": [b"The title\n\nThe text.\n"],
        "lines": [b"war\n\npeace\n"],
        "doaj": [RECORD_FILES["dump.tgz"]],
    }
    endings = (*FORMATS[name].endings, ".xml" if name == "marcxml" else "") if name in FORMATS else ()
    files = [
        content for file, content in RECORD_FILES.items() if endings and file.endswith(tuple(filter(None, endings)))
    ]
    return kinds.get(name) or files


def _header() -> bytes:
    """Return the header of a small model."""
    return json.dumps(
        {
            "card": {"abstracts": 0, "scope_notes": 0, "near_duplicates": 0, "corpus_digest": "", "settings": {},
                     "estimate": {}, "versions": {}},
            "codes": list(CLASSIFIER.codes),
            "scheme": {"codes": [["U", "War", None]], "top_only": True, "is_closed": True},
            "stops": {"text": ["the"], "title": []},
            "slope": 1.0, "offset": 0.0, "gives_best": True, "least_known": 0.0, "format": FORMAT_VERSION,
        }
    ).encode()  # fmt: skip
