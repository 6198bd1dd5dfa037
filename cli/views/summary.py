"""Report on stderr what was read, left out and predicted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from classmark.cli.console import say
from classmark.corpus.abstract import Abstract
from classmark.corpus.input.joined_codes import joined_codes
from classmark.corpus.input.without_abstracts import WithoutAbstracts
from classmark.corpus.messages import count_of
from classmark.corpus.scheme import Scheme

if TYPE_CHECKING:
    from classmark.model.prediction.summary import PredictionSummary


_CODES = 20


def report_summary(
    summary: PredictionSummary,
    passed_over: Sequence[str],
    *,
    is_single: bool,
    quiet: bool = False,
    bad_are_shown: bool = False,
) -> None:
    """Report what a run predicted; of a single abstract, only what is unusual.

    Parameters
    ----------
    passed_over
        Files in folders that were not read.
    quiet
        Report nothing unless it is a single abstract.
    bad_are_shown
        Do not name the bad records again.
    """
    if is_single:
        _report_single(summary)
    elif not quiet:
        if not bad_are_shown:
            _report_bad(summary)
        _report_many(summary, passed_over)


def _report_bad(summary: PredictionSummary) -> None:
    for sentence in summary.bad:
        say(sentence)
    if summary.bad_count > len(summary.bad):
        say(f"… and {summary.bad_count - len(summary.bad):,} more bad records")


def _report_many(summary: PredictionSummary, passed_over: Sequence[str]) -> None:
    """Report how many records have each status and each code, and which files were not read."""
    report_without_abstracts(summary.without_abstracts)
    if passed_over:
        endings = ", ".join(sorted({Path(name).suffix or "none" for name in passed_over}))
        what = "was passed over, its ending is" if len(passed_over) == 1 else "were passed over, their endings are"
        say(f"{count_of(len(passed_over), 'file')} {what} not read: {endings}")
    counts = ", ".join(f"{count:,} {status}" for status, count in summary.statuses.most_common())
    say(f"{summary.records:,} record{'s' * (summary.records != 1)}: {counts}")
    if summary.records > 1 and summary.codes:
        codes = ", ".join(f"{code} {count:,}" for code, count in summary.codes.most_common(_CODES))
        more = f" and {count_of(len(summary.codes) - _CODES, 'more code')}" if len(summary.codes) > _CODES else ""
        say(f"codes: {codes}{more}")


def _report_single(summary: PredictionSummary) -> None:
    for sentence in summary.bad:
        say(f"error: {sentence}")
    if summary.statuses["uncertain"]:
        what = "this is the best one" if summary.codes else "so none is given"
        say(f"uncertain: no code reached its threshold, {what}")
    if summary.statuses["unfamiliar"]:
        say("unfamiliar: the model hardly knows the abstract's words, so it gets no code")


def report_corpus(abstracts: Iterable[Abstract], scheme: Scheme | None) -> None:
    """Report what looks wrong in a corpus: files without abstracts, and codes that seem to be several in one."""
    abstracts = list(abstracts)
    report_without_abstracts(WithoutAbstracts.of(abstracts))
    report_joined_codes(abstracts, scheme)


def report_without_abstracts(found: WithoutAbstracts) -> None:
    """Name the files in which no record has an abstract, and say what to do."""
    for sentence in found.sentences:
        say(sentence)


def report_joined_codes(abstracts: Iterable[Abstract], scheme: Scheme | None) -> None:
    """Name the codes that seem to be several in one."""
    for sentence in joined_codes(abstracts, scheme):
        say(sentence)


def drop_rare_codes(
    abstracts: list[Abstract], scheme: Scheme | None, fewest: int, *, quiet: bool = False
) -> list[Abstract]:
    """Leave out the codes with fewer abstracts than ``fewest``, and name them."""
    if not fewest:
        return abstracts
    from classmark.model.training.labels import without_rare_codes  # NumPy loads here

    found = without_rare_codes(abstracts, scheme, fewest)
    if found.codes and not quiet:
        report_dropped_codes(found.codes, fewest, found.left_out)
    return found.abstracts


def report_dropped_codes(codes: Sequence[str], fewest: int, abstracts: int) -> None:
    """Name the codes left out, which have fewer abstracts than ``fewest``, and how many abstracts went with them."""
    more = f" and {len(codes) - _CODES:,} more" if len(codes) > _CODES else ""
    listed = ", ".join(codes[:_CODES]) + more
    sentence = f"left out: {count_of(len(codes), 'code')} with fewer than {fewest:,} abstracts ({listed})"
    if abstracts == 1:
        sentence += "; 1 abstract with no other code is, too"
    elif abstracts > 1:
        sentence += f"; {abstracts:,} abstracts with no other code are, too"
    say(sentence)
