"""Test the measures against scikit-learn's on tables, also where some codes of an abstract are not kept."""

import numpy as np
import pytest
from sklearn import metrics
from support.scored import dense, scheme_of, ties_and_zeros

from classmark.model.evaluation.evaluate import evaluation_of
from classmark.model.measures.bootstrap import interval, resample
from classmark.model.measures.calibration import reliability
from classmark.model.measures.classification import Counts
from classmark.model.measures.confusion import confusion_table, confusions
from classmark.model.measures.registry import MEASURES
from classmark.model.measures.scored_corpus import ScoredCorpus
from classmark.model.measures.threshold_curve import threshold_curve

AVERAGES = {"micro": "micro", "macro": "macro", "weighted": "weighted", "per_abstract": "samples"}
FIGURES = {"precision": metrics.precision_score, "recall": metrics.recall_score, "f1": metrics.f1_score}
RANKING = {
    "label_ranking_average_precision": metrics.label_ranking_average_precision_score,
    "coverage_error": metrics.coverage_error,
}


@pytest.fixture(params=[(seed, kept) for seed in range(12) for kept in (6, 4, 1)], ids=str)
def scored(request):
    seed, kept = request.param
    return ties_and_zeros(seed, kept=kept)


@pytest.fixture
def tables(scored):
    return dense(scored)


@pytest.mark.parametrize("average", AVERAGES)
@pytest.mark.parametrize("figure", FIGURES)
def test_precision_recall_and_f1_are_those_of_scikit_learn(scored, tables, figure, average):
    expected = FIGURES[figure](tables.gold, tables.assigned, average=AVERAGES[average], zero_division=0)
    assert MEASURES[f"{average}_{figure}"](scored) == pytest.approx(expected)


def test_the_measures_of_each_code_are_those_of_scikit_learn(scored, tables):
    rows = metrics.precision_recall_fscore_support(tables.gold, tables.assigned, zero_division=0)
    counts = Counts.per_code(scored)
    for found, expected in zip((counts.precision, counts.recall, counts.f1, counts.gold), rows, strict=True):
        assert found == pytest.approx(expected)


@pytest.mark.parametrize("name", RANKING)
def test_ranking_measures_are_those_of_scikit_learn(scored, tables, name):
    assert MEASURES[name](scored) == pytest.approx(RANKING[name](tables.gold, tables.scores))


@pytest.mark.parametrize("k", [1, 3, 5, 10])
def test_ndcg_is_that_of_scikit_learn(scored, tables, k):
    assert MEASURES[f"ndcg_at_{k}"](scored) == pytest.approx(metrics.ndcg_score(tables.gold, tables.scores, k=k))


def test_the_other_measures_are_as_on_tables(scored, tables):
    expected = {
        "hamming_loss": metrics.hamming_loss(tables.gold, tables.assigned),
        "subset_accuracy": metrics.accuracy_score(tables.gold, tables.assigned),
        "brier_score": ((tables.scores - tables.gold) ** 2).mean(),
        "macro_f1_of_given_codes": metrics.f1_score(tables.gold, tables.assigned, average=None, zero_division=0)[
            tables.gold.any(axis=0)
        ].mean(),
    }
    assert {name: MEASURES[name](scored) for name in expected} == pytest.approx(expected)


def test_all_pairs_of_abstract_and_code_are_in_the_reliability_diagram(scored, tables):
    bins = reliability(scored)
    assert bins.pairs.sum() == tables.gold.size
    assert bins.share @ bins.pairs == pytest.approx(tables.gold.sum())
    assert bins.score @ bins.pairs == pytest.approx(tables.scores.sum())


def test_the_threshold_curve_is_as_on_tables(scored, tables):
    curve = threshold_curve(scored)
    point = int(np.searchsorted(curve.thresholds, 0.5))
    reached = tables.scores >= curve.thresholds[point]
    assert curve.precision[point] == pytest.approx(tables.gold[reached].mean())
    assert curve.recall[point] == pytest.approx(reached[tables.gold].mean())
    assert curve.share_with_codes[point] == pytest.approx(reached.any(axis=1).mean())


def test_confusions_are_counted_as_on_tables(scored, tables):
    missed, wrong = tables.gold & ~tables.assigned, tables.assigned & ~tables.gold
    counts = missed.T.astype(int) @ wrong.astype(int)
    found = {(confusion.given, confusion.assigned): confusion.count for confusion in confusions(scored, most=36)}
    column = scored.codes.index
    assert found == {pair: counts[column(pair[0]), column(pair[1])] for pair in found}
    assert sum(found.values()) == counts.sum()
    np.fill_diagonal(counts, (tables.gold & tables.assigned).sum(axis=0))
    assert (confusion_table(scored).counts == counts).all()


@pytest.mark.parametrize("k", [1, 3, 5, 10])
def test_precision_recall_and_f1_at_k_measure_the_best_codes_as_if_assigned(k):
    scored = ties_and_zeros(2, codes=12, kept=12)
    tables = dense(scored)
    best = np.zeros_like(tables.gold)
    np.put_along_axis(best, np.argsort(-tables.scores, axis=1, kind="stable")[:, :k], True, axis=1)
    for name, figure in FIGURES.items():
        expected = figure(tables.gold, best, average="samples", zero_division=0)
        assert MEASURES[f"{name}_at_{k}"](scored) == pytest.approx(expected)


def test_parts_are_joined_and_abstracts_are_taken_in_any_order(scored):
    rows = np.random.default_rng(0).permutation(len(scored))
    joined = ScoredCorpus.join([scored.take(rows[:15]), scored.take(rows[15:])]).take(np.argsort(rows))
    for found, expected in zip(vars(dense(joined)).values(), vars(dense(scored)).values(), strict=True):
        assert (found == expected).all()
    assert (joined.confident == scored.confident).all()


def test_codes_that_never_occur_count_as_zero_in_resampled_macro_f1(scored):
    used = scored.support + scored.count_per_code(scored.assigned) > 0
    wider = scored.aligned_to((*scored.codes, *(f"x{number}" for number in range(len(scored.codes)))))
    narrow, wide = (resample(each).measures["macro_f1"] for each in (scored, wider))
    assert used.any()
    assert wide == pytest.approx(narrow / 2)


def test_the_interval_of_macro_f1_holds_its_value_where_most_codes_are_rare_or_absent():
    gold = np.eye(300, dtype=bool)[np.arange(400) % 200]
    scored = ScoredCorpus.of_dense(tuple(map(str, range(300))), gold, gold * 0.9, gold, np.ones(400, dtype=bool))
    found = interval(resample(scored).measures["macro_f1"])
    assert found.low <= MEASURES["macro_f1"](scored) + 1e-9
    assert found.high >= MEASURES["macro_f1"](scored) - 1e-9


def test_thousands_of_codes_are_measured_without_tables():
    few = ties_and_zeros(1, abstracts=200, codes=300, kept=128)
    wide = few.aligned_to((*few.codes, *(f"x{number}" for number in range(20_000))))
    found = evaluation_of(wide, scheme_of(wide.codes), {})
    assert found.measures["micro_f1"] == pytest.approx(MEASURES["micro_f1"](few))
    assert (found.codes["x0"].f1, found.codes["x0"].f1_interval.high) == (0, 0)
