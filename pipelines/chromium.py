"""Prints a page to PDF with the Chromium of this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from pipelines.problem import RunFailed, UserError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "chrome")
DRAWING_MS = 20_000  # of the page's own clock, in which its figures are drawn
PATIENCE_S = 120


def print_page(page: Path, file: Path) -> None:
    """Writes the page, an HTML file, to `file`, which takes the place of one of that name once it is whole.

    UserError where there is no Chromium, or no folder for the file; RunFailed where it prints nothing.
    """
    chromium = find_chromium()
    if not file.parent.is_dir():
        raise UserError(f"{file.parent}: no such folder; make it, or name another file with --pdf")
    with tempfile.TemporaryDirectory(prefix="waystage-report-") as profile:
        printed = Path(profile) / "page.pdf"
        command = [
            chromium,
            "--headless",
            "--disable-gpu",
            "--no-first-run",
            f"--user-data-dir={profile}",  # one that is open already may not be shared
            "--no-pdf-header-footer",
            f"--virtual-time-budget={DRAWING_MS}",
            f"--print-to-pdf={printed}",
            *(["--no-sandbox"] if os.geteuid() == 0 else []),  # it refuses to run as root with one
            page.as_uri(),
        ]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)  # noqa: S603
        except (OSError, subprocess.TimeoutExpired) as error:
            raise RunFailed(f"{chromium}: {error}; name another one with WAYSTAGE_CHROMIUM") from None
        if not printed.is_file():
            said = [line for line in done.stderr.splitlines() if line.strip()]
            raise RunFailed(f"{chromium} printed nothing: {said[-1] if said else f'exit code {done.returncode}'}")
        beside = file.with_name(f".{file.name}.new")
        try:
            shutil.copyfile(printed, beside)
            beside.replace(file)
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise UserError(f"{file}: cannot be written ({error.strerror}); name another file with --pdf") from None


def find_chromium() -> str:
    """Its path: WAYSTAGE_CHROMIUM, else the first on PATH. UserError where there is none."""
    given = os.environ.get("WAYSTAGE_CHROMIUM")
    if given and shutil.which(given) is None:
        raise UserError(f"WAYSTAGE_CHROMIUM={given}: no such program; give the path of a Chromium, or unset it")
    found = given or next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        raise UserError(
            "a PDF needs a Chromium, and none is on PATH; install one (Debian: apt-get install chromium), give its "
            "path in WAYSTAGE_CHROMIUM, or print the page from any browser: it is made to fit one sheet"
        )
    return found
