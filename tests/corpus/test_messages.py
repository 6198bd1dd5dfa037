"""Test that messages show where something is left out."""

import json

from support.program import run


def test_long_names_of_fields_are_cut_with_an_ellipsis(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"x" * 50: "soil"}) + "\n", encoding="utf-8")
    done = run("predict", path)
    assert done.code == 1
    assert f"it has: {'x' * 39}…" in done.err + done.out
