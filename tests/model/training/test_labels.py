"""Test labels: rare codes, and the codes of texts as a matrix."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from classmark.corpus.abstract import Abstract
from classmark.corpus.scheme import Code, Scheme
from classmark.model.scoring.candidates import Candidates
from classmark.model.training.labels import are_gold, label_matrix, support_of, without_rare_codes

CORPUS = [
    Abstract("1", "", "Birds and cats", ("animals",)),
    Abstract("2", "", "Birds and dogs", ("animals", "plants")),
    Abstract("3", "", "Oaks", ("plants", "rare")),
    Abstract("4", "", "Quartz", ("odd",)),
]


def test_codes_with_a_single_abstract_are_left_out():
    found = without_rare_codes(CORPUS, None)
    assert found.codes == ("odd", "rare")
    assert [abstract.codes for abstract in found.abstracts] == [("animals",), ("animals", "plants"), ("plants",)]
    assert found.left_out == 1


def test_codes_with_a_scope_note_are_not_rare():
    scheme = Scheme(tuple(Code(code, code, scope="words") for code in ("animals", "plants", "rare", "odd", "unused")))
    found = without_rare_codes(CORPUS, scheme)
    assert (found.codes, found.left_out) == ((), 0)
    assert found.abstracts == CORPUS


def test_a_label_matrix_is_sparse():
    gold = label_matrix([("b", "a"), (), ("c", "c")], "abcd")
    assert gold.toarray().tolist() == [[True, True, False, False], [False] * 4, [False, False, True, False]]
    assert gold.has_sorted_indices
    assert support_of(gold).tolist() == [1, 1, 1, 0]


@given(st.integers(0, 8), st.integers(1, 6), st.integers(1, 3), st.integers(0, 10_000))
def test_candidates_are_compared_with_gold_codes(abstracts, codes, kept, seed):
    rng = np.random.default_rng(seed)
    candidates = Candidates.of_dense(rng.random((abstracts, codes)), kept)
    gold = rng.random((abstracts, codes)) < 0.3
    assert are_gold(candidates, csr_matrix(gold)).tolist() == gold[candidates.row_of, candidates.columns].tolist()
