"""Check which options of ``predict`` can be combined."""

from __future__ import annotations

from classmark.cli.formats import OutputFormat
from classmark.cli.output import is_file
from classmark.corpus.errors import UsageError
from classmark.corpus.fields import DEFAULT_FIELDS

from .options import Uncertain
from .run import PredictionRun


def check_options(run: PredictionRun) -> None:
    """Check a run in this process.

    Raises
    ------
    UsageError
        Some options can't be combined; the message says what to leave out.
    """
    if run.resume:
        _check_resumable(run)
    if run.beside and (run.keep or run.output is not None):
        option = "--keep" if run.keep else "--output"
        raise UsageError(f"--beside chooses the names of the files that it writes; leave out {option}")
    if run.keep and run.requested_format:
        raise UsageError("--keep writes the format that it reads; leave out --format")
    if not run.keep and (run.provenance or run.uncertain is Uncertain.keep):
        raise UsageError("--uncertain and --provenance go with --keep")
    if run.keep:
        from .annotate import check_annotatable  # noqa: PLC0415  # few need it

        check_annotatable(run.output_path, run.input.paths)


def check_options_on_cluster(run: PredictionRun) -> None:
    """Raise a `UsageError` if an option is given that a cluster does not support."""
    if run.keep or run.beside or run.input.fields != DEFAULT_FIELDS:
        raise UsageError("--scheduler goes with neither --keep, --beside, nor fields of other names")


def _check_resumable(run: PredictionRun) -> None:
    if run.beside:
        raise UsageError("--resume does not work with --beside: every file it has written is complete")
    if run.keep:
        raise UsageError("--resume does not work with --keep, only with text, jsonl, csv and tsv")
    has_format = run.requested_format or run.output is not None
    if has_format and run.format is OutputFormat.parquet:
        raise UsageError("--resume does not work with a Parquet file, only with text, jsonl, csv and tsv")
    if not is_file(run.output_path):
        raise UsageError("--resume needs an --output file")
