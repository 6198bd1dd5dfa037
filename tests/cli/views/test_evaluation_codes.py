"""Test which codes of an evaluation are listed and shown."""

import io
import json

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from support.scored import random_scored_corpus, scheme_of

from classmark.cli.formats import ReportFormat
from classmark.cli.report.report import write_report
from classmark.cli.views.evaluation import Measured
from classmark.cli.views.evaluation_table import show_measured
from classmark.cli.views.evaluation_text import write_measured
from classmark.corpus.abstract import Abstract
from classmark.model.evaluation.evaluate import evaluation_of
from classmark.model.measures.scored_corpus import ScoredCorpus
from classmark.model.scoring.candidates import Candidates

CODES = 3_000
ABSTRACTS = 1_000


@pytest.fixture(scope="module")
def measured():
    """An evaluation with 3,000 codes: each abstract has two, of which low numbers are frequent and often right."""
    rng = np.random.default_rng(0)
    gold = (CODES * rng.random((ABSTRACTS, 2)) ** 4).astype(np.int64)
    rows = np.repeat(np.arange(ABSTRACTS), 2)
    matrix = csr_matrix((np.ones(2 * ABSTRACTS, dtype=bool), (rows, gold.ravel())), shape=(ABSTRACTS, CODES))
    matrix.sort_indices()
    found = [np.unique(np.append(codes, rng.integers(0, CODES, 100))) for codes in gold]
    starts = np.append(0, np.cumsum([len(codes) for codes in found]))
    columns = np.concatenate(found).astype(np.int32)
    scores = Candidates(starts, columns, rng.random(len(columns)), CODES)
    scores = scores.with_values((scores.values + scores.are_gold(matrix)) / 2)
    codes = tuple(f"c{number:04}" for number in range(CODES))
    scored = ScoredCorpus(codes, matrix, scores, scores.values > 0.49, np.ones(ABSTRACTS, dtype=bool))
    scheme = scheme_of(codes)
    abstracts = [Abstract(str(number), f"Title {number}", "Text", ("c0000",)) for number in range(ABSTRACTS)]
    return Measured(evaluation_of(scored, scheme, dict.fromkeys(codes, 0.5)), abstracts, scheme)


def listed(measured):
    out = io.StringIO()
    write_measured(measured, ReportFormat.json, out)
    return json.loads(out.getvalue())["codes"]


def test_json_and_text_have_all_of_many_codes_that_are_given_or_assigned(measured):
    scored = measured.evaluation.scored
    used = np.unique(np.append(scored.gold.indices, scored.scores.columns[scored.assigned]))
    assert len(used) < CODES
    assert list(listed(measured)) == [scored.codes[column] for column in used]
    out = io.StringIO()
    write_measured(measured, ReportFormat.text, out)
    assert sum(line.startswith("c") and "\t" in line for line in out.getvalue().split("\n\n")[1].splitlines()[1:]) == (
        len(used)
    )


def test_the_terminal_shows_frequent_codes_and_the_best_and_worst(measured):
    out = io.StringIO()
    show_measured(measured, out)
    rows = [line.split()[0] for line in out.getvalue().splitlines() if line.startswith((" c", "c"))]
    support = {code: result.support for code, result in measured.evaluation.codes.items()}
    frequent = sorted(support, key=support.get, reverse=True)
    assert set(frequent[:30]) <= set(rows)
    assert "of 3,000 codes" in " ".join(out.getvalue().split())


def test_a_report_on_many_codes_is_small_and_says_what_it_leaves_out(measured, tmp_path):
    pytest.importorskip("jinja2")
    write_report(measured, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "of 3,000 codes: the 30 most frequent" in page
    assert len(page) < 1_000_000


def test_all_of_a_few_codes_are_listed_also_those_without_abstracts():
    scored = random_scored_corpus(20).aligned_to(("QA", "QB", "HV", "HX", "XX"))
    scheme = scheme_of(scored.codes)
    abstracts = [Abstract(str(number), "", "Text", ("QA",)) for number in range(20)]
    assert list(listed(Measured(evaluation_of(scored, scheme, {}), abstracts, scheme))) == list(scored.codes)
