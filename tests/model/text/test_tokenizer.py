"""Test the tokenizer: words are the same in long and short texts, and found in linear time."""

import html
import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.texts import odd_texts

from classmark.corpus.abstract import Abstract
from classmark.model.explanation.spans import locate_words, word_spans
from classmark.model.text.tokenizer import (
    BOUNDARY,
    COMBINING_MARK,
    GROWTH,
    INVISIBLE,
    LONG,
    folded,
    folded_slowly,
    plain,
    words,
)

SCRIPTS = {
    "German": "Über die Größe der Wälder – “Zusammenhänge” zwischen Böden und Klima, 20 °C im Süden; ½ davon naß. ",
    "decomposed": unicodedata.normalize("NFD", "Études à l'été: naïveté, Ångström, Việt Nam và Hà Nội. "),
    "Greek": "Ἐν ἀρχῇ ἦν ὁ λόγος, καὶ ὁ λόγος ἦν πρὸς τὸν θεόν· ῾Η σοφία τῶν ἀρχαίων. ",
    "Russian": "Исследование почв и климата в районах Крайнего Севера, Йошкар-Ола и её жители. ",
    "Chinese": "土壤与气候变化对小麦产量的影响研究。",
    "Chinese without a stop": "土壤与气候变化对小麦产量的影响研究",
    "Japanese": "土壌と気候がコムギの収量に及ぼす影響、ｶﾞﾊﾞﾅﾝｽとか\u3099きく\u3099け\u3099こ\u3099。",
    "Korean": unicodedata.normalize("NFD", "토양과 기후가 밀 수확량에 미치는 영향에 관한 연구 ") + "ㄱㅏㄱ ",
    "Korean without a space": unicodedata.normalize("NFD", "토양과기후가밀수확량에미치는영향"),
    "Hindi": "मिट्टी और जलवायु का गेहूँ की उपज पर प्रभाव। क\u093cज\u093c ",
    "Tamil": "மண்ணும் காலநிலையும் கொள்கையும் \u0b95\u0bc6\u0bbe ",
    "Arabic": "أثر التربة والمناخ في إنتاج القمح قال رسول الله ﷺ إنما الأعمال بالنيات. ",
    "Hebrew": "בְּרֵאשִׁית בָּרָא אֱלֹהִים אֵת הַשָּׁמַיִם ",
    "signs": "㌔ ㍿ ﬁn ﬂow ①②③ Ⅷ ﷽ ｆｕｌｌ ｗｉｄｔｈ ² ™ 10⁻³ ½ ",
}


def words_of_one_normalization(text):
    """Return the words found by normalizing the whole text at once."""
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold())


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS)
@pytest.mark.parametrize("start", ["", "x" * (LONG - 3), "a " * (LONG // 2 - 1)], ids=["", "in a word", "among words"])
def test_a_long_text_has_the_words_of_a_single_normalization(text, start):
    whole = start + text * (2 * LONG // len(text) + 1)
    assert len(whole) > LONG
    assert words(whole) == words_of_one_normalization(whole)


@given(st.lists(st.one_of(st.sampled_from([*SCRIPTS.values()]), st.text(max_size=40)), min_size=1, max_size=8))
def test_a_long_text_has_the_words_of_its_repeated_parts(parts):
    assert words("\n".join(parts * 100)) == words("\n".join(parts)) * 100


def characters():
    return (chr(number) for number in range(sys.maxunicode + 1) if not 0xD800 <= number < 0xE000)


def test_all_combining_marks_are_recognized():
    """Marks in compatibility form count, too, because normalization reorders these."""
    marks = [c for c in characters() if unicodedata.combining(unicodedata.normalize("NFKD", c)[0])]
    assert [hex(ord(c)) for c in marks if not re.fullmatch(COMBINING_MARK, c)] == []


def test_texts_are_cut_where_normalization_joins_nothing():
    pairs = (unicodedata.decomposition(c).split() for c in characters())
    seconds = {chr(int(pair[1], 16)) for pair in pairs if len(pair) == 2 and pair[0][0] != "<"}
    seconds |= {chr(code) for start, end in ((0x1160, 0x1200), (0xD7B0, 0xD800)) for code in range(start, end)}
    apart = [c for c in characters() if re.fullmatch(BOUNDARY, c)]
    firsts = {c: unicodedata.normalize("NFKD", c)[0] for c in apart}
    assert [hex(ord(c)) for c, first in firsts.items() if first in seconds or unicodedata.combining(first)] == []
    assert len(apart) > 100_000


FLOODS = {
    "accents": "\u0301\u0334",
    "katakana marks": "\uff9e\u0334",
    "katakana marks alone": "\uff9e",
    "vowel signs": "\u0b3e\u0b56",
    "Korean vowels": "\u1161",
    "marks under and over": "\u0323\u0307\u0301",
    "a letter and forty marks": "e" + "\u0301\u0323" * 20,
}


@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS)
def test_floods_of_combining_marks_are_read_in_linear_time(flood):
    text = "Soil and wheat " + flood * (2_000_000 // len(flood)) + " army"
    assert {b"soil", b"and", b"army"} <= set(plain(text).split())


def test_floods_of_expanding_characters_do_not_grow_without_bound():
    prophet = words("ﷺ")
    assert len(prophet) == 4
    assert words("soil " + "ﷺ " * 20 + "wheat " * LONG)[1:81] == prophet * 20
    flood = "ﷺ" * 50_000
    assert len(plain(flood)) < GROWTH * len(flood.encode())
    placed = locate_words(Abstract("x", flood, "soil"))
    assert placed.words[-1] == "soil"
    assert len(placed.words) < GROWTH * len(flood)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Cold-War, 1947–1991.", ["the", "cold", "war", "1947", "1991"]),
        ("<jats:p>Soil &amp; <i>Triticum</i></jats:p>", ["soil", "triticum"]),
        ("&lt;p&gt;Soil&lt;/p&gt;", ["soil"]),
        ("p<0.05 and x>3", ["p", "0", "05", "and", "x", "3"]),
        ("Straße STRASSE ﬁeld", ["strasse", "strasse", "field"]),
        ("snake_case", ["snake", "case"]),
    ],
)
def test_words_are_split_and_folded(text, expected):
    assert words(text) == expected


@given(odd_texts)
def test_words_are_runs_of_letters_and_digits(text):
    plain = re.sub(r"</?[A-Za-z][^<>]*>", " ", html.unescape(text))
    seen = INVISIBLE.sub("", plain)
    assert words(text) == re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", seen).casefold())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("classi\u00adfi\u200bca\u2060tion", ["classification"]),
        ("classi&shy;fication", ["classification"]),
        ("\ufeffwar", ["war"]),
        ("\u0e01\u0e32\u200b\u0e02\u0e32", ["\u0e01\u0e32", "\u0e02\u0e32"]),  # Thai words
    ],
)
def test_invisible_characters_do_not_part_words(text, expected):
    assert words(text) == expected
    assert [word for word, _, _ in word_spans(text)] == expected


LATIN = "aÄßé ½²ª·\u00ad\u0301\u2019\u2013\u201e\u2026\u2011\u2009\u2212Ž"


@given(st.text(st.sampled_from(LATIN)))
def test_letters_and_punctuation_of_western_europe_are_folded_as_all_others(text):
    assert folded(text).split() == folded_slowly(text).split()
