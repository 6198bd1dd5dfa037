"""The command ``corpus audit``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from classmark.cli.console import say
from classmark.cli.formats import InputFormat, OutputFormat
from classmark.cli.input import InputOptions
from classmark.cli.options import (
    CodesField,
    Corpus,
    DropRare,
    Encoding,
    IdField,
    InputFormatName,
    Jobs,
    OutputFile,
    Quiet,
    SchemeName,
    Seed,
    TextField,
    TitleField,
)
from classmark.cli.output import format_of, open_output
from classmark.cli.progress import working
from classmark.cli.views.audit import write_findings
from classmark.cli.views.summary import drop_rare_codes, report_joined_codes, report_without_abstracts
from classmark.corpus.input.without_abstracts import WithoutAbstracts
from classmark.corpus.messages import count_of
from classmark.corpus.output.checks import check_apart, check_writable
from classmark.corpus.scheme_files import read_scheme, scheme_file
from classmark.corpus.streams import STDIN

if TYPE_CHECKING:
    from classmark.model.evaluation.audit import Audit


def audit(
    corpus: Corpus,
    scheme: SchemeName = None,
    top: Annotated[
        int, typer.Option("--top", min=1, metavar="N", help="The largest number of abstracts to list.")
    ] = 50,
    format: Annotated[  # noqa: A002  # the option's name
        OutputFormat | None,
        typer.Option(
            "--format", "-f", help="The output format; if not given, by the ending of --output, otherwise text."
        ),
    ] = None,
    output: OutputFile = None,
    input_format: InputFormatName = InputFormat.auto,
    encoding: Encoding = None,
    id_field: IdField = None,
    title_field: TitleField = None,
    text_field: TextField = None,
    codes_field: CodesField = None,
    drop_rare: DropRare = 0,
    seed: Seed = 0,
    jobs: Jobs = -1,
    quiet: Quiet = False,
) -> None:
    """List the abstracts whose given codes seem wrong or incomplete, the most doubtful first.

    Each abstract is scored by a model that was trained on other abstracts. A given code seems wrong if its score is
    no higher than its average score for abstracts without the code. A code seems missing if its score is at least
    its average score for abstracts that have the code. Abstracts where a given code scores furthest below a code
    that was not given come first.

    Each line has the place, the id, what seems wrong, the given codes and their scores, the suggested codes and
    their scores, and the title. Finer codes are shown as the codes of the scheme that they roll up to.

    A doubt is no proof: read the abstract before you change its codes. Codes with few abstracts are doubted more
    often, because the model has seen few examples of them.
    """
    written = format or format_of(output)
    if output and str(output) != STDIN:
        check_writable(output)
    check_apart([output], [*corpus, scheme_file(scheme)])
    source = InputOptions(
        paths=corpus,
        input_format=input_format,
        encoding=encoding,
        id_field=id_field,
        title_field=title_field,
        text_field=text_field,
        codes_field=codes_field,
    )
    abstracts = source.labelled()
    if not quiet:
        report_without_abstracts(WithoutAbstracts.of(abstracts))
    codes = read_scheme(scheme) if scheme else None
    abstracts = drop_rare_codes(abstracts, codes, drop_rare, quiet=quiet)
    if not quiet:
        report_joined_codes(abstracts, codes)
    with working(f"auditing {count_of(len(abstracts), 'abstract')}", quiet=quiet):
        from classmark.model.evaluation.audit import audit_corpus  # scikit-learn loads here
        from classmark.model.settings import Settings

        found = audit_corpus(abstracts, codes, Settings(seed=seed, jobs=jobs))
    with open_output(output) as out:
        write_findings(found.findings[:top], written, out)
    if not quiet:
        _report(found, top)


def _report(found: Audit, top: int) -> None:
    """Report how many abstracts have doubtful codes, and whether that tells much."""
    from classmark.model.training.evidence import ENOUGH  # NumPy is loaded by now

    doubtful = len(found.findings)
    verb = "has" if doubtful == 1 else "have"
    say(f"{doubtful:,} of {found.abstracts:,} abstracts {verb} doubtful codes")
    if found.tells_little:
        per_code = f"{found.abstracts / found.codes:.2g} abstracts per code"
        say(
            f"that tells little, as {per_code} are few to learn from: right codes are doubted and wrong ones are not; "
            f"{ENOUGH} or more would do"
        )
    if doubtful > top:
        say(f"the {top:,} most doubtful are listed; for all of them: --top {doubtful}")
