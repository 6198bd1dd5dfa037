"""The commands ``corpus check`` and ``corpus stats``; ``audit`` and ``convert`` join them from their own files."""

from __future__ import annotations

from dataclasses import asdict
from typing import TextIO

import typer

from classmark.corpus import (
    CorpusStatistics,
    Fields,
    WithoutAbstracts,
    check_apart,
    check_corpus,
    corpus_statistics,
    labelled_abstracts,
    read_abstracts,
    read_scheme,
    scheme_file,
)

from .boundary import FAILED, printable, say
from .options import (
    CodesField,
    Corpus,
    InputFormat,
    InputFormatName,
    OutputOfFigures,
    ReportFormat,
    SchemeName,
    TextField,
    TitleField,
)
from .output import is_terminal, open_output
from .summary import tell_joined_codes, tell_without_abstracts
from .writers import json_text

corpus = typer.Typer(
    help="Look at a corpus before learning from it, convert it, split it.", no_args_is_help=True, rich_markup_mode=None
)


@corpus.command()
def check(
    files: Corpus,
    scheme: SchemeName = None,
    input_format: InputFormatName = InputFormat.auto,
    title_field: TitleField = None,
    text_field: TextField = None,
    codes_field: CodesField = None,
) -> None:
    """Say what is wrong with a corpus, a line each: fields, codes, lengths, near duplicates.

    The exit code is 1 if anything is.
    """
    check_apart([], [*files, scheme_file(scheme)])
    found = 0
    codes = read_scheme(scheme) if scheme else None
    records = read_abstracts(files, input_format, Fields(title_field, text_field, codes_field))
    with open_output(None) as out:
        for problem in check_corpus(records, codes):
            out.write(printable(problem) + "\n")
            found += 1
    say(f"{found:,} problem{'s' * (found != 1)} found" if found else "nothing wrong found")
    if found:
        raise typer.Exit(FAILED)


@corpus.command()
def stats(
    files: Corpus,
    format: OutputOfFigures = ReportFormat.text,  # noqa: A002  # the option's name
    input_format: InputFormatName = InputFormat.auto,
    title_field: TitleField = None,
    text_field: TextField = None,
    codes_field: CodesField = None,
) -> None:
    """Show a corpus in figures: abstracts, lengths, codes, pairs of codes, and how rich its language is."""
    check_apart([], files)
    fields = Fields(title_field, text_field, codes_field)
    abstracts = labelled_abstracts(files, input_format, fields)
    tell_without_abstracts(WithoutAbstracts.of(abstracts))
    tell_joined_codes(abstracts, None)
    statistics = corpus_statistics(abstracts)
    with open_output(None) as out:
        if format is ReportFormat.json:
            figures = asdict(statistics) | {"pairs": {";".join(pair): n for pair, n in statistics.pairs.items()}}
            out.write(json_text(figures, indent=2))
        elif is_terminal(out):
            from .tables import show_statistics  # noqa: PLC0415  # rich loads here

            show_statistics(statistics, out)
        else:
            _write(statistics, out)


def figures_of(statistics: CorpusStatistics) -> dict[str, str]:
    """Return the single figures, by their names, as they are shown."""
    rich = statistics.richness
    without_pairs = {"with too many codes to count their pairs": f"{statistics.without_pairs:,}"}
    return {
        "abstracts": f"{statistics.abstracts:,}",
        "with several codes": f"{statistics.with_several_codes:,}",
        **(without_pairs if statistics.without_pairs else {}),
        "words an abstract": "{} to {}, median {}".format(*(statistics.lengths[i] for i in (0, 2, 1))),
        "language measured on": f"{statistics.sample:,} abstracts",
        "words": f"{rich.words:,}",
        "distinct words": f"{rich.distinct_words:,}",
        "word triples in two abstracts or more": f"{rich.shared_triples:.1%}",
    }


def _write(statistics: CorpusStatistics, out: TextIO) -> None:
    out.writelines(f"{name}\t{figure}\n" for name, figure in figures_of(statistics).items())
    out.write("\ncode\tabstracts\n")
    out.writelines(f"{printable(code)}\t{count}\n" for code, count in statistics.codes.items())
    out.write("\ncodes\tabstracts\n")
    out.writelines(f"{printable(';'.join(pair))}\t{count}\n" for pair, count in statistics.pairs.items())
