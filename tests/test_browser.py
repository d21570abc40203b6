"""The page in a real browser: it loads nothing, runs nothing, fits a phone, can be read in light, dark and print."""

import base64
import io
import itertools
import json
import shutil

import pytest

from medcheck.formats import writer
from medcheck.options import Options
from medcheck.report import examine

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = [
    pytest.mark.skipif(
        not (CHROMIUM and DRIVER),
        reason="Chromium and its driver are not installed (packages chromium, chromium-driver)",
    ),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.xdist_group("browser"),
]
NAMES = ["Aprolux", "bezol", "cetam", "dorvin", "emptine", "<img src=x onerror=document.title='pwned'>",
         "</style><script>document.title='pwned'</script>", "Bezocet"]  # fmt: skip
CONTRAST = """
const seen = [];
const parse = text => text.match(/[\\d.]+/g).map(Number);
const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
  .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
for (const element of document.querySelectorAll("body *")) {
  if (![...element.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
  let behind = element, paper;
  while (behind && (paper = parse(getComputedStyle(behind).backgroundColor))[3] === 0) behind = behind.parentElement;
  const [a, b] = [light(parse(getComputedStyle(element).color)), light(paper || [255, 255, 255])];
  seen.push([(Math.max(a, b) + .05) / (Math.min(a, b) + .05), element.tagName + " " + element.className]);
}
return seen.sort((x, y) => x[0] - y[0])[0];
"""


@pytest.fixture(scope="module")
def page(toy_store, tmp_path_factory):
    from medcheck.compendium import open_store

    stream = io.StringIO()
    writer("html")(examine(NAMES, open_store(toy_store)), stream, Options(NAMES))
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(stream.getvalue(), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def browser(page):
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.binary_location = CHROMIUM
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    driver.get(page.as_uri())
    yield driver
    driver.quit()


def test_nothing_is_loaded_run_or_complained_of(browser, page):
    browser.get("about:blank")
    for log in ("browser", "performance"):
        browser.get_log(log)  # what came before this page, such as the browser's own start page
    browser.get(page.as_uri())
    assert browser.title.startswith("Drug interactions: aprone")
    assert [entry["message"] for entry in browser.get_log("browser")] == []
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]
    assert [url for url in asked if not url.startswith((page.as_uri(), "about:", "chrome:", "data:"))] == []
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0


def test_names_stay_text(browser):
    assert browser.execute_script("return document.querySelectorAll('img, script').length") == 0
    assert "<img src=x onerror=" in browser.find_element("tag name", "main").text


def test_the_policy_stops_what_the_page_does_not_hold(browser, page):
    """Even a script that found its way in would not run: the policy is tried, not only written."""
    browser.get(page.as_uri())
    browser.execute_script(
        "const i = document.createElement('img'); i.setAttribute('onerror', \"document.title='pwned'\"); i.src='x';"
        "document.body.append(i); const s = document.createElement('script'); s.textContent=\"document.title='pwned'\";"
        "document.body.append(s);"
    )
    browser.execute_async_script("setTimeout(arguments[0], 200)")
    assert browser.title != "pwned"
    assert any("Content Security Policy" in entry["message"] for entry in browser.get_log("browser"))
    browser.get(page.as_uri())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_contrast(scheme, browser):
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": features})
    ratio, where = browser.execute_script(CONTRAST)
    assert ratio >= 4.5, where
    paper = browser.execute_script("return getComputedStyle(document.body).backgroundColor")
    assert (paper == "rgb(255, 255, 255)") == (scheme == "light")


def test_print_is_black_on_white_without_navigation(browser):
    dark = [{"name": "prefers-color-scheme", "value": "dark"}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print", "features": dark})
    assert browser.execute_script("return getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert not browser.find_element("tag name", "nav").is_displayed()
    printed = browser.execute_cdp_cmd("Page.printToPDF", {"printBackground": False})
    assert base64.b64decode(printed["data"]).startswith(b"%PDF")
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_it_fits_the_screen(width, browser):
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_fifteen_medicines_fit_a_phone_and_a_sheet_of_paper(browser, page, toy):
    names = ["aprone", "bezol", "cetam", "dorvin", "farin"] * 3
    stream = io.StringIO()
    writer("html")(examine(names, toy), stream, Options(names))
    long = page.with_name("long.html")
    long.write_text(stream.getvalue(), encoding="utf-8")
    for width, media in ((1000, ""), (390, ""), (680, "print")):
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": []})
        browser.get(long.as_uri())
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
        table = browser.execute_script("return document.querySelector('.matrix').getBoundingClientRect().right")
        assert table <= width or (media == "" and width == 390), "on a phone the matrix scrolls in its own box"
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    browser.get(page.as_uri())


def test_a_screen_reader_finds_its_way(browser):
    tree = browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    roles = [node["role"]["value"] for node in tree if not node.get("ignored")]
    assert {"banner", "navigation", "main", "contentinfo", "table", "columnheader", "rowheader", "heading"} <= set(
        roles
    )
    names = [node.get("name", {}).get("value", "") for node in tree if node["role"]["value"] == "cell"]
    assert any("contraindicated" in name for name in names)
    assert any("NOT CHECKED" in name for name in names)
    headings = browser.execute_script("return [...document.querySelectorAll('h1,h2,h3')].map(h => +h.tagName[1])")
    assert headings.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(headings))
