"""Fuzz everything that reads foreign files, guided by coverage: ``python tests/fuzz.py TARGET -runs=100000``.

Needs atheris (``pip install atheris``); further options are libFuzzer's. An input that leads to an unexpected error, to
more than 30 seconds or to 3 GB of memory is written to a file and ends the run.
"""

import importlib
import sys
import tempfile
from pathlib import Path

import atheris

WATCHED = ("classmark", "bibtexparser", "pylatexenc", "pymarc", "pypdf", "rispy")
"""Packages whose coverage guides the fuzzer; C libraries are fuzzed without guidance."""

with atheris.instrument_imports(include=list(WATCHED)):
    for name in WATCHED:
        importlib.import_module(name)
    from support.fuzz_targets import TARGETS, seeds


def main() -> None:
    """Fuzz one target."""
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        sys.exit(f"usage: python tests/fuzz.py TARGET [-runs=N] [-max_total_time=SECONDS]; of: {', '.join(TARGETS)}")
    name = sys.argv.pop(1)
    corpus = Path(tempfile.gettempdir(), f"classmark-fuzz-{name}")  # the next run starts from it
    corpus.mkdir(exist_ok=True)
    for number, content in enumerate(seeds(name)):
        (corpus / str(number)).write_bytes(content)
    limits = ["-timeout=30", "-rss_limit_mb=3000", f"-artifact_prefix={tempfile.gettempdir()}/classmark-{name}-"]
    atheris.Setup([sys.argv[0], *limits, *sys.argv[1:], str(corpus)], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
