"""``classmark evaluate --report``: the page, read as a program reads it."""

import base64
import json
import re
import shutil
import subprocess
import sys
import tomllib
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from selenium.webdriver import ActionChains, Chrome, ChromeOptions, ChromeService, Keys
from support.program import ROOT, run, write_records

import classmark.cli.report
from classmark.cli.console import legible
from classmark.cli.views.evaluation import measure_name

VOID = {"br", "link", "meta"}
TAGS = VOID | set(
    re.findall(
        r"\w+",
        "a bdi body caption code dd details div dl dt figcaption figure footer h1 h2 h3 head header html li main nav "
        "ol p section small strong style summary table tbody td th thead title tr ul svg g path defs use text desc",
    )
)


class Page(HTMLParser):
    """A page's elements and text; elements that are not closed in their order are refused."""

    def __init__(self, source):
        super().__init__()
        self.elements, self.open, self.texts = [], [], []
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        assert len(dict(attrs)) == len(attrs), "an attribute stands twice"
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append((self.open[-1] if self.open else "", data))

    @property
    def text(self):
        return " ".join(" ".join(data for tag, data in self.texts if tag != "style").split())

    def all(self, *tags):
        return [attributes for tag, attributes in self.elements if tag in tags]

    def texts_in(self, tag):
        return [data for found, data in self.texts if found == tag]


HOSTILE = '<script>window.pwned = 1; document.title = "pwned"</script><img src=x onerror="window.pwned = 1">'
TITLE = f'"\' onmouseover="window.pwned=1" </title></svg></details> {HOSTILE} {{{{ 7 * 7 }}}} &lt;b&gt; $x_1$'
NAMES = {
    "J": "Politics </text></svg><script>pwned()</script>",
    "M": "Music $a_1$ & \u202enoise",
    "S": "農業",
    "U": "#1c1e21",
}
UNSEEN = "\x1b[31m \x00 \u202e \u2066 \uffff"


@pytest.fixture(scope="session")
def hostile(tmp_path_factory, records):
    """A report on folds of abstracts whose every field tries to be more than text."""
    folder = tmp_path_factory.mktemp("hostile")
    changed = [
        record
        | {
            "id": f"{number}<b>\"'`{HOSTILE}",
            "title": f"{record['title']} {TITLE}",
            "text": f"{record['text']} {TITLE} {UNSEEN}",
            "codes": [f"{code}<i>&" for code in (record["codes"] if number % 6 else ["M"])],
        }
        for number, record in enumerate(records)
    ]
    rows = "".join('"{}<i>&","{}"\n'.format(code, name.replace('"', '""')) for code, name in NAMES.items())
    (folder / "scheme.csv").write_text(f"code,name\n{rows}", encoding="utf-8")
    corpus = write_records(folder / "<b>corpus\udcff.jsonl", changed)
    report = folder / "report.html"
    done = run("evaluate", corpus, "--folds", "2", "--scheme", folder / "scheme.csv", "--report", report)
    assert done.code == 0, done.err
    assert "Warning" not in done.err
    return report


@pytest.fixture(scope="session")
def unlike(tmp_path_factory, records):
    """Abstracts that a small model makes mistakes with: some have another code, one of them an unknown one."""
    changed = [record | {"codes": ["M"] if number % 5 else record["codes"]} for number, record in enumerate(records)]
    return write_records(tmp_path_factory.mktemp("unlike") / "unlike.jsonl", changed)


@pytest.fixture(scope="session")
def compared(unlike, model, tmp_path_factory):
    """A report on a model, beside another one; with the figures that were printed."""
    folder = tmp_path_factory.mktemp("compared")
    other, report = folder / "other.safetensors", folder / "report.html"
    assert run("train", unlike, "-o", other).code == 0
    done = run("evaluate", unlike, "-m", model, "--compare", other, "--report", report, "-f", "json")
    assert done.code == 0, done.err
    assert done.err.endswith(f"classmark: {report}: open it in a browser\n")
    return report, json.loads(done.out)


@pytest.fixture(scope="session")
def curved(corpus, tmp_path_factory):
    folder = tmp_path_factory.mktemp("curved")
    notes, report = folder / "notes.csv", folder / "report.html"
    notes.write_text("code,name,scope\nJ,Politics,parties\nM,Music,melody\nS,Farming,soil\nU,War,armies\n", "utf-8")
    done = run("evaluate", corpus, "--curve", corpus, "--scheme", notes, "--report", report, "-q")
    assert done.code == 0
    assert "the curve learned from these very abstracts" in done.err
    return report


@pytest.fixture(params=["hostile", "compared", "curved"])
def source(request):
    found = request.getfixturevalue(request.param)
    return (found if isinstance(found, Path) else found[0]).read_text("utf-8")


def test_nothing_is_loaded_from_elsewhere_and_nothing_runs(source):
    page = Page(source)
    assert {tag for tag, _ in page.elements} <= TAGS
    attributes = {(name, value) for _, found in page.elements for name, value in found.items()}
    assert not {name for name, _ in attributes if name.startswith("on") or name in {"src", "srcset", "xlink:href"}}
    assert {value[0] for name, value in attributes if name == "href"} <= {"#", "d"}
    assert [found["href"] for found in page.all("link")] == ["data:,"]
    assert not re.search(r"url\(|@import|https?:", "".join(page.texts_in("style")) + str(attributes))
    policy = next(found for found in page.all("meta") if found.get("http-equiv") == "Content-Security-Policy")
    assert policy["content"] == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def test_a_screen_reader_finds_its_way(source):
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


def test_charts_have_the_colours_of_the_page(source):
    styles = " ".join(found["style"] for _, found in Page(source).elements if "style" in found)
    assert "var(--ink)" in styles
    assert not re.search("#[0-9a-f]{3}", styles)


def test_what_abstracts_and_schemes_hold_is_text(hostile):
    page = Page(hostile.read_text("utf-8"))
    assert page.texts_in("title")[0].startswith("How good the codes are")
    assert "<script>window.pwned = 1" in page.text
    assert "{{ 7 * 7 }}" in page.text
    assert "&lt;b&gt; $x_1$" in page.text
    assert "0<b>\"'`<script>" in page.text
    assert f"{hostile.parent}/<b>corpus\\udcff.jsonl" in page.text
    for name in NAMES.values():
        assert " ".join(legible(name).split()) in page.text
    labels = [text for text in page.texts_in("text") if "<i>&" in text]
    assert any("Politics </text></svg>" in label for label in labels)
    assert any("$a_1$ & \\u202enoise" in label for label in labels)
    assert any("農業" in label for label in labels)
    assert any(label.endswith("#1c1e21") for label in labels)


def test_no_unseen_character_is_on_the_page(hostile):
    text = hostile.read_bytes().decode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\uffff]", text)
    assert r"\x1b[31m \x00 \u202e \u2066 \uffff" in Page(text).text


def test_a_report_on_folds_says_so(hostile):
    assert "by 2 folds, each scored by what the others taught" in Page(hostile.read_text("utf-8")).text


def test_figures_are_those_that_are_printed(compared):
    page, figures = Page(compared[0].read_text("utf-8")), compared[1]
    for name, value in figures["measures"].items():
        ends = figures["intervals"].get(name)
        interval = f" {ends[0]:.3f} to {ends[1]:.3f}" if ends else ""
        assert f" {measure_name(name)} {value:.3f}{interval} the " in page.text.replace(" how ", " the ")
    for code, row in figures["codes"].items():
        known = f"{row['precision']:.3f} {row['recall']:.3f} {row['f1']:.3f}"
        assert re.search(f" {code} [^0-9]+ {row['support']} {known} ", page.text)
    right = 100 * figures["measures"]["micro_precision"]
    assert f"{right:.0f} of 100 assigned codes are right" in page.text


def test_a_comparison_shows_differences_with_their_verdicts_and_what_changed(compared):
    page, figures = Page(compared[0].read_text("utf-8")), compared[1]["comparison"]
    for name, found in figures["differences"].items():
        signed = f"{found['value']:+z.3f}".replace("-", "−")
        verdict = ("better" if found["value"] > 0 else "worse") if found["is_real"] else "(by chance|none)"
        assert re.search(rf" {measure_name(name)} {re.escape(signed)} [^a-z]+ to [^a-z]+ {verdict} ", page.text)
    assert figures["changes"]
    assert figures["changes"][0]["gain"] < 0
    shown = {data for tag, data in page.texts if tag == "bdi"}
    assert {change["id"] for change in figures["changes"][:10]} <= shown


def test_mistakes_are_there_to_be_read_whole(compared, unlike):
    page = Page(compared[0].read_text("utf-8"))
    records = [json.loads(line) for line in unlike.read_text("utf-8").splitlines()]
    shown = [record for record in records if " ".join(record["text"].split()) in page.text]
    assert len(shown) == 20
    assert f"{unlike}:{records.index(shown[0]) + 1}" in page.text


def test_a_curve_is_shown_for_each_main_measure(curved):
    page = Page(curved.read_text("utf-8"))
    for measure in ("precision at 1", "micro-F1", "macro-F1"):
        assert f"{measure} by number of abstracts learned from" in page.text
    assert {"with scope notes", "without"} <= set(page.texts_in("text"))


def test_warnings_are_on_the_page(corpus, model, tmp_path):
    report = tmp_path / "r.html"
    run("evaluate", corpus, "--model", model, "--report", report)
    assert "Warning: the model learned from these very abstracts" in Page(report.read_text("utf-8")).text


def test_the_same_figures_give_the_same_file(compared, unlike, model):
    report, again = compared[0], compared[0].with_name("again.html")
    other = report.with_name("other.safetensors")
    assert run("evaluate", unlike, "-m", model, "--compare", other, "--report", again, fresh=True).code == 0
    assert again.read_bytes() == report.read_bytes()


def python(program, *args):
    return subprocess.run([sys.executable, "-c", program, *map(str, args)], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("library", ["matplotlib", "jinja2"])
def test_a_missing_library_is_said_before_the_work(library, tmp_path):
    program = f"import sys; sys.modules[{library!r}] = None; from classmark.cli import main; main()"
    done = python(program, "evaluate", "no-such-corpus.jsonl", "--report", tmp_path / "r.html")
    sentence = f"--report needs {library}, which is not installed; type: pip install 'classmark[report]'"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"classmark: error: {sentence}\n")
    assert list(tmp_path.iterdir()) == []


def test_the_libraries_load_for_a_report_only(corpus, model):
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
def test_a_report_that_can_have_no_place_is_refused_before_the_work(name, message, tmp_path, corpus):
    (tmp_path / "corpus.jsonl").write_text("precious", "utf-8")
    done = run("evaluate", corpus, "--report", name, cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert (tmp_path / "corpus.jsonl").read_text("utf-8") == "precious"


def test_what_the_page_is_made_from_is_in_the_package():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packed = settings["tool"]["setuptools"]["package-data"]["classmark.cli.report"]
    here = {path.name for path in Path(classmark.cli.report.__file__).parent.iterdir() if path.is_file()}
    assert {name for name in here if not name.endswith(".py")} <= set(packed)


def colours(style, theme):
    part = style[style.index(theme) :]
    return dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", part[: part.index("}")]))


def contrast(one, two):
    """The contrast ratio of WCAG 2.2."""

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
def test_contrast_is_sufficient(theme):
    style = Path(classmark.cli.report.__file__).with_name("report.html").read_text("utf-8")
    found = colours(style, theme)
    for paper in ("paper", "soft", "warned"):
        for ink in ("ink", "muted"):
            assert contrast(found[ink], found[paper]) >= 4.5
    for colour in ("first", "second", "third"):
        assert contrast(found[colour], found["paper"]) >= 4.5
    for colour in ("first", "second"):
        assert contrast(found["ink"], mixed(found[colour], found["paper"], 0.5)) >= 4.5


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """Chromium, driven by its own driver; it goes nowhere and knows nothing from before."""
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (program and driver):
        pytest.skip("there is no chromium with a chromedriver to open reports in")
    options = ChromeOptions()
    options.binary_location = program
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for flag in ("headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-sync"):
        options.add_argument(f"--{flag}")
    options.add_argument("--disable-background-networking")
    options.add_argument("--disable-component-update")
    options.add_argument(f"--user-data-dir={tmp_path_factory.mktemp('profile')}")
    started = Chrome(options, ChromeService(driver))
    yield started
    started.quit()


@pytest.fixture
def opened(browser, hostile):
    browser.get(hostile.as_uri())
    return browser


def resize(browser, width):
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def press(browser, key):
    ActionChains(browser).send_keys(key).perform()


def test_a_browser_opens_it_without_complaint_and_runs_nothing(opened):
    assert opened.title.startswith("How good the codes are")
    assert opened.execute_script("return typeof window.pwned") == "undefined"
    assert opened.get_log("browser") == []
    assert opened.execute_script("return performance.getEntriesByType('resource').map(entry => entry.name)") == []


def test_a_browser_would_run_no_script_even_if_there_were_one(opened, hostile):
    page = hostile.with_name("broken.html")
    foreign = "<body><script>window.pwned = 1</script><img src='https://localhost:9/x' onerror='window.pwned = 1'>"
    page.write_text(hostile.read_text("utf-8").replace("<body>", foreign, 1), "utf-8")
    opened.get(page.as_uri())
    assert opened.execute_script("return typeof window.pwned") == "undefined"
    refused = [entry["message"] for entry in opened.get_log("browser") if "Content Security Policy" in entry["message"]]
    assert len(refused) == 3


@pytest.mark.parametrize("width", [400, 1200])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_charts_are_seen_and_nothing_hangs_over_the_edge(opened, width, theme):
    resize(opened, width)
    media = [{"name": "prefers-color-scheme", "value": theme}]
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": media})
    assert opened.execute_script("return document.documentElement.scrollWidth") <= width
    boxes = opened.execute_script(
        "return [...document.querySelectorAll('svg')].map(svg => [svg.getBoundingClientRect().width,"
        " getComputedStyle(svg.querySelector('text')).fill, svg.checkVisibility()])"
    )
    assert len(boxes) == 4
    ink = "rgb(28, 30, 33)" if theme == "light" else "rgb(232, 233, 235)"
    assert all(
        wide > 100 and fill in {ink, "rgb(90, 96, 104)", "rgb(169, 176, 184)"} and seen for wide, fill, seen in boxes
    )


def test_the_keyboard_skips_to_the_report_and_opens_details(opened):
    press(opened, Keys.TAB)
    assert opened.switch_to.active_element.text == "Skip to the report"
    press(opened, Keys.ENTER)
    for _ in range(100):
        press(opened, Keys.TAB)
        if opened.switch_to.active_element.tag_name == "summary":
            break
    opens = "return document.activeElement.parentElement.open"
    assert opened.execute_script(opens) is False
    press(opened, Keys.ENTER)
    assert opened.execute_script(opens) is True


def test_it_prints_with_what_details_hold(opened):
    assert base64.b64decode(opened.print_page()).startswith(b"%PDF")
    hidden = "return document.querySelector('.text').checkVisibility({contentVisibilityAuto: true})"
    assert opened.execute_script(hidden) is False
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert opened.execute_script(hidden) is True
    assert opened.execute_script("return getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
