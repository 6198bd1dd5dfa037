"""Check the quality that README claims, on real library records if these are available."""

import json

import pytest
from support.program import SHARED, run

pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="the benchmark data is not available")


def measures(*args):
    done = run("evaluate", *args, "--format", "json")
    assert done.code == 0, done.err
    return json.loads(done.out)["measures"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("corpus", "goals"),
    [
        ("tib-lcc", {"precision_at_1": 0.818, "micro_f1": 0.808, "macro_f1": 0.58}),
        ("tib-domains", {"precision_at_1": 0.835, "micro_f1": 0.738, "macro_f1": 0.695}),
    ],
)
def test_retraining_is_as_good_as_claimed(tmp_path, corpus, goals):
    path = tmp_path / "model"
    assert run("train", SHARED / corpus / "train.jsonl.gz", "-o", path).code == 0
    found = measures(SHARED / corpus / "dev.jsonl.gz", "--model", path)
    assert {name: found[name] for name, goal in goals.items() if found[name] < goal} == {}


@pytest.mark.parametrize(("corpus", "goal"), [("doaj", 0.51), ("tib-lcc", 0.72)])
def test_the_default_model_is_as_good_as_claimed(corpus, goal):
    assert measures(SHARED / corpus / "dev.jsonl.gz")["precision_at_1"] >= goal
