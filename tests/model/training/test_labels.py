"""Test labels: rare codes, and the codes of texts as a matrix."""

from classmark.corpus.abstract import Abstract
from classmark.corpus.scheme import Code, Scheme
from classmark.model.training.labels import label_matrix, support_of, without_rare_codes

CORPUS = [
    Abstract("1", "", "Birds and cats", ("animals",)),
    Abstract("2", "", "Birds and dogs", ("animals", "plants")),
    Abstract("3", "", "Oaks", ("plants", "rare")),
    Abstract("4", "", "Quartz", ("odd",)),
]


def test_codes_with_a_single_abstract_are_left_out():
    found = without_rare_codes(CORPUS, None, 2)
    assert found.codes == ("odd", "rare")
    assert [abstract.codes for abstract in found.abstracts] == [("animals",), ("animals", "plants"), ("plants",)]
    assert found.left_out == 1


def test_codes_with_few_abstracts_are_left_out():
    found = without_rare_codes([*CORPUS, Abstract("5", "", "Cats", ("animals",))], None, 3)
    assert found.codes == ("odd", "plants", "rare")
    assert found.left_out == 2


def test_codes_with_a_scope_note_are_not_rare():
    scheme = Scheme(
        tuple(Code(code, code, scopes=("words",)) for code in ("animals", "plants", "rare", "odd", "unused"))
    )
    found = without_rare_codes(CORPUS, scheme, 2)
    assert (found.codes, found.left_out) == ((), 0)
    assert found.abstracts == CORPUS


def test_a_label_matrix_is_sparse():
    gold = label_matrix([("b", "a"), (), ("c", "c")], "abcd")
    assert gold.toarray().tolist() == [[True, True, False, False], [False] * 4, [False, False, True, False]]
    assert gold.has_sorted_indices
    assert support_of(gold).tolist() == [1, 1, 1, 0]
