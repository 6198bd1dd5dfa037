"""Real library records, where they are at hand: what README claims holds."""

import json

import pytest
from conftest import SHARED, run

pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="the benchmark data is not here")


def measures(*args):
    done = run("evaluate", *args, "--format", "json")
    assert done.code == 0, done.err
    return json.loads(done.out)["measures"]


@pytest.mark.slow
def test_retraining_on_catalogue_records_is_as_good_as_claimed(tmp_path):
    path = tmp_path / "tib-lcc.safetensors"
    assert run("train", SHARED / "tib-lcc" / "train.jsonl.gz", "-o", path, "--scheme", "lcc").code == 0
    found = measures(SHARED / "tib-lcc" / "dev.jsonl.gz", "--model", path)
    assert found["precision_at_1"] >= 0.81
    assert found["micro_f1"] >= 0.80
    assert found["macro_f1"] >= 0.55


def test_the_default_model_is_as_good_as_claimed_on_articles():
    assert measures(SHARED / "doaj" / "dev.jsonl.gz")["precision_at_1"] >= 0.48
