"""Train in memory, or out of core if the corpus is large, and show progress."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING

from msgspec import Struct

from classmark.cli.console import say
from classmark.cli.progress import stages, stepping, working
from classmark.cli.views.summary import drop_rare_codes, report_dropped_codes, report_joined_codes
from classmark.corpus.abstract import Abstract
from classmark.corpus.errors import UsageError
from classmark.corpus.input.labelled import UnusableRecords
from classmark.corpus.messages import count_of
from classmark.corpus.scheme import Scheme

if TYPE_CHECKING:
    from classmark.model.scoring.classifier import Classifier
    from classmark.model.settings import Settings


class Trainer(Struct, frozen=True):
    """Trains a model as the options say; `Settings` has those that change the model.

    Parameters
    ----------
    scheme
        The codes to train; None for those of the corpus.
    scheduler
        The address of the Dask scheduler to train on; None to train here.
    tune
        Search for the best settings first.
    drop_rare
        Leave out codes with fewer abstracts than this.
    quiet
        Show no progress.
    """

    scheme: Scheme | None
    scheduler: str | None
    tune: bool
    drop_rare: int
    quiet: bool

    def train(self, abstracts: Iterator[Abstract], unusable: UnusableRecords, settings: Settings) -> Classifier:
        """Train on abstracts, in memory if there are at most `IN_MEMORY`, otherwise out of core.

        Parameters
        ----------
        unusable
            Counts the records that can't be trained on. In memory, there must be none.

        Raises
        ------
        CorpusError
            The corpus can't be trained on.
        UsageError
            There are too many abstracts for ``--tune`` or ``--scheduler``.
        """
        from classmark.model.settings import IN_MEMORY  # NumPy loads here

        first = list(islice(abstracts, IN_MEMORY + 1))
        if not self.quiet:
            report_joined_codes(first, self.scheme)
        if len(first) > IN_MEMORY:
            return self._train_streamed(chain(first, abstracts), unusable, settings)
        unusable.check()
        first = drop_rare_codes(first, self.scheme, self.drop_rare, quiet=self.quiet)
        return self._train_in_memory(first, settings)

    def _train_in_memory(self, abstracts: list[Abstract], settings: Settings) -> Classifier:
        from classmark.cli.cluster import using_cluster  # noqa: PLC0415  # few need it
        from classmark.model.training.train import train  # scikit-learn loads here
        from classmark.model.training.tuning import TRIALS

        if not self.tune:
            with (
                using_cluster(self.scheduler),
                working(f"training on {count_of(len(abstracts), 'abstract')}", quiet=self.quiet),
            ):
                return train(abstracts, self.scheme, settings, on_message=self._report_message)
        with using_cluster(self.scheduler), stepping("trying settings", TRIALS, quiet=self.quiet) as step:
            return train(
                abstracts,
                self.scheme,
                settings,
                tune=True,
                on_trial=lambda tried, selection_score: step(
                    f"{describe_settings(tried)}: mean of micro-F1 and macro-F1 {selection_score:.4f}"
                ),
                on_message=self._report_message,
            )

    def _report_rare_codes(self, codes: tuple[str, ...], abstracts: int) -> None:
        if not self.quiet:
            report_dropped_codes(codes, self.drop_rare, abstracts)

    def _report_message(self, sentence: str) -> None:
        if not self.quiet:
            say(sentence)

    def _train_streamed(
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
            say(f"more than {IN_MEMORY:,} abstracts: they are written to disk and trained on one after the other")
        with stages(quiet=self.quiet) as on_progress:
            classifier = train_streamed(
                abstracts,
                self.scheme,
                settings,
                drop_rare=self.drop_rare,
                on_rare_codes=self._report_rare_codes,
                on_progress=on_progress,
                on_message=self._report_message,
            )
        if unusable.count and not self.quiet:
            were = "was" if unusable.count == 1 else "were"
            say(f"{count_of(unusable.count, 'record')} {were} passed over, the first: {unusable.first}")
        return classifier


def describe_settings(settings: Settings) -> str:
    """Return the settings that are searched for, in words."""
    return f"C {settings.C:g}, title weight {settings.title_weight:g}, piece weight {settings.piece_weight:g}"
