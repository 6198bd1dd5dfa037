"""From LaTeX, as BibTeX files have it, to plain text and back."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from classmark.corpus.fields import one_line
from classmark.corpus.lazy_imports import import_quietly

_IS_LATEX = re.compile(r"[\\{}$~]|--|``|''")
_BARE = re.compile(r"(?<!\\)([%&])")
_HREF = re.compile(r"\\href\s*\{[^{}]*\}(?=\s*\{)")  # the library stumbles over it; what follows is the text
_LOGO = re.compile(r"\\((?:La|Bib)?TeX)\b")  # and it drops these
_DOLLAR = re.compile(r"(?<!\\)\$")
_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: f"\\{character}" for character in "&%$#_{}"},
}
_LIGATURE = re.compile(r"(?<=-)(?=-)|(?<=`)(?=`)|(?<=')(?=')")


def plain(latex: str) -> str:
    """Return the text of LaTeX in one line: accents as letters, formulas as they read, no braces and no commands.

    A bare ``%`` or ``&`` is taken for itself and not for a comment or a column, and so is a single dollar sign:
    abstracts are pasted into BibTeX files as they are.
    """
    if not _IS_LATEX.search(latex):
        return one_line(latex)
    bare = _BARE.sub(r"\\\1", _LOGO.sub(r"\1", _HREF.sub("", latex)))
    if len(_DOLLAR.findall(bare)) % 2:
        bare = _DOLLAR.sub(r"\\$", bare)
    try:
        text: str = _decoder().latex_to_text(bare)
    except Exception:  # whatever it stumbles over, the words are worth more than none
        text = latex
    return one_line(text.replace("ˆ", "^").replace("<cit.>", ""))


def to_latex(text: str) -> str:
    r"""Return plain text as LaTeX in UTF-8, such that `plain` gives it back in one line.

    >>> to_latex("50 % of R&D")
    '50 \\% of R\\&D'
    """
    escaped = "".join(_SPECIAL.get(character, character) for character in one_line(text))
    return _LIGATURE.sub("{}", escaped)


@cache
def _decoder() -> Any:  # the library's own
    return import_quietly("pylatexenc.latex2text", "bibtex", "BibTeX").LatexNodes2Text(math_mode="text")
