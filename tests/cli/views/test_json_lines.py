"""Test that predictions as JSON lines are the same for a batch at once as one by one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from classmark.cli.views.json_lines import batch_lines, prediction_line
from classmark.corpus.abstract import Abstract, SourceLocation, Unreadable
from classmark.model.persistence.model_file import open_classifier
from classmark.model.prediction.predict import predict_columns
from classmark.model.prediction.summary import PredictionSummary
from classmark.model.scoring.decimals import decimals

ODD = ["", " ", "soil", 'a"b\\', "\x1b[31m", "\x7f\x9b", "\u2028\u202e", "\ud800", "ß", "Title\n"]


def odd_records():
    """Return records of all statuses, with letters that JSON or a terminal could take for something else."""
    for number, odd in enumerate(ODD):
        location = SourceLocation(f"{odd or 'x'}.jsonl", number)
        yield Unreadable(odd, location, f"no {odd}")
        yield Abstract(odd, odd, f"army {odd} war" * (number % 2), location=location)
        yield Abstract(odd, "", "xyzzy plugh", location=location, fields_seen=odd)
        yield Abstract(odd, "soil and wheat", "", location=location)


def test_lines_of_a_batch_are_those_of_its_predictions(model):
    classifier = open_classifier(model)
    for limit, top in ((None, 5), (2, 1), (None, 100)):
        for batch in predict_columns(classifier, odd_records(), top=top, threshold=None, limit=limit):
            assert batch_lines(batch) == "".join(map(prediction_line, batch.predictions))


def test_the_summary_of_a_batch_is_that_of_its_predictions(model):
    [batch] = predict_columns(open_classifier(model), odd_records(), top=5, threshold=None, limit=None)
    at_once, one_by_one = PredictionSummary(), PredictionSummary()
    at_once.count_batch(batch)
    for prediction in batch.predictions:
        one_by_one.count(prediction)
    assert at_once == one_by_one


TIES = [number / 20_000 for number in range(0, 20_001, 7)]


@given(st.lists(st.floats(0, 1) | st.sampled_from(TIES)), st.integers(1, 5))
def test_decimals_are_those_of_python(values, digits):
    assert decimals(np.array(values, dtype=float), digits) == [repr(round(value, digits)) for value in values]
