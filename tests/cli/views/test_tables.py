"""Test what ``corpus stats`` shows on a terminal."""

import re

from support.program import shown_at, write_records


def test_the_bars_of_long_codes_stay_on_their_lines(records, tmp_path):
    codes = [f"http://example.org/a/vocabulary/{number}" for number in range(4)]
    changed = [record | {"codes": [codes[number % 4]]} for number, record in enumerate(records)]
    lines = shown_at(60, "corpus", "stats", write_records(tmp_path / "c.jsonl", changed))
    rows = [line for line in lines if "http" in line]
    assert len(rows) == 4
    assert all(re.fullmatch(r" http://example\.org/a/vocabulary/\d +12  █+", row) for row in rows)
    assert [line for line in lines if "█" in line] == rows
