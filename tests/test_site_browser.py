"""The site in a real browser: quiet, self-contained, nothing cut, nothing injected, one page on paper."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import axe_playwright_python
import pytest

from dashboards.page import build_site
from tests.hostile_world import hostile
from tests.site_world import CAST, build

sync_api = (
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed; pip install -e .[test]")
    if (os.environ.get("WAYSTAGE_REQUIRE_ALL") != "1")
    else __import__("playwright.sync_api").sync_api
)

pytestmark = pytest.mark.browser

PAGES = [
    "index.html",
    "data-quality.html",
    "method.html",
    "signals/resend_request_rate.html",
    "signals/trained_adoption_lift.html",
    *(f"programs/{key}.html" for key in CAST),
]
WIDTHS = (360, 768, 1440)
DRAWN = "() => [...document.querySelectorAll('.plot')].every(plot => plot.querySelector('.main-svg'))"
CUT = """() => [...document.querySelectorAll('main *, header *')].filter(element => {
    const style = getComputedStyle(element);
    if (element.closest('svg, .spoken, caption, .scroll, .plot, details') || style.clipPath !== 'none') return false;
    if (element.closest('thead') || element.closest('.step')) return false;
    const box = element.getBoundingClientRect();
    const beyond = box.width > 0 && (box.right > innerWidth + 1 || (box.left < -1 && !element.closest('.skip')));
    const clipped = style.overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1;
    return beyond || (clipped && element.tagName !== 'SELECT');
}).map(element => element.outerHTML.slice(0, 120))"""
OUTSIDE = """() => [...document.querySelectorAll('.plot')].flatMap(plot => {
    const frame = plot.getBoundingClientRect();
    return [...plot.querySelectorAll('text')].filter(text => {
        const box = text.getBoundingClientRect();
        return box.width > 0 && (box.left < frame.left - 2 || box.right > frame.right + 2);
    }).map(text => text.textContent);
})"""
OVERLAPPING = """() => [...document.querySelectorAll('.plot')].flatMap(plot => {
    const boxes = [...plot.querySelectorAll('.xtick text, .ytick text, .annotation text')]
        .map(text => [text.textContent, text.getBoundingClientRect()]).filter(([, box]) => box.width > 0);
    return boxes.flatMap(([name, a], index) => boxes.slice(index + 1)
        .filter(([, b]) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 2 && b.top < a.bottom - 2)
        .map(([other]) => `${name} / ${other}`));
})"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("browser")
    build_site(build(folder / "waystage.duckdb"), folder / "site")
    return folder / "site"


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[sync_api.Browser]:
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


class Visit:
    """One open page and everything it complained about."""

    def __init__(self, browser: sync_api.Browser, site: Path, width: int = 1440, **context: object) -> None:
        self.site = site
        self.context = browser.new_context(viewport={"width": width, "height": 900}, **context)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        self.page.on("request", self._watch)

    def _watch(self, request: sync_api.Request) -> None:
        if not request.url.startswith((self.site.as_uri(), "data:", "blob:")):
            self.complaints.append(f"asked for {request.url}")

    def open(self, name: str) -> sync_api.Page:
        self.page.goto((self.site / name).as_uri())
        self.page.wait_for_function(DRAWN)
        return self.page


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_is_quiet_and_fits(browser: sync_api.Browser, site: Path, width: int) -> None:
    _is_quiet_and_fits(browser, site, width, PAGES)


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_that_somebody_types_breaks_a_page(browser: sync_api.Browser, width: int, tmp_path: Path) -> None:
    build_site(hostile(tmp_path / "waystage.duckdb"), tmp_path / "site")
    names = ["index.html", "data-quality.html", "method.html"]
    pages = [*names, "signals/resend_request_rate.html", "programs/hostile-names.html"]
    _is_quiet_and_fits(browser, tmp_path / "site", width, pages)


def _is_quiet_and_fits(browser: sync_api.Browser, site: Path, width: int, pages: list[str]) -> None:
    visit = Visit(browser, site, width)
    for name in pages:
        page = visit.open(name)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert page.evaluate(CUT) == [], name
        assert page.evaluate(OUTSIDE) == [], name
        assert page.evaluate(OVERLAPPING) == [], name
    assert visit.complaints == []
    visit.context.close()


def test_dark_mode_recolours_what_is_drawn(browser: sync_api.Browser, site: Path) -> None:
    visit = Visit(browser, site)
    page = visit.open("programs/quarry-learning.html")
    ink = "getComputedStyle(document.querySelector('.stage-history .ytick text')).fill"
    light = page.evaluate(ink)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"() => {ink} !== '{light}'")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(17, 22, 28)"
    assert visit.complaints == []
    visit.context.close()


def test_the_table_sorts_by_keyboard_and_filters(browser: sync_api.Browser, site: Path) -> None:
    visit = Visit(browser, site)
    page = visit.open("index.html")
    first = "document.querySelector('.programs tbody tr:not([hidden]) a').textContent"
    page.get_by_role("button", name="Stage").focus()
    page.keyboard.press("Enter")
    assert page.evaluate(first) == "Harborline Academy"
    page.keyboard.press("Enter")
    assert page.evaluate(first) == "Quarry Learning"
    assert page.locator(".programs thead th").nth(1).get_attribute("aria-sort") == "descending"
    page.get_by_label("Search").fill("saltmarsh")
    assert page.evaluate(first) == "Saltmarsh School"
    assert page.get_by_role("status").text_content() == "1 of 4 programs"
    page.get_by_label("Search").fill("")
    page.get_by_label("Stage", exact=True).select_option("4")
    assert page.get_by_role("status").text_content() == "1 of 4 programs"
    page.get_by_label("Stage", exact=True).select_option("")
    page.get_by_label("Only those that").select_option("fell")
    assert page.get_by_role("status").text_content() == "0 of 4 programs"
    visit.context.close()


def test_the_first_tab_offers_to_skip_to_the_content(browser: sync_api.Browser, site: Path) -> None:
    visit = Visit(browser, site)
    page = visit.open("programs/harborline-academy.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    visit.context.close()


def test_pages_read_without_scripts(browser: sync_api.Browser, site: Path) -> None:
    visit = Visit(browser, site, java_script_enabled=False)
    visit.page.goto((site / "programs" / "harborline-academy.html").as_uri())
    assert visit.page.get_by_text("Stage 0 in December 2024, then stage 1 from February 2026.").is_visible()
    visit.page.goto((site / "index.html").as_uri())
    assert not visit.page.get_by_label("Search").is_visible()
    visit.context.close()


def test_a_program_prints_on_one_page(browser: sync_api.Browser, site: Path, tmp_path: Path) -> None:
    visit = Visit(browser, site)
    visit.open("programs/harborline-academy.html")
    paper = visit.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
    visit.context.close()


AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
SERIOUS = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations
    .filter(found => ['serious', 'critical'].includes(found.impact))
    .map(found => [found.id, found.help, ...found.nodes.slice(0, 3).map(node => node.html.slice(0, 160))])"""


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1440, "dark"), (360, "light")])
def test_axe_finds_nothing_serious(browser: sync_api.Browser, site: Path, width: int, scheme: str) -> None:
    visit = Visit(browser, site, width, color_scheme=scheme, bypass_csp=True)
    for name in PAGES:
        page = visit.open(name)
        page.add_script_tag(path=AXE)
        assert page.evaluate(SERIOUS) == [], name
    visit.context.close()
