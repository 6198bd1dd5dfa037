"""Train a classifier on more abstracts than fit in memory.

The abstracts are read once and written to disk as word ids. Further passes over the disk find near duplicates, count
frequent word pairs, and fit the weights. One abstract in twenty is held out; up to 20,000 of these serve to calibrate
scores, choose thresholds and estimate how good the classifier is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from classmark.corpus.abstract import Abstract
from classmark.corpus.analysis.support import count_rare_codes, describe_rare_codes
from classmark.corpus.scheme import Scheme
from classmark.model.scoring.candidates import Candidates
from classmark.model.scoring.classifier import Classifier, ModelCard
from classmark.model.scoring.scorer import Block, Scores
from classmark.model.scoring.weights import SparseWeights
from classmark.model.settings import IN_MEMORY, ResolvedSettings, Settings
from classmark.model.text.counts import Counts
from classmark.model.text.document_frequency import DocumentFrequencies
from classmark.model.text.tfidf import Floats
from classmark.model.training.coverage import min_coverage_from
from classmark.model.training.cross_validation import CrossValidation, estimate
from classmark.model.training.features import TfidfWeights, fit_tfidf
from classmark.model.training.memory_need import MemoryNeed
from classmark.model.training.provenance import recorded_settings, rounded_estimate, versions
from classmark.model.training.stratification import assign_folds
from classmark.model.training.training_set import calibrated_scorer

from .features import StreamedFeatures, find_features
from .ingest import Ingest
from .sgd import EPOCHS, SGDModel
from .training_set import StreamedTrainingSet

_FOLDS = 3
_MAX_VALUES = 5_000_000  # decision values of all codes to hold at once
_DEFAULT = Settings()

OnProgress = Callable[[str, int, int], None]
"""Called with the current step, the work done, and the total, which is 0 if unknown."""

OnRareCodes = Callable[[tuple[str, ...], int], None]
"""Called with the codes left out, sorted, and the number of abstracts left out, as they had no other code."""


def train_streamed(  # noqa: PLR0913  # the corpus, how to train, and three callbacks
    abstracts: Iterable[Abstract],
    scheme: Scheme | None = None,
    settings: Settings = _DEFAULT,
    *,
    drop_rare: int = 0,
    on_rare_codes: OnRareCodes = lambda _codes, _abstracts: None,
    on_progress: OnProgress = lambda _step, _done, _total: None,
    on_message: Callable[[str], None] = lambda _: None,
) -> Classifier:
    """Train a classifier on any number of abstracts in bounded memory, and estimate how good it is.

    Parameters
    ----------
    abstracts
        Read once; their encoding takes space in the system's folder for temporary files.
    scheme, drop_rare
        As for `train`.
    on_rare_codes
        Called if ``drop_rare`` leaves out codes.
    on_message
        Called with a sentence if codes have few abstracts.

    Raises
    ------
    CorpusError
        As for `train`; or there are too many codes.
    """
    resolved = settings.suited_to(IN_MEMORY)
    with TemporaryDirectory(prefix="classmark-") as folder:
        ingest = Ingest(Path(folder), scheme, resolved)
        ingest.add(abstracts, lambda done: on_progress("abstracts read", done, 0))
        scheme, codes = ingest.finalize(drop_rare=drop_rare)
        if ingest.rare_codes:
            on_rare_codes(ingest.rare_codes, ingest.left_out)
        if ingest.abstracts and (sentence := describe_rare_codes(ingest.support, codes)):
            on_message(sentence)
        on_progress("looking for frequent pairs of words", 0, 0)
        training_set = StreamedTrainingSet(ingest, codes, resolved.seed)
        model = _fit(training_set, ingest.frequencies, resolved, on_progress)
    counts = model.features.counts(training_set.held_out)
    held_out = _held_out(training_set, codes, resolved, model.decision_function(counts))
    scorer = calibrated_scorer(model.blocks, model.intercepts, held_out.decision_values[0], training_set.gold, resolved)
    scorer = replace(scorer, min_coverage=min_coverage_from(counts["text"].coverage))
    return Classifier(scheme, codes, scorer, _model_card(ingest, training_set, held_out), ingest.learned)


class _StreamedModel(Struct, frozen=True):
    """A fitted model, not yet calibrated.

    Parameters
    ----------
    weights
        float32, shape (columns, codes).
    intercepts
        float64, shape (codes,).
    """

    features: StreamedFeatures
    tfidf: TfidfWeights
    weights: Floats
    intercepts: Scores

    @property
    def blocks(self) -> dict[str, Block]:
        """The blocks of a scorer, with the weights of affixes folded in."""
        return {
            name: Block(self.features.blocks[name].vocabulary, self.tfidf.idf[name], SparseWeights.of_dense(weights))
            for name, weights in self.tfidf.fold_affixes(self.weights).items()
        }

    def decision_function(self, counts: Mapping[str, Counts]) -> Candidates:
        """Return the decision values of texts from their counts by block."""
        matrix = self.tfidf.transform(counts)
        step = max(1, _MAX_VALUES // len(self.intercepts))
        parts = [matrix[start : start + step] @ self.weights for start in range(0, matrix.shape[0], step)]
        return Candidates.join([Candidates.of_dense(np.asarray(part + self.intercepts)) for part in parts])


def _fit(
    training_set: StreamedTrainingSet,
    frequencies: Mapping[str, DocumentFrequencies],
    settings: ResolvedSettings,
    on_progress: OnProgress,
) -> _StreamedModel:
    """Find the features and fit their weights, by `EPOCHS` passes over the shards in shuffled order."""
    features = find_features(training_set, frequencies)
    tfidf = fit_tfidf(features.blocks, features.document_frequency, training_set.texts, settings)
    codes = len(training_set.support)
    MemoryNeed(codes, tfidf.width, training_set.gold.shape[0], codes_at_once=codes).check()
    rng = np.random.default_rng(settings.seed)
    sgd = SGDModel(training_set.support / training_set.texts, training_set.texts, settings)
    done = 0
    for _ in range(EPOCHS):
        for texts, gold in training_set.batches(rng.permutation(training_set.shards)):
            matrix = tfidf.transform(features.counts(texts)).astype(np.float32)
            sgd.partial_fit(matrix, gold.toarray(), texts.sample_weights)
            done += len(texts)
            on_progress("training", done, EPOCHS * training_set.texts)
    return _StreamedModel(features, tfidf, *sgd.coefficients(tfidf.width))


def _held_out(
    training_set: StreamedTrainingSet, codes: tuple[str, ...], settings: ResolvedSettings, decision_values: Candidates
) -> CrossValidation:
    """Split the held-out texts into folds, so that an estimate calibrates on some and measures on the others."""
    fold = assign_folds(training_set.gold, _FOLDS, settings.seed)
    return CrossValidation(codes, training_set.gold, fold, (settings,), (decision_values,))


def _model_card(ingest: Ingest, training_set: StreamedTrainingSet, held_out: CrossValidation) -> ModelCard:
    return ModelCard(
        abstracts=training_set.texts - ingest.notes,
        scope_notes=ingest.notes,
        near_duplicates=training_set.left_out,
        corpus_digest=ingest.digest.hexdigest(),
        settings=recorded_settings(held_out.settings[0], _FOLDS),
        estimate=rounded_estimate(estimate(held_out)),
        versions=versions(),
        rare_codes=count_rare_codes(ingest.support, held_out.codes),
    )
