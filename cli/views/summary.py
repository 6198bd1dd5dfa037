"""What a run came to, in words on stderr."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from classmark.cli.console import say
from classmark.corpus.abstract import Abstract
from classmark.corpus.input.joined_codes import joined_codes
from classmark.corpus.input.without_abstracts import WithoutAbstracts
from classmark.corpus.scheme import Scheme

if TYPE_CHECKING:
    from classmark.model.prediction.summary import PredictionSummary


_CODES = 20


def tell(summary: PredictionSummary, passed_over: Sequence[str]) -> None:
    """Say how many records there were of each status and with each code, which were bad, and what was not read."""
    for sentence in summary.bad:
        say(sentence)
    if summary.bad_count > len(summary.bad):
        say(f"… and {summary.bad_count - len(summary.bad):,} more bad records")
    tell_without_abstracts(summary.without_abstracts)
    if passed_over:
        endings = ", ".join(sorted({Path(name).suffix or "none" for name in passed_over}))
        say(f"{len(passed_over):,} files were passed over, their endings are not read: {endings}")
    counts = ", ".join(f"{count:,} {status}" for status, count in summary.statuses.most_common())
    say(f"{summary.records:,} record{'s' * (summary.records != 1)}: {counts}")
    if summary.records > 1 and summary.codes:
        codes = ", ".join(f"{code} {count:,}" for code, count in summary.codes.most_common(_CODES))
        more = f" and {len(summary.codes) - _CODES:,} more codes" if len(summary.codes) > _CODES else ""
        say(f"codes: {codes}{more}")


def tell_without_abstracts(found: WithoutAbstracts) -> None:
    """Name the files in which no record has an abstract, and what to do."""
    for sentence in found.sentences:
        say(sentence)


def tell_joined_codes(abstracts: Iterable[Abstract], scheme: Scheme | None) -> None:
    """Name the codes that seem to be several in one."""
    for sentence in joined_codes(abstracts, scheme):
        say(sentence)


def without_rare(abstracts: Sequence[Abstract], scheme: Scheme | None, *, quiet: bool = False) -> list[Abstract]:
    """Leave out the codes that one abstract alone has, and name them."""
    from classmark.model.training.labels import without_rare_codes  # NumPy loads here

    left = without_rare_codes(abstracts, scheme)
    if left.codes and not quiet:
        tell_left_out(left.codes, left.left_out)
    return left.abstracts


def tell_left_out(codes: Sequence[str], abstracts: int) -> None:
    """Name codes that were left out, and say how many abstracts went with them."""
    more = f" and {len(codes) - _CODES:,} more" if len(codes) > _CODES else ""
    lost = f"; {abstracts:,} abstract{'s' * (abstracts > 1)} with no other code {'are' if abstracts > 1 else 'is'}, too"
    listed = ", ".join(codes[:_CODES]) + more
    say(f"left out: {len(codes):,} codes that a single abstract has ({listed}){lost if abstracts else ''}")


def tell_of_one(summary: PredictionSummary) -> None:
    """Say what is not as usual with a single abstract."""
    for sentence in summary.bad:
        say(f"error: {sentence}")
    if summary.statuses["uncertain"]:
        what = "this is the best one" if summary.codes else "so none is given"
        say(f"uncertain: no code reached its threshold, {what}")
    if summary.statuses["unfamiliar"]:
        say("unfamiliar: the model hardly knows the abstract's words, so it gets no code")
