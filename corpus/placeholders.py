"""Recognize placeholders for missing abstracts, such as "[No abstract available]"."""

from __future__ import annotations

_LONGEST = 60
_AROUND = " \t\r\n\u00a0.,:;!?*_-–—…·/\\|()[]{}<>\"'“”„«»"
_PLACEHOLDERS = """
abstract; summary; none; null; nil; nan; na; n/a; n.a; n/d; s/d; not available; not applicable; unavailable;
no abstract; no abstract available; no abstract is available; no abstract was available; no abstract provided;
no abstract was provided; no abstract is provided; no abstract found; no abstract supplied; no abstract given;
no abstract present; no abstract exists; no abstract for this article; no abstract for this record;
no abstract available for this article; there is no abstract; there is no abstract available;
there is no abstract for this article; this article has no abstract; this article does not have an abstract;
abstract not available; abstract is not available; abstract unavailable; abstract not provided; abstract missing;
abstract not found; abstract not supplied; abstract n/a; without abstract; no summary; no summary available;
summary not available; no description; no description available; description not available; no text;
kein abstract; kein abstract verfügbar; kein abstract vorhanden; kein abstract angegeben; ohne abstract;
abstract nicht verfügbar; abstract nicht vorhanden; keine zusammenfassung; keine zusammenfassung verfügbar;
keine zusammenfassung vorhanden; zusammenfassung nicht verfügbar; nicht verfügbar; nicht vorhanden; keine angabe;
keine angaben; k.a; k. a; keine kurzfassung; keine beschreibung; keine beschreibung verfügbar;
pas de résumé; pas de résumé disponible; aucun résumé; aucun résumé disponible; résumé non disponible;
résumé indisponible; résumé non fourni; sans résumé; il n'y a pas de résumé; non disponible; indisponible;
sin resumen; sin resumen disponible; sin abstract; resumen no disponible; no hay resumen; no disponible;
no hay resumen disponible; no se dispone de resumen; no presenta resumen; no contiene resumen; no tiene resumen;
artículo sin resumen; no aplica; resumen;
sem resumo; sem resumo disponível; sem abstract; resumo não disponível; resumo indisponível; não há resumo;
não há resumo disponível; não possui resumo; não disponível; não se aplica; indisponível; resumo;
nessun abstract; nessun abstract disponibile; abstract non disponibile; senza abstract; nessun riassunto;
riassunto non disponibile; nessun riassunto disponibile; non disponibile;
geen abstract; geen abstract beschikbaar; geen samenvatting; geen samenvatting beschikbaar; niet beschikbaar;
brak; brak abstraktu; brak streszczenia; abstrakt niedostępny; streszczenie niedostępne;
bez abstraktu; abstrakt není k dispozici; nema sažetka; sažetak nije dostupan; nema apstrakta; bez sažetka;
inget abstract; ingen abstract; intet abstract; abstract saknas; sammanfattning saknas; ingen sammanfattning;
ingen sammendrag; ingen sammenfatning; sammendrag mangler; ei tiivistelmää; tiivistelmä puuttuu;
fără rezumat; rezumat indisponibil; nincs absztrakt; nincs összefoglaló;
özet yok; öz yok; özet bulunmamaktadır; öz bulunmamaktadır; özet mevcut değil; abstract bulunmamaktadır;
tidak ada abstrak; abstrak tidak tersedia; tanpa abstrak; tiada abstrak; không có tóm tắt;
нет аннотации; без аннотации; аннотация отсутствует; аннотация недоступна; нет резюме; резюме отсутствует;
немає анотації; анотація відсутня; χωρίς περίληψη; δεν υπάρχει περίληψη;
无摘要; 暂无摘要; 無摘要; 没有摘要; 摘要不可用; 抄録なし; 要旨なし; 要約なし; 초록 없음; 초록없음; 국문초록 없음;
چکیده ندارد; فاقد چکیده; لا يوجد ملخص; لا يوجد مستخلص
"""
_KNOWN = frozenset(" ".join(text.split()).casefold() for text in _PLACEHOLDERS.split(";"))


def is_placeholder(text: str) -> bool:
    """Return whether a text says only that there is no abstract, in one of about twenty languages.

    >>> is_placeholder("[No abstract available]"), is_placeholder("No abstract concept is available to infants.")
    (True, False)
    """
    if len(text) > _LONGEST:
        return False
    said = " ".join(text.strip(_AROUND).casefold().split())
    return not said or said in _KNOWN
