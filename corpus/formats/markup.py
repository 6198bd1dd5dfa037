"""Extract the text of JATS or HTML in a string, as APIs deliver abstracts, whether or not it is sound XML."""

from __future__ import annotations

import html
import re

from classmark.corpus.boilerplate import is_heading
from classmark.corpus.fields import one_line

_APART = re.compile(
    r"</?(?:\w+:)?(?:p|sec|title|list|list-item|li|ul|ol|div|br|break|h[1-6]|disp-quote|disp-formula)\b[^<>]*>",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?[A-Za-z][\w:.-]*(?:\s[^<>]*)?/?>")
_HUGE = re.compile(r"&#0*\d{8}\d*;?")  # the standard library refuses numbers of thousands of digits
_HEADING = re.compile(r"<(?:\w+:)?title>([^<>]{1,200})</(?:\w+:)?title>")


def text_of_markup(markup: str) -> str:
    """Return the text in one line; headings of sections stay, with a colon, and the heading "Abstract" does not.

    >>> text_of_markup("<jats:title>Abstract</jats:title><jats:p>H<jats:sub>2</jats:sub>O &amp; soil</jats:p>")
    'H2O & soil'
    """
    if "<" not in markup and "&" not in markup:
        return markup
    text = _TAG.sub("", _APART.sub(" ", _HEADING.sub(_heading, markup)))
    return one_line(html.unescape(_HUGE.sub("\ufffd", text)))


def _heading(match: re.Match[str]) -> str:
    heading = one_line(match[1]).rstrip(":")
    return " " if not heading or is_heading(heading) else f" {heading}: "
