"""Test the page in a browser: its script, layout, keyboard, and what a screen reader is told."""

import json

import pytest
from selenium.webdriver import Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait
from support.browser import press, resize, set_theme
from support.program import write_records
from support.server import serving

from classmark.model.scoring.classifier import DEFAULT_FILE

WAR = "Armed groups, insurgency and regional security after a regime change"


@pytest.fixture(scope="module")
def server(levelled_model):
    with serving(DEFAULT_FILE, levelled_model) as server:
        yield server


@pytest.fixture
def opened(browser, server):
    resize(browser, 1100)
    browser.get(server.address)
    return browser


def classify(browser, text=WAR):
    browser.find_element(By.ID, "text").clear()
    browser.find_element(By.ID, "text").send_keys(text)
    browser.find_element(By.CSS_SELECTOR, "button.first").click()
    wait_for(browser, "#result table")


def wait_for(browser, selector):
    WebDriverWait(browser, 20).until(lambda browser: browser.find_elements(By.CSS_SELECTOR, selector))


def assigned(browser):
    return browser.execute_script(
        "return [...document.querySelectorAll('#result tr[data-on=yes]')].map(row => row.dataset.code)"
    )


def status(browser):
    return browser.find_element(By.ID, "status").text


def move_slider(browser, value):
    browser.execute_script(
        "const slider = document.getElementById('threshold'); slider.value = arguments[0];"
        "slider.dispatchEvent(new Event('input', {bubbles: true}))",
        value,
    )


def test_an_abstract_is_classified_in_the_page_without_errors_or_other_requests(opened, server):
    opened.execute_script("window.isSame = true")
    classify(opened)
    assert assigned(opened) == ["J", "U"]
    assert opened.execute_script("return window.isSame")
    assert opened.get_log("browser") == []
    assert opened.get_cookies() == []
    loaded = opened.execute_script("return performance.getEntriesByType('resource').map(entry => entry.name)")
    assert loaded
    assert all(name.startswith(server.address) for name in loaded)


def test_the_slider_moves_the_threshold_of_all_codes(opened):
    classify(opened)
    move_slider(opened, "0.94")
    assert assigned(opened) == ["J"]
    move_slider(opened, "0.01")
    assert len(assigned(opened)) > 2
    move_slider(opened, "1")
    assert assigned(opened) == ["J"]  # the best one, as `predict --threshold` gives it
    opened.find_element(By.CSS_SELECTOR, "input[name=own_threshold]").click()
    assert assigned(opened) == ["J", "U"]


def test_the_words_of_another_code_are_marked_when_it_is_chosen(opened):
    classify(opened, "Wheat and soil of farms. Armies, soldiers and wars of a regime.")
    before = [mark.text for mark in opened.find_elements(By.CSS_SELECTOR, "#marked mark")]
    opened.find_elements(By.NAME, "shown")[1].click()
    code = opened.find_elements(By.CSS_SELECTOR, "#result tr[data-code]")[1].get_attribute("data-code")
    assert opened.find_element(By.ID, "shown-code").text.startswith(f"{code} ")
    after = [mark.text for mark in opened.find_elements(By.CSS_SELECTOR, "#marked mark")]
    assert before
    assert after
    assert before != after


def test_the_assigned_codes_are_copied(opened, server):
    opened.execute_cdp_cmd(
        "Browser.grantPermissions",
        {"origin": server.address, "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]},
    )
    classify(opened)
    opened.find_element(By.ID, "copy").click()
    WebDriverWait(opened, 20).until(lambda browser: "J, U" in status(browser))
    assert opened.execute_async_script("navigator.clipboard.readText().then(arguments[0])") == "J\nU"


def test_a_file_that_is_dropped_is_classified(opened, records):
    lines = "".join(json.dumps(record) + "\n" for record in records[:3])
    opened.execute_script(
        "const transfer = new DataTransfer(); transfer.items.add(new File([arguments[0]], 'a.jsonl'));"
        "document.dispatchEvent(new DragEvent('drop', {bubbles: true, cancelable: true, dataTransfer: transfer}))",
        lines,
    )
    wait_for(opened, "#result table.records")
    assert len(opened.find_elements(By.CSS_SELECTOR, "table.records tbody tr")) == 3
    move_slider(opened, "0")
    shown = "return [...document.querySelectorAll('.item')].filter(item => item.checkVisibility()).length"
    assert opened.execute_script(shown) == 15


def test_the_page_can_be_used_with_the_keyboard(opened):
    press(opened, Keys.TAB)
    assert opened.switch_to.active_element.get_attribute("id") == "text"
    press(opened, WAR)
    for _ in range(20):
        press(opened, Keys.TAB)
        if opened.switch_to.active_element.text == "Classify":
            break
    press(opened, Keys.ENTER)
    wait_for(opened, "#result table")
    assert opened.switch_to.active_element.get_attribute("id") == "result"
    for _ in range(5):
        press(opened, Keys.TAB)
        if opened.switch_to.active_element.get_attribute("name") == "shown":
            break
    press(opened, Keys.DOWN)
    assert opened.find_element(By.ID, "shown-code").text == "U Military Science"


def test_a_screen_reader_is_told_what_each_control_is(opened):
    classify(opened)
    nodes = opened.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    named = [
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in nodes
        if not node["ignored"] and "role" in node
    ]
    controls = {"button", "textbox", "combobox", "radio", "slider", "link", "heading", "rowheader", "columnheader"}
    assert {role for role, _ in named if role in controls} == controls
    assert [(role, name) for role, name in named if role in controls and not name.strip()] == []
    assert ("radio", "mark them for U") in named
    assert ("cell", "assigned") in named


@pytest.mark.parametrize("width", [320, 390, 700, 1100])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_is_cut_off(opened, width, theme):
    set_theme(opened, theme)
    resize(opened, width)
    classify(opened)
    assert opened.execute_script("return document.documentElement.scrollWidth") <= width
    cut = opened.execute_script(
        "return [...document.querySelectorAll('main, form, table, td, th, #marked')]"
        ".filter(part => part.checkVisibility() && part.scrollWidth > part.clientWidth + 1)"
        ".filter(part => part.clientWidth > 1).map(part => part.outerHTML)"
    )
    assert cut == []
    paper = opened.execute_script("return getComputedStyle(document.body).backgroundColor")
    assert paper == ("rgb(255, 255, 255)" if theme == "light" else "rgb(21, 23, 26)")


def test_the_page_works_without_scripts(opened, server, records, tmp_path):
    opened.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        opened.get(server.address)
        assert not opened.find_elements(By.CSS_SELECTOR, ".with-script")
        classify(opened)
        assert [row.get_attribute("data-code") for row in opened.find_elements(By.CSS_SELECTOR, "tr[data-on=yes]")] == [
            "J",
            "U",
        ]
        path = write_records(tmp_path / "a.jsonl", records[:2])
        opened.find_element(By.ID, "file").send_keys(str(path))
        opened.find_element(By.CSS_SELECTOR, "button.first").click()
        wait_for(opened, "table.records")
    finally:
        opened.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_a_server_that_is_gone_is_told(browser, model):
    with serving(model) as server:
        browser.get(server.address)
        server.stop()
        browser.find_element(By.ID, "text").send_keys(WAR)
        browser.find_element(By.CSS_SELECTOR, "button.first").click()
        WebDriverWait(browser, 20).until(lambda browser: "does not answer" in status(browser))
        browser.get_log("browser")
