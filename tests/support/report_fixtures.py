"""Provide reports on several evaluations, one of them on hostile abstracts."""

import json

import pytest

from support.hostile import HOSTILE, NAMES, TITLE, UNSEEN
from support.program import run, write_records


@pytest.fixture(scope="session")
def hostile_report(tmp_path_factory, records):
    """Return a cross-validation report on abstracts with markup and control characters in every field."""
    folder = tmp_path_factory.mktemp("hostile")
    changed = [
        record
        | {
            "id": f"{number}<b>\"'`{HOSTILE}",
            "title": f"{record['title']} {TITLE}",
            "text": f"{record['text']} {TITLE} {UNSEEN}",
            "codes": [f"{code}<i>&" for code in (record["codes"] if number % 6 else ["M"])],
        }
        for number, record in enumerate(records)
    ]
    rows = "".join('"{}<i>&","{}"\n'.format(code, name.replace('"', '""')) for code, name in NAMES.items())
    (folder / "scheme.csv").write_text(f"code,name\n{rows}", encoding="utf-8")
    corpus = write_records(folder / "<b>corpus\udcff.jsonl", changed)
    report = folder / "report.html"
    done = run("evaluate", corpus, "--folds", "2", "--scheme", folder / "scheme.csv", "--report", report)
    assert done.code == 0, done.err
    assert "Warning" not in done.err
    return report


@pytest.fixture(scope="session")
def mislabelled_corpus(tmp_path_factory, records):
    """Return a corpus that the small model makes mistakes on: most abstracts have another code."""
    changed = [record | {"codes": ["M"] if number % 5 else record["codes"]} for number, record in enumerate(records)]
    return write_records(tmp_path_factory.mktemp("mislabelled") / "mislabelled.jsonl", changed)


@pytest.fixture(scope="session")
def comparison_report(mislabelled_corpus, model, tmp_path_factory):
    """Return a report that compares two models, and the figures that were printed with it."""
    folder = tmp_path_factory.mktemp("compared")
    other, report = folder / "other.safetensors", folder / "report.html"
    assert run("train", mislabelled_corpus, "-o", other).code == 0
    done = run("evaluate", mislabelled_corpus, "-m", model, "--compare", other, "--report", report, "-f", "json")
    assert done.code == 0, done.err
    assert done.err.endswith(f"classmark: {report}: open it in a browser\n")
    return report, json.loads(done.out)


@pytest.fixture(scope="session")
def curve_report(corpus, tmp_path_factory):
    folder = tmp_path_factory.mktemp("curve")
    notes, report = folder / "notes.csv", folder / "report.html"
    notes.write_text("code,name,scope\nJ,Politics,parties\nM,Music,melody\nS,Farming,soil\nU,War,armies\n", "utf-8")
    done = run("evaluate", corpus, "--curve", corpus, "--scheme", notes, "--report", report, "-q")
    assert done.code == 0
    assert "the largest model of the curve was trained on these very abstracts" in done.err
    return report
