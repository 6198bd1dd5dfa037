"""Test that a name that is no command gets a suggestion."""

import pytest
from support.program import run


@pytest.mark.parametrize(
    ("args", "meant"),
    [
        ("check corpus.jsonl", "corpus check"),
        ("stats", "corpus stats"),
        ("audit", "corpus audit"),
        ("convert a.csv b.jsonl", "corpus convert"),
        ("show", "model show"),
        ("split corpus.jsonl", "corpus convert --split"),
        ("help", "--help"),
        ("help predict", "predict --help"),
        ("help corpus", "corpus --help"),
        ("help corpus check", "corpus check --help"),
        ("predct", "predict"),
        ("TRAIN", "train"),
        ("corpus chekc", "corpus check"),
        ("corpus train", "train"),
        ("model stats", "corpus stats"),
        ("corpora", "corpus"),
        ("soil.txt", "predict soil.txt"),
        ("-", "predict -"),
    ],
)
def test_a_name_that_is_no_command_gets_a_suggestion(tmp_path, args, meant):
    (tmp_path / "soil.txt").write_text("Soil and wheat.", encoding="utf-8")
    done = run(*args.split(), cwd=tmp_path)
    assert done.code == 2
    assert f" {meant}'?" in done.err.splitlines()[-1]
    assert "did you mean '" in done.err


def test_a_name_like_no_command_gets_all_commands():
    done = run("xyzzy")
    assert done.code == 2
    assert "no command 'xyzzy'; there are: predict, explain, train, evaluate, codes, serve, corpus check," in done.err


def test_a_long_name_is_cut_with_an_ellipsis():
    done = run("soil and wheat " * 1_000)
    assert done.code == 2
    assert "no command 'soil and wheat soil and wheat soil and…'" in done.err


@pytest.mark.parametrize("args", ["predict --modl x", "train --tun", "corpus check --shceme lcc"])
def test_a_misspelt_option_gets_a_suggestion(args):
    done = run(*args.split())
    assert done.code == 2
    assert "(Possible options: --" in done.err
