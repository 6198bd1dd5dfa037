"""Read damaged and overlong files of each format, and print what came of them, with the peak of memory.

    python tests/benchmarks/formats.py [NAME]...

Each sample file of the tests is cut at forty places, changed at random in sixty ways, repeated a thousand times, and
given an abstract of 12 MB; `predict` reads each kind in one process. The tables in README are in this form.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.formats import ARMY, RECORD_FILES
from support.program import TELLING_ITS_PEAK

CUTS, CHANGES, REPEATED = 40, 60, 1_000
LONG = (ARMY + " ") * (12_000_000 // len(ARMY))


def main() -> None:
    """Print a row of a table per sample file."""
    print("| file | inputs | records read | named, not read | unforeseen | peak | seconds |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name in sys.argv[1:] or RECORD_FILES:
        runs = [predict(inputs) for inputs in kinds_of(name, RECORD_FILES[name])]
        count, ok, errors, odd = (sum(run[place] for run in runs) for place in range(4))
        peak, seconds = max(run[4] for run in runs), max(run[5] for run in runs)
        print(f"| `{name}` | {count} | {ok:,} | {errors:,} | {odd} | {peak} MB | {seconds:.1f} |", flush=True)


def kinds_of(name: str, content: bytes) -> Iterator[dict[str, bytes]]:
    """Yield the inputs of each kind by file name."""
    stem, ending = name.split(".", 1)
    rng = random.Random(name)
    yield {f"{stem}{n}.{ending}": content[: len(content) * n // CUTS] for n in range(CUTS)}
    yield {f"{stem}{n}.{ending}": changed(content, rng) for n in range(CHANGES)}
    yield {name: content * REPEATED}
    if ARMY.encode() in content:
        yield {name: content.replace(ARMY.encode(), LONG.encode(), 1)}


def changed(content: bytes, rng: random.Random) -> bytes:
    """Return the content with some bytes changed, left out or repeated."""
    found = bytearray(content)
    for _ in range(rng.randint(1, 12)):
        start = rng.randrange(len(found))
        end = min(len(found), start + rng.randint(1, 20))
        found[start:end] = rng.choice([b"", rng.randbytes(end - start), bytes(found[start:end]) * 2])
    return bytes(found)


def predict(inputs: dict[str, bytes]) -> tuple[int, int, int, int, int, float]:
    """Return the numbers of inputs, records, errors and unforeseen ends, the peak in MB, and the seconds."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in inputs.items():
            Path(folder, name).write_bytes(content)
        command = [sys.executable, "-c", TELLING_ITS_PEAK, "predict", folder, "--format", "jsonl", "--jobs", "1"]
        start = time.perf_counter()
        done = subprocess.run(command, capture_output=True, check=False)
        seconds = time.perf_counter() - start
    said = done.stderr.decode(errors="replace")
    statuses = re.findall(rb'"status": "(\w+)"', done.stdout)
    peak = re.findall(r"PEAK (\d+)", said)
    odd = ("Traceback" in said) + said.count("unforeseen") + (done.returncode not in {0, 1}) + (not peak)
    errors = statuses.count(b"error")
    return len(inputs), len(statuses) - errors, errors, odd, int(peak[-1]) // 1024 if peak else 0, seconds


if __name__ == "__main__":
    main()
