"""Scored corpora that several tests measure."""

from types import SimpleNamespace

import numpy as np
from scipy.sparse import csr_matrix

from classmark.corpus.scheme import Code, Scheme
from classmark.model.measures.scored_corpus import ScoredCorpus
from classmark.model.scoring.assignment import assign
from classmark.model.scoring.candidates import Candidates

CODES = ("QA", "QB", "HV", "HX")


def random_scored_corpus(abstracts, seed=0, codes=CODES, skill=1.5):
    """Return made-up scores and gold codes; the greater the skill, the more of them agree."""
    rng = np.random.default_rng(seed)
    gold = rng.random((abstracts, len(codes))) < 0.3
    gold[np.arange(abstracts), rng.integers(0, len(codes), abstracts)] = True
    scores = 1 / (1 + np.exp(-(skill * (gold - 0.5) + rng.normal(size=gold.shape))))
    assigned = scores >= 0.5
    return ScoredCorpus.of_dense(tuple(codes), gold, scores, assigned, assigned.any(axis=1))


def scheme_of(codes, parents=None):
    """Return a scheme of these codes, with their parents where these are given."""
    tops = [Code(code, code) for code in (parents or {}).values()]
    return Scheme((*dict.fromkeys(tops), *(Code(code, code, (parents or {}).get(code)) for code in codes)))


CLASSES = ("H", "J", "Q", "U")


def scored_corpus(scores, gold, codes=CLASSES, threshold=0.5):
    """Return these scores and gold codes, with the codes at or above the threshold assigned."""
    scores, gold = np.array(scores, dtype=float), np.array(gold, dtype=bool)
    assignment = assign(Candidates.of_dense(scores), threshold)
    assigned = assignment.assigned.reshape(scores.shape)
    return ScoredCorpus.of_dense(codes, gold, scores, assigned, ~assignment.uncertain)


def dense(scored):
    """Return gold codes, scores and assigned codes as arrays, shape (abstracts, codes)."""
    return SimpleNamespace(
        gold=scored.gold.toarray(),
        scores=scored.scores.to_dense(),
        assigned=scored.matrix_of(scored.assigned).toarray(),
    )


def ties_and_zeros(seed, abstracts=40, codes=6, kept=6):
    """Return made-up scores with ties, zeros and abstracts without codes; of each abstract, some codes are kept."""
    rng = np.random.default_rng(seed)
    gold = rng.random((abstracts, codes)) < rng.choice([0.1, 0.4, 0.9])
    scores = Candidates.of_dense(rng.integers(0, 5, gold.shape) / 4, kept)
    assigned = rng.random(len(scores.columns)) < 0.4
    names = tuple(f"c{number:03}" for number in range(codes))
    return ScoredCorpus(names, csr_matrix(gold), scores, assigned, rng.random(abstracts) < 0.5)
