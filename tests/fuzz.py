"""A coverage-guided fuzzer over everything that reads what others made: ``python tests/fuzz.py TARGET -runs=100000``.

It needs atheris (``pip install atheris``); further options are libFuzzer's. What brings a target to an error that is
not the program's own, to more than 30 seconds or to 3 GB of memory, is written to a file and ends the run.
"""

import importlib
import sys
import tempfile
from pathlib import Path

import atheris

WATCHED = ("classmark", "bibtexparser", "pylatexenc", "pymarc", "pypdf", "rispy")
"""Whose branches lead the way; libraries in C are fuzzed all the same."""

with atheris.instrument_imports(include=list(WATCHED)):
    for name in WATCHED:
        importlib.import_module(name)
    from support.fuzz_targets import TARGETS, seeds


def main() -> None:
    """Fuzz one target."""
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        sys.exit(f"usage: python tests/fuzz.py TARGET [-runs=N] [-max_total_time=SECONDS]; of: {', '.join(TARGETS)}")
    name = sys.argv.pop(1)
    corpus = Path(tempfile.gettempdir(), f"classmark-fuzz-{name}")  # which the next run goes on from
    corpus.mkdir(exist_ok=True)
    for number, content in enumerate(seeds(name)):
        (corpus / str(number)).write_bytes(content)
    limits = ["-timeout=30", "-rss_limit_mb=3000", f"-artifact_prefix={tempfile.gettempdir()}/classmark-{name}-"]
    atheris.Setup([sys.argv[0], *limits, *sys.argv[1:], str(corpus)], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
