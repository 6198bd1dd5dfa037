"""Training on a stream: on more abstracts than fit in memory.

The abstracts are read once and put on disk as the numbers of their words. From there they are gone through again and
again: to find repeats, to find the frequent pairs of words and count them, and then to learn. One in twenty is held
out; up to 20,000 of these calibrate the scores, choose the thresholds, and give the estimate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from classmark.corpus.abstract import Abstract
from classmark.corpus.scheme import Scheme
from classmark.model.scoring.classifier import Classifier, ModelCard
from classmark.model.scoring.scorer import Block, Scores
from classmark.model.settings import IN_MEMORY, ResolvedSettings, Settings
from classmark.model.text.tfidf import Floats
from classmark.model.training.coverage import familiar_from
from classmark.model.training.cross_validation import CrossValidation, estimate
from classmark.model.training.features import TfidfWeights, weigh_features
from classmark.model.training.memory_need import MemoryNeed
from classmark.model.training.provenance import rounded, settings_kept, versions
from classmark.model.training.stratification import assign_folds
from classmark.model.training.training_set import calibrated

from .features import StreamedFeatures, find_features
from .ingest import Ingest
from .sgd import EPOCHS, SGDModel
from .training_set import StreamedTrainingSet

_FOLDS = 3

Watch = Callable[[str, int, int], None]
"""Is told what is being done, how much of it is done, and how much there is of it, 0 where that is not known."""

TellRare = Callable[[tuple[str, ...], int], None]
"""Is told which codes were left out, sorted, and how many abstracts, as they had no other code."""

_USUAL = Settings()


def train_streamed(
    abstracts: Iterable[Abstract],
    scheme: Scheme | None = None,
    settings: Settings = _USUAL,
    *,
    drop_rare: TellRare | None = None,
    watch: Watch = lambda _what, _done, _of: None,
) -> Classifier:
    """Train a classifier on any number of abstracts, in bounded memory, and estimate how good it will be.

    Parameters
    ----------
    abstracts
        They are gone through once; what is needed of them is put into the system's folder for temporary files.
    scheme
        As for `train`.
    drop_rare
        Leave out the codes that one abstract alone has, instead of refusing the corpus, and tell it which.

    Raises
    ------
    CorpusError
        As for `train`.
    """
    suited = settings.suited_to(IN_MEMORY)
    with TemporaryDirectory(prefix="classmark-") as folder:
        intake = Ingest(Path(folder), scheme, suited)
        intake.take(abstracts, lambda done: watch("abstracts read", done, 0))
        scheme, codes = intake.close(drop_rare=drop_rare is not None)
        if drop_rare and intake.left_out_codes:
            drop_rare(intake.left_out_codes, intake.left_out)
        watch("looking for frequent pairs of words", 0, 0)
        lesson = StreamedTrainingSet(intake, codes, suited.seed)
        features = find_features(lesson, intake.words)
        weighing = weigh_features(features.parts, features.document_frequency, lesson.texts, suited)
        MemoryNeed(len(codes), weighing.width, len(lesson.gold)).check()
        weights, intercepts = _descend(lesson, features, weighing, watch)
    counts = features.counts(lesson.held_out)
    decided = weighing.table(counts) @ weights + intercepts
    blocks = {
        name: Block(features.parts[name].vocabulary, weighing.idf[name], of_block)
        for name, of_block in weighing.gather(weights).items()
    }
    card = ModelCard(
        lesson.texts - intake.notes,
        intake.notes,
        lesson.left_out,
        intake.digest.hexdigest(),
        settings_kept(suited, _FOLDS),
        rounded(estimate(_held_out(lesson, codes, decided, suited))),
        versions(),
    )
    scorer = calibrated(blocks, intercepts, decided, lesson.gold, suited)
    scorer = replace(scorer, min_coverage=familiar_from(counts["text"].coverage))
    return Classifier(scheme, codes, scorer, card, intake.learned)


def _descend(
    lesson: StreamedTrainingSet, features: StreamedFeatures, weighing: TfidfWeights, watch: Watch
) -> tuple[Floats, Scores]:
    """Return weights, shape (columns, codes), and intercepts."""
    rng = np.random.default_rng(weighing.settings.seed)
    descent = SGDModel(lesson.support / lesson.texts, lesson.texts, weighing.settings)
    done = 0
    for _ in range(EPOCHS):
        for rows, gold in lesson.rows(rng.permutation(lesson.buckets)):
            descent.learn(weighing.table(features.counts(rows)).astype(np.float32), gold, rows.weights)
            done += len(rows)
            watch("learning", done, EPOCHS * lesson.texts)
    return descent.fitted(weighing.width)


def _held_out(
    lesson: StreamedTrainingSet, codes: tuple[str, ...], decided: Scores, settings: ResolvedSettings
) -> CrossValidation:
    """Return the held-out texts as an estimate wants them: thresholds are chosen on some folds of them for another."""
    fold = assign_folds(lesson.gold, _FOLDS, settings.seed)
    return CrossValidation(codes, lesson.gold, fold, (settings,), (decided,))
