"""Test the scikit-learn estimator."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_validate

from classmark.corpus.abstract import Abstract
from classmark.model.training.estimator import SubjectClassifier


@pytest.fixture(scope="module")
def texts(records):
    return [record["text"] for record in records]


@pytest.fixture(scope="module")
def labels(records):
    return [record["codes"][0] for record in records]


def test_the_estimator_works_in_cross_validate(texts, labels):
    scores = cross_validate(SubjectClassifier(), texts, labels, cv=3, error_score="raise")["test_score"]
    assert scores.mean() > 0.5


def test_the_estimator_works_in_grid_search(texts, labels):
    search = GridSearchCV(SubjectClassifier(), {"C": [0.1, 1.0]}, cv=2, error_score="raise").fit(texts, labels)
    assert search.best_params_["C"] in {0.1, 1.0}


def test_several_labels_per_text_give_a_label_matrix(texts, records):
    classifier = SubjectClassifier().fit(texts, [record["codes"] for record in records])
    assert classifier.classes_.tolist() == ["J", "M", "S", "U"]
    predicted = classifier.predict(texts[:5])
    assert predicted.shape == (5, 4)
    assert (predicted.sum(axis=1) >= 1).all()


def test_a_label_matrix_gives_the_same_model_as_label_lists(texts, records):
    codes = [record["codes"] for record in records]
    matrix = np.array([[code in given for code in "JMSU"] for given in codes], dtype=int)
    by_matrix, by_codes = SubjectClassifier().fit(texts, matrix), SubjectClassifier().fit(texts, codes)
    assert np.array_equal(by_matrix.predict_proba(texts), by_codes.predict_proba(texts))


def test_the_estimator_can_be_cloned():
    classifier = SubjectClassifier(C=2.0, precision=0.9)
    assert clone(classifier).get_params() == classifier.get_params()
    assert classifier.get_params()["C"] == 2.0


def test_probabilities_rise_with_decision_values(texts, labels):
    classifier = SubjectClassifier().fit(texts, labels)
    decisions, scores = classifier.decision_function(texts), classifier.predict_proba(texts)
    assert decisions.shape == scores.shape == (len(texts), 4)
    assert ((scores > 0) & (scores < 1)).all()
    for column in range(4):
        assert np.array_equal(np.argsort(decisions[:, column]), np.argsort(scores[:, column]))


def test_a_title_word_counts_more_than_a_text_word():
    rows = [Abstract(str(i), title, "of all and", ()) for i, title in enumerate(["war", "war", "soil", "soil"] * 3)]
    classifier = SubjectClassifier().fit(rows, ["U", "U", "S", "S"] * 3)
    titled, untitled = Abstract("x", "war", "of all and"), Abstract("x", "", "Of all and. War of all.")
    scores = classifier.decision_function([titled, untitled])
    assert scores[0, 1] > scores[1, 1]


def test_the_first_sentence_stands_in_for_a_missing_title():
    rows = [Abstract(str(i), title, "of all and", ()) for i, title in enumerate(["war", "war", "soil", "soil"] * 3)]
    classifier = SubjectClassifier().fit(rows, ["U", "U", "S", "S"] * 3)
    first, later = classifier.decision_function(["War. Of all and.", "Of all and. War."])
    assert first[1] > later[1]


def test_predicting_before_fitting_is_an_error():
    with pytest.raises(NotFittedError):
        SubjectClassifier().predict(["x"])


@pytest.mark.parametrize(
    ("labels", "message"),
    [(["a", "a"], "at least two different labels"), (["a", "b", "c"], "2 texts, but 3 labels")],
)
def test_unusable_labels_are_refused(labels, message):
    with pytest.raises(ValueError, match=message):
        SubjectClassifier().fit(["x", "y"], labels)


def test_unknown_words_learn_from_words_with_shared_affixes():
    texts = ["library", "libraries", "archive", "harbour", "harbours", "port", "librarian", "librarian"]
    classifier = SubjectClassifier().fit(texts, [["a"]] * 3 + [["b"]] * 3 + [["a", "b"]] * 2)
    [[for_a, for_b]] = classifier.decision_function(["librarian"])
    assert for_a > for_b + 0.1
