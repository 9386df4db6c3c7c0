"""The pictures of the documentation, drawn from the sample's site in a Chromium.

python -m tests.screenshots [SITE]   writes docs/*.png; SITE is data/sample/published/site, which `make run` makes
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from pipelines.chromium import find_chromium

DOCS = Path(__file__).parent.parent / "docs"
SITE = DOCS.parent / "data" / "sample" / "published" / "site"
DRAWN = "() => [...document.querySelectorAll('.plot')].every(plot => plot.querySelector('.main-svg'))"
# picture: page, width and scheme, and between which elements it is cut (from the first, up to the second)
PICTURES = {
    "program-page": ("programs/ferrolake.html", 1180, "light", None, ".frictions + section"),
    "site-portfolio": ("index.html", 1180, "light", None, ".stage-heat-map + section"),
    "site-evidence": ("programs/ferrolake.html", 1180, "light", ".learners", ".conditions"),
    "site-unknown": ("programs/ferrolake.html", 1180, "light", "#s-compared-with-what", "footer"),
    "site-signal": ("signals/resend_request_rate.html", 1180, "light", None, "section:nth-of-type(4)"),
    "site-phone": ("programs/ferrolake.html", 390, "dark", None, ".frictions"),
}


def main() -> int:
    """Draws every picture; exit 1 where there is no site or no Chromium."""
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots")
    parser.add_argument("site", type=Path, nargs="?", default=SITE)
    site = parser.parse_args().site.resolve()
    if not (site / "index.html").exists():
        sys.exit(f"{site}: no site there; `make run` first")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        for name, (page, width, scheme, first, after) in PICTURES.items():
            context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
            opened = context.new_page()
            opened.goto((site / page).as_uri())
            opened.wait_for_function(DRAWN)
            top = _place(opened, first) - 16 if first else 0
            clip = {"x": 0, "y": top, "width": width, "height": _place(opened, after) - top - 16}
            opened.screenshot(path=DOCS / f"{name}.png", full_page=True, clip=clip)
            print(DOCS / f"{name}.png")
            context.close()
        browser.close()
    return 0


def _place(page: Page, selector: str) -> float:
    box = page.locator(selector).first.bounding_box()
    if box is None:
        sys.exit(f"{selector} is not on {page.url}")
    return box["y"]


if __name__ == "__main__":
    sys.exit(main())
