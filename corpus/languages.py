"""Compare tags of languages, and choose among texts in several languages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

Item = TypeVar("Item")

_CODES = """
ara=ar baq=eu bul=bg cat=ca ces=cs chi=zh cze=cs dan=da deu=de dut=nl ell=el eng=en est=et eus=eu fas=fa fin=fi
fra=fr fre=fr ger=de gle=ga glg=gl gre=el heb=he hin=hi hrv=hr hun=hu ice=is ind=id isl=is ita=it jpn=ja kaz=kk
kor=ko lat=la lav=lv lit=lt mac=mk may=ms mkd=mk msa=ms nld=nl nno=nn nob=nb nor=no per=fa pol=pl por=pt ron=ro
rum=ro rus=ru slk=sk slo=sk slv=sl spa=es srp=sr swe=sv tha=th tur=tr ukr=uk urd=ur vie=vi wel=cy cym=cy zho=zh
"""
_TWO_LETTERS = dict(pair.split("=") for pair in _CODES.split())
"""ISO 639-1 codes by those of ISO 639-2, which catalogues use."""

_LONGEST = 40
_LETTERS_OF_A_NAME = 3


def language_of(tag: object) -> str:
    """Return the language that a tag, a code or an English name means; empty if there is none.

    >>> language_of("en-US"), language_of("eng"), language_of("English"), language_of(None)
    ('en', 'en', 'en', '')
    """
    if not isinstance(tag, str):
        return ""
    start = tag[:_LONGEST].strip().lower().replace("_", "-").partition("-")[0]
    short = start[:_LETTERS_OF_A_NAME]
    return _TWO_LETTERS.get(short, short)


def in_language(items: Iterable[tuple[Item, object]], language: object) -> list[Item]:
    """Return the items in a language, else those that name none, else all.

    Parameters
    ----------
    items
        Texts or elements, each with the tag of its language.

    Examples
    --------
    >>> in_language([("Resumen", "es"), ("Abstract", "en")], "eng")
    ['Abstract']
    """
    tagged = [(item, language_of(tag)) for item, tag in items]
    for wanted in (language_of(language), ""):
        if found := [item for item, tag in tagged if tag == wanted]:
            return found
    return [item for item, _ in tagged]
