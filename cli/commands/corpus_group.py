"""Join the commands of ``corpus``, each from its own file."""

from __future__ import annotations

from classmark.cli.examples import examples_of

from .audit import audit
from .convert import convert
from .corpus import corpus

corpus.command(epilog=examples_of("corpus audit"))(audit)
corpus.command(epilog=examples_of("corpus convert"))(convert)

__all__ = ["corpus"]
