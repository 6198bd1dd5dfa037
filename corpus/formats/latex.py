"""Convert LaTeX, as in BibTeX files, to plain text and back."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from classmark.corpus.fields import one_line
from classmark.corpus.lazy_imports import import_quietly
from classmark.corpus.line_breaks import join_broken_words

_IS_LATEX = re.compile(r"[\\{}$~]|--|``|''")
_BARE = re.compile(r"(?<!\\)([%&])")
_HREF = re.compile(r"\\href\s*\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}(?=\s*\{)")  # pylatexenc fails on it; the text follows it
_LOGO = re.compile(r"\\((?:La|Bib)?TeX)\b")  # pylatexenc drops these
_DOLLAR = re.compile(r"(?<!\\)\$")
_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: f"\\{character}" for character in "&%$#_{}"},
}
_LIGATURE = re.compile(r"(?<=-)(?=-)|(?<=`)(?=`)|(?<=')(?=')")


def plain(latex: str) -> str:
    """Return LaTeX as one line of plain text: accents as letters, formulas as read, no braces or commands.

    A bare ``%`` or ``&`` and a single dollar sign stand for themselves, because abstracts are often pasted into BibTeX
    files without escapes.
    """
    latex = join_broken_words(latex)
    if not _IS_LATEX.search(latex):
        return one_line(latex)
    bare = _BARE.sub(r"\\\1", _LOGO.sub(r"\1", _HREF.sub("", latex)))
    if len(_DOLLAR.findall(bare)) % 2:
        bare = _DOLLAR.sub(r"\\$", bare)
    try:
        text: str = _decoder().latex_to_text(bare)
    except Exception:  # whatever fails, keep the words
        text = latex
    return one_line(text.replace("ˆ", "^").replace("<cit.>", ""))


def to_latex(text: str) -> str:
    r"""Return plain text as LaTeX in UTF-8, which `plain` converts back.

    >>> to_latex("50 % of R&D")
    '50 \\% of R\\&D'
    """
    escaped = "".join(_SPECIAL.get(character, character) for character in one_line(text))
    return _LIGATURE.sub("{}", escaped)


@cache
def _decoder() -> Any:  # a type of pylatexenc
    return import_quietly("pylatexenc.latex2text", "bibtex", "BibTeX").LatexNodes2Text(math_mode="text")
