"""Which options of ``predict`` go together."""

from __future__ import annotations

from pathlib import Path

from classmark.cli.options import OutputFormat
from classmark.cli.output import format_of, is_file
from classmark.corpus.errors import UsageError
from classmark.corpus.fields import DEFAULT_FIELDS, Fields

from .annotate import check_annotatable


def check_together(
    paths: list[str],
    format: OutputFormat | None,  # noqa: A002
    output: Path | None,
    *,
    keep: bool,
    beside: bool,
    resume: bool,
) -> None:
    """Refuse what can't be done together.

    Raises
    ------
    UsageError
        It can't; the message says what to leave out.
    """
    if resume:
        _check_resumable(format, output, keep=keep, beside=beside)
    if beside and (keep or output):
        raise UsageError(
            f"--beside has places of its own for what it writes; leave out {'--keep' if keep else '--output'}"
        )
    if keep and format:
        raise UsageError("--keep writes the format that it reads; leave out --format")
    if keep:
        check_annotatable(output, paths)


def _check_resumable(
    format: OutputFormat | None,  # noqa: A002
    output: Path | None,
    *,
    keep: bool,
    beside: bool,
) -> None:
    if beside:
        raise UsageError("leave out --resume: --beside begins anew, and each file that is there is whole")
    if keep or (format or (output and format_of(output))) is OutputFormat.parquet:
        what = "what --keep writes" if keep else "a Parquet file"
        raise UsageError(f"leave out --resume: {what} can't be gone on with, only text, jsonl, csv and tsv")
    if not is_file(output):
        raise UsageError("--resume needs an --output file")


def check_for_cluster(fields: Fields, *, keep: bool, beside: bool) -> None:
    """Refuse what a cluster can't do; raises a `UsageError`."""
    if keep or beside or fields != DEFAULT_FIELDS:
        raise UsageError("--scheduler goes with neither --keep, --beside, nor fields of other names")
