"""Where the formats of XML hold subjects, for codes to be added to them."""

from __future__ import annotations

import re

from msgspec import Struct

from classmark.corpus.fields import Fields

_NAME = re.compile(r"[A-Za-z_][\w.-]*")
_DC, _ARTICLE, _FRONT = "dc", "article", "article-meta"


class Subjects(Struct, frozen=True):
    """The subjects of a kind of metadata.

    Parameters
    ----------
    element
        A subject; ``{p}`` stands for the prefix of names, ``{code}`` for the code.
    name
        The name of its outermost element.
    siblings
        Elements that a subject, or the group of subjects, may follow if there is none yet; the best ones first.
    group
        The element around all subjects; empty if there is none.
    """

    element: str
    name: str
    siblings: tuple[str, ...]
    group: str = ""


SUBJECTS = {
    _DC: Subjects("<{p}subject>{code}</{p}subject>", "subject", ("description", "title", "abstract", "creator")),
    "entry": Subjects('<{p}category term="{code}"/>', "category", ("summary", "title", "id")),
    "dim": Subjects('<{p}field mdschema="dc" element="subject">{code}</{p}field>', "field", ()),
    "mods": Subjects("<{p}subject><{p}topic>{code}</{p}topic></{p}subject>", "subject", ("abstract", "titleInfo")),
    "resource": Subjects("<{p}subject>{code}</{p}subject>", "subject", ("titles", "identifier"), "subjects"),
    _FRONT: Subjects(
        "<{p}subj-group><{p}subject>{code}</{p}subject></{p}subj-group>",
        "subj-group",
        ("article-id",),
        "article-categories",
    ),
}
"""By the name of the element that holds the metadata."""


def holder_of(name: str, fields: Fields) -> str | None:
    """Return the element that takes the subjects of a record element; None if no codes can be added to it."""
    holder = _FRONT if name == _ARTICLE else name
    if fields.codes and not (holder == _DC and _NAME.fullmatch(fields.codes)):
        return None
    return holder if holder in SUBJECTS else None


def subjects_in(holder: str, field: str | None) -> Subjects:
    """Return the subjects of a kind of metadata, in the field that the user named, which only Dublin Core has."""
    if not field:
        return SUBJECTS[holder]
    return Subjects(f"<{{p}}{field}>{{code}}</{{p}}{field}>", field, ("subject", *SUBJECTS[holder].siblings))
