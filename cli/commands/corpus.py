"""The commands ``corpus check`` and ``corpus stats``; ``audit`` and ``convert`` join them from their own files."""

from __future__ import annotations

import typer
from msgspec.structs import asdict

from classmark.cli.console import printable, say
from classmark.cli.error_boundary import exit_with_failure
from classmark.cli.examples import examples_of
from classmark.cli.formats import InputFormat, ReportFormat
from classmark.cli.input import InputOptions
from classmark.cli.options import (
    CodesField,
    Corpus,
    Encoding,
    IdField,
    InputFormatName,
    OutputOfFigures,
    SchemeName,
    TextField,
    TitleField,
)
from classmark.cli.output import is_terminal, open_output
from classmark.cli.suggestions import CommandGroup
from classmark.cli.views.json_lines import json_text
from classmark.cli.views.statistics import write_statistics
from classmark.cli.views.summary import report_corpus
from classmark.corpus.analysis.check import check_corpus
from classmark.corpus.analysis.statistics import corpus_statistics
from classmark.corpus.analysis.support import CorpusSize
from classmark.corpus.messages import count_of
from classmark.corpus.output.checks import check_apart
from classmark.corpus.scheme_files import read_scheme, scheme_file

corpus = typer.Typer(
    cls=CommandGroup,
    help="Check a corpus before training, convert it, or split it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@corpus.command(epilog=examples_of("corpus check"))
def check(
    files: Corpus,
    scheme: SchemeName = None,
    input_format: InputFormatName = InputFormat.auto,
    encoding: Encoding = None,
    id_field: IdField = None,
    title_field: TitleField = None,
    text_field: TextField = None,
    codes_field: CodesField = None,
) -> None:
    """List the problems of a corpus, one per line: fields, codes, lengths, near duplicates.

    The exit code is 1 if there are any.
    """
    check_apart([], [*files, scheme_file(scheme)])
    found = 0
    codes = read_scheme(scheme) if scheme else None
    source = InputOptions(
        paths=files,
        input_format=input_format,
        encoding=encoding,
        id_field=id_field,
        title_field=title_field,
        text_field=text_field,
        codes_field=codes_field,
    )
    size = CorpusSize(codes)
    with open_output(None) as out:
        for problem in check_corpus(size.counting(source.records()), codes):
            out.write(printable(problem) + "\n")
            found += 1
    counted = f"{count_of(size.abstracts, 'abstract')}, {count_of(len(size.codes), 'code')}"
    say(f"{counted}: {count_of(found, 'problem') if found else 'nothing wrong'} found")
    if found:
        exit_with_failure()


@corpus.command(epilog=examples_of("corpus stats"))
def stats(
    files: Corpus,
    format: OutputOfFigures = ReportFormat.text,  # noqa: A002  # the option's name
    input_format: InputFormatName = InputFormat.auto,
    encoding: Encoding = None,
    id_field: IdField = None,
    title_field: TitleField = None,
    text_field: TextField = None,
    codes_field: CodesField = None,
) -> None:
    """Show statistics of a corpus: abstracts, lengths, codes, pairs of codes, and lexical diversity."""
    check_apart([], files)
    source = InputOptions(
        paths=files,
        input_format=input_format,
        encoding=encoding,
        id_field=id_field,
        title_field=title_field,
        text_field=text_field,
        codes_field=codes_field,
    )
    abstracts = source.labelled()
    report_corpus(abstracts, None)
    statistics = corpus_statistics(abstracts)
    with open_output(None) as out:
        if format is ReportFormat.json:
            pairs = {";".join(pair): count for pair, count in statistics.pairs.items()}
            figures = asdict(statistics) | {"pairs": pairs, "richness": asdict(statistics.richness)}
            out.write(json_text(figures, indent=2))
        elif is_terminal(out):
            from classmark.cli.views.tables import show_statistics  # noqa: PLC0415  # rich loads here

            show_statistics(statistics, out)
        else:
            write_statistics(statistics, out)
