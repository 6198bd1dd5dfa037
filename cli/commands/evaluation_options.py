"""The options of ``evaluate`` in one object, and the checks that they can be combined."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from classmark.cli.formats import ReportFormat
from classmark.cli.input import InputOptions
from classmark.corpus.errors import UsageError

_PAGES = (".html", ".htm")  # a corpus that is named in the report's place by mistake must not be replaced


class EvaluationOptions(Struct, frozen=True):
    """The options of ``evaluate``, named as on the command line.

    Parameters
    ----------
    input
        Where the labelled abstracts are read from.
    precision
        The precision that thresholds are chosen for, from ``--aim``; None for the best F1.
    """

    input: InputOptions
    model: Path | None
    folds: int | None
    curve: list[str] | None
    compare: Path | None
    fail_if_worse: bool
    report: Path | None
    format: ReportFormat
    scheme: str | None
    threshold: float | None
    assign: int | None
    level: int | None
    precision: float | None
    drop_rare: int
    seed: int
    jobs: int
    quiet: bool

    def check(self) -> None:
        """Check that the options can be combined, and that the report has the name of a page.

        Raises
        ------
        UsageError
            They can't be combined; the message names all that is wrong. Or the name of the report is that of another
            file.
        """
        option = "--folds" if self.folds else "--curve" if self.curve else ""
        trains = bool(option)
        own = f"{option} trains models of its own; leave out"
        has_threshold = self.threshold is not None
        conditions = {
            "leave out --folds or --curve": self.folds and self.curve,
            f"{own} --model or {option}": trains and self.model,
            f"{own} --compare or {option}": trains and self.compare,
            f"{option} chooses thresholds of its own; leave out --threshold or {option}": trains and has_threshold,
            f"{option} chooses thresholds of its own; leave out --assign or {option}": trains and self.assign,
            f"{own} --level or {option}": trains and self.level,
            "a model has its own scheme; --scheme goes with --folds or --curve": self.scheme and not trains,
            "a model has its own thresholds; --aim goes with --folds or --curve": self.precision and not trains,
            "--drop-rare goes with --folds or --curve": self.drop_rare and not trains,
            "--fail-if-worse goes with --compare": self.fail_if_worse and not self.compare,
        }
        problems = [problem for problem, is_given in conditions.items() if is_given]
        if problems:
            raise UsageError("; ".join(problems))
        if self.report and self.report.suffix.lower() not in _PAGES:
            raise UsageError(f"--report {self.report}: a report is a page, so end its name in .html")
