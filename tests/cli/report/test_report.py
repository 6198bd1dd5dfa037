"""Test ``classmark evaluate --report`` by parsing its page."""

import json
import re
import subprocess
import sys
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
from support.hostile import NAMES
from support.html_page import TAGS, Page
from support.program import ROOT, run, write_records

import classmark.cli.report
from classmark.cli.console import legible
from classmark.cli.views.evaluation import measure_name


@pytest.fixture(params=["hostile_report", "comparison_report", "curve_report"])
def source(request):
    found = request.getfixturevalue(request.param)
    return (found if isinstance(found, Path) else found[0]).read_text("utf-8")


def test_a_report_loads_nothing_and_runs_no_script(source):
    page = Page(source)
    assert {tag for tag, _ in page.elements} <= TAGS
    attributes = {(name, value) for _, found in page.elements for name, value in found.items()}
    assert not {name for name, _ in attributes if name.startswith("on") or name in {"src", "srcset", "xlink:href"}}
    assert {value[0] for name, value in attributes if name == "href"} <= {"#", "d"}
    assert [found["href"] for found in page.all("link")] == ["data:,"]
    assert not re.search(r"url\(|@import|https?:", "".join(page.texts_in("style")) + str(attributes))
    policy = next(found for found in page.all("meta") if found.get("http-equiv") == "Content-Security-Policy")
    assert policy["content"] == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def test_a_report_is_accessible_to_screen_readers(source):
    page = Page(source)
    ids = [found["id"] for _, found in page.elements if "id" in found]
    assert len(ids) == len(set(ids))
    assert page.all("html") == [{"lang": "en"}]
    assert page.elements[page.elements.index(("body", {})) + 1] == ("a", {"class": "skip", "href": "#main"})
    assert {found["href"][1:] for found in page.all("a", "use")} <= set(ids)
    levels = [int(tag[1]) for tag, _ in page.elements if tag in {"h1", "h2", "h3"}]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert len(page.all("table")) == len(page.all("caption")) >= 6
    assert all(found["scope"] in {"row", "col"} for found in page.all("th"))
    for chart in page.all("svg"):
        assert chart["role"] == "img"
        assert set(chart["aria-labelledby"].split()) <= set(ids)
    assert len(page.all("svg")) >= 4
    assert all(found["tabindex"] == "0" and found["aria-label"] for found in page.all("div") if "role" in found)


def test_charts_use_the_colours_of_the_page(source):
    styles = " ".join(found["style"] for _, found in Page(source).elements if "style" in found)
    assert "var(--ink)" in styles
    assert not re.search("#[0-9a-f]{3}", styles)


def test_markup_in_abstracts_and_schemes_is_shown_as_text(hostile_report):
    page = Page(hostile_report.read_text("utf-8"))
    assert page.texts_in("title")[0].startswith("How good the codes are")
    assert "<script>window.pwned = 1" in page.text
    assert "{{ 7 * 7 }}" in page.text
    assert "&lt;b&gt; $x_1$" in page.text
    assert "0<b>\"'`<script>" in page.text
    assert "Measured on <b>corpus\\udcff.jsonl Model" in page.text
    for name in NAMES.values():
        assert " ".join(legible(name).split()) in page.text
    labels = [text for text in page.texts_in("text") if "<i>&" in text]
    assert any("Politics </text></svg>" in label for label in labels)
    assert any("$a_1$ & \\u202enoise" in label for label in labels)
    assert any("農業" in label for label in labels)
    assert any(label.endswith("#1c1e21") for label in labels)


def test_invisible_characters_are_escaped_in_a_report(hostile_report):
    text = hostile_report.read_bytes().decode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\uffff]", text)
    assert r"\x1b[31m \x00 \u202e \u2066 \uffff" in Page(text).text


def test_a_report_on_cross_validation_says_so(hostile_report):
    text = Page(hostile_report.read_text("utf-8")).text
    assert "by 2 folds, each scored by a model trained on the other folds" in text


def test_a_report_has_the_same_figures_as_the_json_output(comparison_report):
    page, figures = Page(comparison_report[0].read_text("utf-8")), comparison_report[1]
    for name, value in figures["measures"].items():
        ends = figures["intervals"].get(name)
        interval = f" {ends[0]:.3f} to {ends[1]:.3f}" if ends else ""
        assert f" {measure_name(name)} {value:.3f}{interval} the " in page.text.replace(" how ", " the ")
    for code, row in figures["codes"].items():
        known = f"{row['precision']:.3f} {row['recall']:.3f} {row['f1']:.3f}"
        assert re.search(f" {code} [^0-9]+ {row['support']} {known} ", page.text)
    right = 100 * figures["measures"]["micro_precision"]
    assert f"{right:.0f} of 100 assigned codes are right" in page.text


def test_a_comparison_shows_differences_verdicts_and_changed_abstracts(comparison_report):
    page, figures = Page(comparison_report[0].read_text("utf-8")), comparison_report[1]["comparison"]
    for name, found in figures["differences"].items():
        signed = f"{found['value']:+z.3f}".replace("-", "−")
        verdict = ("better" if found["value"] > 0 else "worse") if found["is_real"] else "(by chance|none)"
        assert re.search(rf" {measure_name(name)} {re.escape(signed)} [^a-z]+ to [^a-z]+ {verdict} ", page.text)
    assert figures["changes"]
    assert figures["changes"][0]["gain"] < 0
    shown = {data for tag, data in page.texts if tag == "bdi"}
    assert {change["id"] for change in figures["changes"][:10]} <= shown


def test_a_report_shows_the_full_text_of_mistakes(comparison_report, mislabelled_corpus):
    page = Page(comparison_report[0].read_text("utf-8"))
    records = [json.loads(line) for line in mislabelled_corpus.read_text("utf-8").splitlines()]
    shown = [record for record in records if " ".join(record["text"].split()) in page.text]
    assert len(shown) == 20
    assert f"File {mislabelled_corpus.name}:{records.index(shown[0]) + 1} Given" in page.text


def test_a_report_has_a_date_and_no_local_path(source, hostile_report, comparison_report, curve_report):
    page = Page(source)
    assert re.search(r"Date \d{1,2} [A-Z][a-z]+ 20\d\d Measured on ", page.text)
    for report in (hostile_report, comparison_report[0], curve_report):
        assert str(report.parent.parent) not in source


def test_a_code_without_abstracts_has_dashes_and_no_dot(records, model, tmp_path):
    corpus = write_records(tmp_path / "c.jsonl", [record for record in records if record["codes"] != ["M"]])
    run("evaluate", corpus, "--model", model, "--report", tmp_path / "r.html")
    page = Page((tmp_path / "r.html").read_text("utf-8"))
    assert re.search(r" M Music 0 – – – – 0\.\d{3} ", page.text)
    assert "Codes without abstracts are left out" in page.text
    assert "M Music" not in page.texts_in("text")


def test_each_chart_is_drawn_for_wide_and_for_narrow_pages(source):
    page = Page(source)
    classes = [found.get("class") for found in page.all("div")]
    assert classes.count("broad") == classes.count("narrow") >= 4
    widths = [float(found["width"]) for found in page.all("svg")]
    assert widths.count(960) >= 3
    assert widths.count(388) >= 3


def test_a_curve_is_shown_for_each_main_measure(curve_report):
    page = Page(curve_report.read_text("utf-8"))
    for measure in ("precision at 1", "micro-F1", "macro-F1"):
        assert f"{measure} by number of training abstracts" in page.text
    assert {"with scope notes", "without"} <= set(page.texts_in("text"))


def test_a_report_repeats_the_warnings(corpus, model, tmp_path):
    report = tmp_path / "r.html"
    run("evaluate", corpus, "--model", model, "--report", report)
    assert "Warning: the model was trained on these very abstracts" in Page(report.read_text("utf-8")).text


def test_the_same_evaluation_gives_the_same_report(comparison_report, mislabelled_corpus, model):
    report, again = comparison_report[0], comparison_report[0].with_name("again.html")
    other = report.with_name("other.safetensors")
    assert run("evaluate", mislabelled_corpus, "-m", model, "--compare", other, "--report", again, fresh=True).code == 0
    assert again.read_bytes() == report.read_bytes()


def python(program, *args):
    return subprocess.run([sys.executable, "-c", program, *map(str, args)], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("library", ["matplotlib", "jinja2"])
def test_a_missing_report_library_is_reported_at_the_start(library, tmp_path):
    program = f"import sys; sys.modules[{library!r}] = None; from classmark.cli import main; main()"
    done = python(program, "evaluate", "no-such-corpus.jsonl", "--report", tmp_path / "r.html")
    sentence = f"--report needs {library}, which is not installed; type: pip install 'classmark[report]'"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"classmark: error: {sentence}\n")
    assert list(tmp_path.iterdir()) == []


def test_report_libraries_are_imported_only_for_a_report(corpus, model):
    program = (
        "import sys\nfrom classmark.cli import main\ntry:\n    main()\nfinally:\n"
        "    print([name for name in ('matplotlib', 'jinja2', 'markupsafe') if name in sys.modules], file=sys.stderr)"
    )
    assert python(program, "evaluate", corpus, "-m", model, "-q").stderr.endswith("[]\n")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("corpus.jsonl", "a report is a page, so end its name in .html"),
        ("-", "a report is a page, so end its name in .html"),
        ("missing/r.html", "there is no folder"),
    ],
)
def test_a_report_that_cannot_be_written_is_refused_at_the_start(name, message, tmp_path, corpus):
    (tmp_path / "corpus.jsonl").write_text("precious", "utf-8")
    done = run("evaluate", corpus, "--report", name, cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert (tmp_path / "corpus.jsonl").read_text("utf-8") == "precious"


def test_the_report_template_is_in_the_package():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packed = settings["tool"]["setuptools"]["package-data"]["classmark.cli.report"]
    here = {path.name for path in Path(classmark.cli.report.__file__).parent.iterdir() if path.is_file()}
    assert {name for name in here if not name.endswith(".py")} <= set(packed)


def colours(style, theme):
    part = style[style.index(theme) :]
    return dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", part[: part.index("}")]))


def contrast(one, two):
    """Return the contrast ratio of two colours (WCAG 2.2)."""

    def luminance(colour):
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mixed(colour, paper, share):
    parts = (
        round(share * int(colour[place : place + 2], 16) + (1 - share) * int(paper[place : place + 2], 16))
        for place in (1, 3, 5)
    )
    return "#" + "".join(f"{part:02x}" for part in parts)


@pytest.mark.parametrize("theme", [":root", "(prefers-color-scheme: dark)", "@media print"])
def test_report_colours_have_sufficient_contrast(theme):
    style = Path(classmark.cli.report.__file__).with_name("report.html").read_text("utf-8")
    found = colours(style, theme)
    for paper in ("paper", "soft", "warned"):
        for ink in ("ink", "muted"):
            assert contrast(found[ink], found[paper]) >= 4.5
    for colour in ("first", "second", "third"):
        assert contrast(found[colour], found["paper"]) >= 4.5
    for colour in ("first", "second"):
        assert contrast(found["ink"], mixed(found[colour], found["paper"], 0.5)) >= 4.5
