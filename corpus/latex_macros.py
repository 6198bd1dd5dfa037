"""Leave out the macros of LaTeX in texts of other formats, as preprint servers have them, and keep what they print."""

from __future__ import annotations

import re

_ARGUMENT = r"\s{0,9}(?:\[[^\[\]{}]{0,200}\]\s{0,9})?\{"
_MACRO = re.compile(
    rf"\\href{_ARGUMENT}[^{{}}]{{0,2000}}\}}(?=\s{{0,9}}\{{)"  # the address; the text follows it
    rf"|\\(?:[A-Za-z]{{0,9}}cite[a-z]{{0,9}}|(?:eq|page|auto|c)?ref|label|url)\*?{_ARGUMENT}[^{{}}]{{0,2000}}\}}"
    rf"|\\[A-Za-z]{{1,40}}\*?(?={_ARGUMENT})"  # \emph, \textbf and so on
)


def without_macros(text: str) -> str:
    r"""Return a text without macros that have an argument; the argument stays, unless it is an address or a key.

    >>> without_macros(r"The \emph{soil} of \href{https://example.org}{farms} \cite{a}, in $\mu$g")
    'The {soil} of {farms} , in $\\mu$g'
    """
    return _MACRO.sub("", text) if "\\" in text else text
