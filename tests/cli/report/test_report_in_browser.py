"""Test reports in a browser: scripts, layout, keyboard, printing."""

import base64

import pytest
from selenium.webdriver import Keys
from support.browser import press, resize, set_theme


@pytest.fixture
def opened(browser, hostile_report):
    browser.get(hostile_report.as_uri())
    return browser


def test_a_browser_opens_a_report_without_errors_or_scripts(opened):
    assert opened.title.startswith("How good the codes are")
    assert opened.execute_script("return typeof window.pwned") == "undefined"
    assert opened.get_log("browser") == []
    assert opened.execute_script("return performance.getEntriesByType('resource').map(entry => entry.name)") == []


def test_the_content_security_policy_blocks_injected_scripts(opened, hostile_report):
    page = hostile_report.with_name("broken.html")
    foreign = "<body><script>window.pwned = 1</script><img src='https://localhost:9/x' onerror='window.pwned = 1'>"
    page.write_text(hostile_report.read_text("utf-8").replace("<body>", foreign, 1), "utf-8")
    opened.get(page.as_uri())
    assert opened.execute_script("return typeof window.pwned") == "undefined"
    refused = [entry["message"] for entry in opened.get_log("browser") if "Content Security Policy" in entry["message"]]
    assert len(refused) == 3


@pytest.mark.parametrize("width", [400, 420, 1200])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_charts_are_visible_and_the_page_does_not_overflow(opened, width, theme):
    resize(opened, width)
    set_theme(opened, theme)
    assert opened.execute_script("return document.documentElement.scrollWidth") <= width
    boxes = opened.execute_script(
        "return [...document.querySelectorAll('svg')].filter(svg => svg.checkVisibility())"
        ".map(svg => [svg.getBoundingClientRect().width,"
        " getComputedStyle(svg.querySelector('text')).fill, svg.checkVisibility()])"
    )
    assert len(boxes) == 4
    ink = "rgb(28, 30, 33)" if theme == "light" else "rgb(232, 233, 235)"
    assert all(
        wide > 100 and fill in {ink, "rgb(90, 96, 104)", "rgb(169, 176, 184)"} and seen for wide, fill, seen in boxes
    )


@pytest.mark.parametrize("width", [420, 700, 850, 1000])
def test_nothing_is_cut_off(opened, width):
    resize(opened, width)
    opened.execute_script("document.querySelectorAll('details').forEach(part => part.open = true)")
    cut = opened.execute_script(
        "return [...document.querySelectorAll('.wide, figure, main, table, td')]"
        ".filter(part => part.checkVisibility() && part.scrollWidth > part.clientWidth + 1).map(part => part.outerHTML)"
    )
    assert cut == []


def test_charts_are_as_wide_as_tables(opened):
    resize(opened, 1200)
    width = "return document.querySelector('{}').getBoundingClientRect().width"
    table = opened.execute_script(width.format("#codes table"))
    for section in ("codes", "threshold", "reliability"):
        assert abs(opened.execute_script(width.format(f"#{section} .broad svg")) - table) <= 2


def test_a_report_can_be_used_with_the_keyboard(opened):
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


def test_a_printed_report_includes_collapsed_details(opened):
    assert base64.b64decode(opened.print_page()).startswith(b"%PDF")
    hidden = "return document.querySelector('p.text').checkVisibility({contentVisibilityAuto: true})"
    assert opened.execute_script(hidden) is False
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert opened.execute_script(hidden) is True
    assert opened.execute_script("return getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
