"""Training in memory."""

from classmark.corpus.abstract import Abstract
from classmark.model.settings import Settings
from classmark.model.training.train import train


def test_on_trial_does_not_start_a_search(records):
    abstracts = [Abstract(record["id"], record["title"], record["text"], tuple(record["codes"])) for record in records]
    trials = []
    classifier = train(abstracts, settings=Settings(jobs=1), on_trial=lambda *trial: trials.append(trial))
    assert trials == []
    assert classifier.card == train(abstracts, settings=Settings(jobs=1)).card
