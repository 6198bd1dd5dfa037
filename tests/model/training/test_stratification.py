"""Test folds and splits: codes in proportion, near duplicates together."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from classmark.corpus.abstract import Abstract
from classmark.corpus.analysis.near_duplicates import near_duplicates
from classmark.model.training.stratification import assign_folds, groups_of, split_corpus


@given(st.integers(2, 5), st.integers(0, 100))
def test_a_code_with_two_abstracts_is_in_two_folds(folds, seed):
    gold = np.zeros((40, 3), dtype=bool)
    gold[:, 0] = True
    gold[[3, 17], 0], gold[[3, 17], 2] = False, True
    fold = assign_folds(csr_matrix(gold), folds, seed)
    assert fold[3] != fold[17]
    assert np.ptp(np.bincount(fold, minlength=folds)) <= 1


@given(st.integers(1, 30), st.integers(1, 8), st.integers(0, 100))
def test_groups_are_dealt_to_the_folds_by_their_rarest_code(texts, codes, seed):
    rng = np.random.default_rng(seed)
    gold = rng.random((texts, codes)) < rng.random(codes) * 0.6
    groups = rng.integers(0, texts, texts)
    names = np.unique(groups)
    support = gold.sum(axis=0)
    of_group = [np.flatnonzero(gold[groups == name].any(axis=0)) for name in names]
    rarest = np.array([min(own, key=lambda code: (support[code], code), default=0) for own in of_group])
    shuffled = np.random.default_rng(seed).permutation(len(names))
    order = names[shuffled[np.argsort(rarest[shuffled], kind="stable")]]
    expected = {name: number % 3 for number, name in enumerate(order.tolist())}
    assert assign_folds(csr_matrix(gold), 3, seed, groups).tolist() == [expected[name] for name in groups.tolist()]


def test_a_chain_of_near_duplicates_is_in_one_fold():
    words = [f"word{i}" for i in range(100)]
    texts = [" ".join(words[start : start + 60]) for start in (0, 12, 24)] + ["something else altogether here"]
    groups = groups_of([Abstract(str(i), "", text, ()) for i, text in enumerate(texts)])
    assert groups[0] == groups[1] == groups[2] != groups[3]
    gold = np.array([[1, 0], [0, 1], [1, 0], [0, 1]], dtype=bool)
    fold = assign_folds(csr_matrix(gold), 2, 0, groups)
    assert fold[0] == fold[1] == fold[2]


def abstracts(count: int, seed: int) -> list[Abstract]:
    """Return abstracts with one to three of ten codes, some of them rare, and distinct words."""
    random = np.random.default_rng(seed)
    chance = np.array([200, 100, 50, 50, 25, 25, 20, 10, 10, 10]) / 500
    return [
        Abstract(str(i), "", " ".join(f"w{letters(i)}{letters(j)}" for j in range(20)),
                 tuple(str(code) for code in random.choice(10, random.integers(1, 4), replace=False, p=chance)))
        for i in range(count)
    ]  # fmt: skip


def letters(number: int) -> str:
    return "".join(chr(97 + int(digit)) for digit in str(number))


@pytest.mark.parametrize("seed", range(3))
def test_each_part_of_a_split_has_the_codes_in_proportion(seed):
    whole = abstracts(1_000, seed)
    part = split_corpus(whole, (80, 10, 10), seed)
    of_all = Counter(code for abstract in whole for code in abstract.codes)
    for number, share in enumerate((0.8, 0.1, 0.1)):
        assert abs((part == number).sum() - share * 1_000) <= 20
        of_part = Counter(
            code for abstract, of in zip(whole, part, strict=True) if of == number for code in abstract.codes
        )
        for code, count in of_all.items():
            assert abs(of_part[code] - share * count) <= 3, (number, code)


def test_near_duplicates_stay_in_one_part_of_a_split():
    whole = abstracts(60, 0)
    copies = [Abstract(f"copy {i}", "", whole[i].text + " more", whole[i].codes) for i in range(20)]
    part = split_corpus(whole + copies, (50, 25, 25), 0)
    found = near_duplicates([abstract.text for abstract in whole + copies]).first
    assert len(found) == 20
    assert all(part[number] == part[first] for number, first in found.items())
