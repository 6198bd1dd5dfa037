"""Measure how many wrong codes ``corpus audit`` finds: some codes are replaced on purpose, then the audit runs.

    python tests/benchmarks/audit.py TRAIN.jsonl.gz [--seed 0] [--share 0.05] [--scheme lcc]

A share of TRAIN's records gets other codes: once drawn uniformly from all codes, once in proportion to their
frequency, which is harder, because frequent codes suit more texts. Each run prints one line: the share of the changed
records among the first 5 % and the first 10 % of the records, the share of changed records among the first 100
findings, and the number of findings. Findings that were not changed need not be false alarms: a corpus has wrong
codes of its own.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

COLUMNS = ("codes drawn", "changed", "in first 5 %", "in first 10 %", "of first 100", "findings")


def read_records(path: Path) -> list[dict]:
    """Read JSON lines, gzipped or not."""
    opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")
    with opened as lines:
        return [json.loads(line) for line in lines]


def swap_codes(given: list[dict], share: float, seed: int, *, by_frequency: bool) -> tuple[list[dict], set[int]]:
    """Replace each code of some records by another; return all records and the indices of the changed ones."""
    chance = random.Random(seed)
    frequency = Counter(code for record in given for code in record["codes"])
    codes = sorted(frequency)
    chosen = set(chance.sample(range(len(given)), round(share * len(given))))
    changed = list(given)
    for number in sorted(chosen):
        new: list[str] = []
        for _ in given[number]["codes"]:
            others = [code for code in codes if code not in {*given[number]["codes"], *new}]
            new += chance.choices(others, [frequency[code] if by_frequency else 1 for code in others])
        changed[number] = given[number] | {"codes": new}
    return changed, chosen


def listed(given: list[dict], scheme: str | None) -> list[int]:
    """Return the indices of the records that an audit lists, the most doubtful first."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "corpus.jsonl"
        path.write_text("".join(json.dumps(record) + "\n" for record in given), encoding="utf-8")
        command = [sys.executable, "-m", "classmark.cli", "corpus", "audit", str(path), "--format", "jsonl", "--quiet"]
        command += ["--top", str(len(given)), *(["--scheme", scheme] if scheme else [])]
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [json.loads(line)["line"] - 1 for line in out.splitlines()]


def main() -> None:
    """Print one line per way of drawing codes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train", type=Path, help="corpus as JSON lines, gzipped or not")
    parser.add_argument("--seed", type=int, default=0, help="seed of the random choices")
    parser.add_argument("--share", type=float, default=0.05, help="share of the records to change")
    parser.add_argument("--scheme", help="scheme, as for corpus audit")
    options = parser.parse_args()
    given = read_records(options.train)
    print(*COLUMNS, sep="\t")
    print("unchanged", 0, "", "", "", len(listed(given, options.scheme)), sep="\t", flush=True)
    for name in ("uniformly", "by frequency"):
        changed, chosen = swap_codes(given, options.share, options.seed, by_frequency=name == "by frequency")
        found = listed(changed, options.scheme)
        shares = (len(chosen.intersection(found[: len(given) // part])) / len(chosen) for part in (20, 10))
        hundred = len(chosen.intersection(found[:100])) / 100
        figures = (f"{figure:.3f}" for figure in (*shares, hundred))
        print(name, len(chosen), *figures, len(found), sep="\t", flush=True)


if __name__ == "__main__":
    main()
