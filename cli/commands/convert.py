"""The command ``corpus convert``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from math import inf
from pathlib import Path
from typing import IO, Annotated

import typer

from classmark.cli.console import say
from classmark.cli.error_boundary import exit_with_failure
from classmark.cli.formats import InputFormat, RecordFormat
from classmark.cli.input import InputOptions
from classmark.cli.options import (
    CodesField,
    Encoding,
    IdField,
    InputFormatName,
    Quiet,
    Seed,
    TextField,
    TitleField,
)
from classmark.cli.output import binary_of, open_output
from classmark.cli.progress import counted, working
from classmark.corpus.abstract import Abstract, Record, Unreadable
from classmark.corpus.errors import CorpusError, UsageError
from classmark.corpus.formats import FORMATS, format_by_ending
from classmark.corpus.formats.format import Format
from classmark.corpus.input.discovery import input_size
from classmark.corpus.messages import count_of
from classmark.corpus.output.atomic import replacing
from classmark.corpus.output.checks import check_apart

_PARTS = {2: ("train", "test"), 3: ("train", "dev", "test")}
_SHOWN = 5


def convert(
    files: Annotated[
        list[str],
        typer.Argument(metavar="IN...", help="Files, folders, or - for the standard input.", show_default=False),
    ],
    output: Annotated[
        Path, typer.Argument(metavar="OUT", help="The file to write, or - for the standard output.", show_default=False)
    ],
    to: Annotated[
        RecordFormat | None, typer.Option("--to", help="The format to write; if not given, by the ending of OUT.")
    ] = None,
    split: Annotated[
        str | None,
        typer.Option(
            "--split",
            metavar="80,10,10",
            help="Split into parts of these proportions in the folder OUT: train, dev and test, or train and test.",
        ),
    ] = None,
    input_format: InputFormatName = InputFormat.auto,
    encoding: Encoding = None,
    id_field: IdField = None,
    title_field: TitleField = None,
    text_field: TextField = None,
    codes_field: CodesField = None,
    seed: Seed = 0,
    quiet: Quiet = False,
) -> None:
    """Convert abstracts, with their titles, texts and codes, to another format, or split a corpus.

    Only the id, title, text and codes of each record are written; to keep the whole record and add codes, use
    classmark predict --keep. Records that can't be read are left out and reported, and the exit code is then 1.

    With --split, each part has the codes in the same proportions (iterative stratification), near duplicates are in
    the same part, and the same seed gives the same parts.
    """
    source = InputOptions(
        paths=files,
        input_format=input_format,
        encoding=encoding,
        id_field=id_field,
        title_field=title_field,
        text_field=text_field,
        codes_field=codes_field,
    )
    if split:
        _convert_parts(source, output, FORMATS[to or RecordFormat.jsonl], _shares(split), seed, quiet=quiet)
    else:
        _convert_whole(source, output, to, quiet=quiet)


def _convert_parts(
    source: InputOptions, folder: Path, written: Format, shares: list[float], seed: int, *, quiet: bool
) -> None:
    """Split a corpus, and write one file per part into a folder."""
    paths = [folder / f"{name}{_ending(written)}" for name in _PARTS[len(shares)]]
    check_apart([folder], source.paths)
    check_apart(paths, source.paths, follow=False)
    _write_parts(_split(source.labelled(), shares, seed, quiet=quiet), paths, written, quiet=quiet)


def _convert_whole(source: InputOptions, output: Path, to: RecordFormat | None, *, quiet: bool) -> None:
    """Write all records to one file, and name those that can't be read."""
    check_apart([output], source.paths)
    written = FORMATS[to] if to else _format_of(output)
    unread: list[Unreadable] = []
    found = source.find()
    records = counted(found.records(), input_size(found.files), quiet=quiet)
    with open_output(output) as out:
        _write(_readable(records, unread), written, binary_of(out))
    if written.lacks and not quiet:
        say(f"{written.name} can't hold {written.lacks}")
    _report_unread(unread)
    if unread:
        exit_with_failure()


def _shares(split: str) -> list[float]:
    """Return the shares of the parts, read from ``--split``.

    Raises
    ------
    UsageError
        They are not two or three numbers above 0.
    """
    try:
        shares = [float(share) for share in split.split(",")]
    except ValueError:
        shares = []
    if len(shares) not in _PARTS or not all(0 < share < inf for share in shares):
        raise UsageError(f"--split {split}: name two or three numbers above 0, such as 80,10,10 or 80,20")
    return shares


def _format_of(output: Path) -> Format:
    """Return the format that the output's ending stands for.

    Raises
    ------
    UsageError
        It stands for none, or for one that is read only.
    """
    known = format_by_ending(output) if output.suffix.lower() != ".gz" else None
    if known is None or known.write is None:
        endings = ", ".join(ending for known in FORMATS.values() if known.write for ending in known.endings)
        raise UsageError(f"{output}: its ending names no format to write; end it in {endings}, or name one by --to")
    return known


def _readable(records: Iterable[Record], unread: list[Unreadable]) -> Iterator[Abstract]:
    """Pass abstracts on and note what can't be read.

    Raises
    ------
    CorpusError
        There is no abstract.
    """
    count = 0
    for record in records:
        if isinstance(record, Unreadable):
            unread.append(record)
        else:
            count += 1
            yield record
    if not count:
        raise CorpusError(str(unread[0]) if unread else "there is nothing to convert")


def _write(abstracts: Iterable[Abstract], written: Format, out: IO[bytes]) -> None:
    assert written.write  # options and endings name no other
    written.write(abstracts, out)


def _report_unread(unread: Sequence[Unreadable]) -> None:
    """Name the first records that can't be read, and how many more there are."""
    for record in unread[:_SHOWN]:
        say(str(record))
    if len(unread) > _SHOWN:
        say(f"… and {len(unread) - _SHOWN:,} more records that can't be read")


def _ending(written: Format) -> str:
    return written.endings[0] if written.endings else ".tsv"


def _split(abstracts: list[Abstract], shares: list[float], seed: int, *, quiet: bool) -> list[list[Abstract]]:
    with working(f"splitting {count_of(len(abstracts), 'abstract')}", quiet=quiet):
        from classmark.model.training.stratification import split_corpus  # SciPy loads here

        part = split_corpus(abstracts, shares, seed)
    return [[abstracts[i] for i in (part == number).nonzero()[0]] for number in range(len(shares))]


def _write_parts(parts: list[list[Abstract]], paths: list[Path], written: Format, *, quiet: bool) -> None:
    """Write one file per part, all of them or none; replace links under these names, which the program chose."""
    paths[0].parent.mkdir(exist_ok=True)
    with ExitStack() as files:
        for path, abstracts in zip(paths, parts, strict=True):
            _write(abstracts, written, files.enter_context(replacing(path, follow=False)))
    if not quiet:
        for path, abstracts in zip(paths, parts, strict=True):
            say(f"{path}: {count_of(len(abstracts), 'abstract')}")
