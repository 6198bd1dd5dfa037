"""Provide a browser to open pages in, and what a person does with it."""

import shutil

import pytest
from selenium.webdriver import ActionChains, Chrome, ChromeOptions, ChromeService


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """Yield a headless Chromium with a new profile and without background requests."""
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (program and driver):
        pytest.skip("there is no chromium with a chromedriver to open pages in")
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


def resize(browser, width):
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def press(browser, key):
    ActionChains(browser).send_keys(key).perform()


def set_theme(browser, theme):
    media = [{"name": "prefers-color-scheme", "value": theme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": media})
