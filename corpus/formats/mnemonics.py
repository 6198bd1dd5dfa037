"""Replace the mnemonics of MarcEdit, such as ``{eacute}`` and ``{dollar}``, by their characters, and write them.

Source: MARCMaker's table of characters, https://www.loc.gov/marc/makrbrkr.html. Most of its names are those of HTML.
"""

from __future__ import annotations

import html.entities
import re
import unicodedata

_MNEMONIC = re.compile(r"\{([A-Za-z0-9]{1,12})\}")
_ESCAPES = {"$": "{dollar}", "{": "{lcub}", "}": "{rcub}", "\\": "{bsol}"}

_MARKS = {
    "acute": "\u0301", "breve": "\u0306", "breveb": "\u032e", "candra": "\u0310", "caron": "\u030c",
    "cedil": "\u0327", "circ": "\u0302", "circb": "\u032d", "commaa": "\u0313", "commab": "\u0326",
    "dblac": "\u030b", "dbldotb": "\u0324", "dblunder": "\u0333", "diaer": "\u0308", "dot": "\u0307",
    "dotb": "\u0323", "grave": "\u0300", "hooka": "\u0309", "hookl": "\u0326", "hookr": "\u0328", "horn": "\u031b",
    "llig": "\ufe20", "macr": "\u0304", "ogon": "\u0328", "rcedil": "\u031c", "rcommaa": "\u0315", "ring": "\u030a",
    "ringb": "\u0325", "rlig": "\ufe21", "tilde": "\u0303", "uml": "\u0308", "under": "\u0332", "vlineb": "\u0329",
}  # fmt: skip
"""Combining marks, which stand before their letter in MARC-8, and end the names of letters with them."""

_OTHERS = {
    "alif": "\u02bc", "ayn": "\u02bb", "bsol": "\\", "flat": "\u266d", "hardsign": "\u02ba", "inodot": "\u0131",
    "joiner": "\u200d", "mlprime": "\u02b9", "mlPrime": "\u02ba", "mllhring": "\u02bb", "mlrhring": "\u02bc",
    "nonjoin": "\u200c", "phono": "\u2117", "pipe": "|", "scriptl": "\u2113", "sharp": "\u266f", "softsign": "\u02b9",
    "space": " ", "spcirc": "^", "spgrave": "`", "sptilde": "~", "spundscr": "_", "esc": "", "hyphen": "-",
}  # fmt: skip
"""Names that HTML lacks, or has for other characters."""

_MARKED_LETTER = re.compile(rf"((?:\{{(?:{'|'.join(_MARKS)})\}})++)([^\W\d_]?)")


def from_mnemonics(text: str) -> str:
    """Return a text with characters for mnemonics; those that are not known stay as they are.

    >>> from_mnemonics("{Eacute}tude {acute}etude {lcub}{dollar}5{rcub} {nothing}")
    'Étude étude {$5} {nothing}'
    """
    if "{" not in text:
        return text
    return _MNEMONIC.sub(_character, _MARKED_LETTER.sub(_marked_letter, text))


def _marked_letter(match: re.Match[str]) -> str:
    """Return a letter with the marks that stand before it."""
    marks = "".join(_MARKS[name] for name in _MNEMONIC.findall(match[1]))
    return unicodedata.normalize("NFC", match[2] + marks)


def _character(match: re.Match[str]) -> str:
    name = match[1]
    if name in _OTHERS:
        return _OTHERS[name]
    if len(name) == 1:
        return name
    if re.fullmatch("[2-7][0-9A-Fa-f]", name):
        return chr(int(name, 16))
    if name[1:] in _MARKS:
        return unicodedata.normalize("NFC", name[0] + _MARKS[name[1:]])
    return html.entities.html5.get(f"{name};", match[0])


def to_mnemonics(text: str) -> str:
    """Return a text with mnemonics for the characters that have a meaning in fields.

    >>> to_mnemonics("$5")
    '{dollar}5'
    """
    return "".join(_ESCAPES.get(character, character) for character in text)
