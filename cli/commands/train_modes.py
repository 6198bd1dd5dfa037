"""Learning, from a corpus as a whole or from a stream, while people see how far it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from classmark.cli.console import say
from classmark.cli.progress import stages, stepping, working
from classmark.cli.views.summary import drop_rare_codes, report_dropped_codes, report_joined_codes
from classmark.corpus.abstract import Abstract
from classmark.corpus.errors import UsageError
from classmark.corpus.input.labelled import UnusableRecords
from classmark.corpus.scheme import Scheme

if TYPE_CHECKING:
    from classmark.model.scoring.classifier import Classifier
    from classmark.model.settings import Settings


@dataclass(frozen=True)
class Learner:
    """What a training was asked to do, beside what makes a difference to what is learned.

    Parameters
    ----------
    scheme
        The codes to learn; None for those of the corpus.
    scheduler
        The cluster to learn on, if any.
    tune
        Search for settings first.
    drop_rare
        Leave out codes that one abstract has.
    quiet
        Show no progress.
    """

    scheme: Scheme | None
    scheduler: str | None
    tune: bool
    drop_rare: bool
    quiet: bool

    def learn(self, abstracts: Iterator[Abstract], unusable: UnusableRecords, settings: Settings) -> Classifier:
        """Learn from abstracts, from as many as fit in memory as a whole, from more in a stream.

        Parameters
        ----------
        unusable
            What is no use among the records that the abstracts come from. A whole corpus has to be free of it.

        Raises
        ------
        CorpusError
            The corpus can't be learned from.
        UsageError
            There are too many abstracts for what was asked.
        """
        from classmark.model.settings import IN_MEMORY  # NumPy loads here

        first = list(islice(abstracts, IN_MEMORY + 1))
        if not self.quiet:
            report_joined_codes(first, self.scheme)
        if len(first) > IN_MEMORY:
            return self._learn_streamed(chain(first, abstracts), unusable, settings)
        unusable.check()
        first = drop_rare_codes(first, self.scheme, quiet=self.quiet) if self.drop_rare else first
        return self._learn_whole(first, settings)

    def _learn_whole(self, abstracts: list[Abstract], settings: Settings) -> Classifier:
        from classmark.cli.cluster import using_cluster  # noqa: PLC0415  # and this is for few
        from classmark.model.training.train import train  # scikit-learn loads here
        from classmark.model.training.tuning import TRIALS

        if not self.tune:
            with using_cluster(self.scheduler), working(f"training on {len(abstracts):,} abstracts", quiet=self.quiet):
                return train(abstracts, self.scheme, settings, on_message=self._tell)
        with using_cluster(self.scheduler), stepping("trying settings", TRIALS, quiet=self.quiet) as step:
            return train(
                abstracts,
                self.scheme,
                settings,
                tune=True,
                on_trial=lambda tried, selection_score: step(
                    f"{settings_said(tried)}: mean of micro-F1 and macro-F1 {selection_score:.4f}"
                ),
                on_message=self._tell,
            )

    def _tell_left_out(self, codes: tuple[str, ...], abstracts: int) -> None:
        if not self.quiet:
            report_dropped_codes(codes, abstracts)

    def _tell(self, sentence: str) -> None:
        if not self.quiet:
            say(sentence)

    def _learn_streamed(
        self, abstracts: Iterator[Abstract], unusable: UnusableRecords, settings: Settings
    ) -> Classifier:
        from classmark.model.settings import IN_MEMORY
        from classmark.model.streaming.train import train_streamed  # scikit-learn loads here

        for option, is_set in (("--tune", self.tune), ("--scheduler", self.scheduler)):
            if is_set:
                raise UsageError(
                    f"{option} is for up to {IN_MEMORY:,} abstracts, and the corpus has more; leave it out, or train "
                    "on a part of the corpus, which classmark corpus convert makes with --split"
                )
        if not self.quiet:
            say(f"more than {IN_MEMORY:,} abstracts: they are put on disk and learned from one after the other")
        with stages(quiet=self.quiet) as on_progress:
            classifier = train_streamed(
                abstracts,
                self.scheme,
                settings,
                drop_rare=self.drop_rare,
                on_rare_codes=self._tell_left_out,
                on_progress=on_progress,
            )
        if unusable.count and not self.quiet:
            say(f"{unusable.count:,} records were passed over, the first: {unusable.first}")
        return classifier


def settings_said(settings: Settings) -> str:
    """Return in words what is searched for."""
    return f"C {settings.C:g}, title weight {settings.title_weight:g}, piece weight {settings.piece_weight:g}"
