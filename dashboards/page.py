"""Published database in, static site out."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import plotly

from dashboards import theme
from dashboards.crew import Crew
from dashboards.data_quality import data_quality_page
from dashboards.facts import site
from dashboards.layout import Files
from dashboards.method import method_page
from dashboards.portfolio import portfolio_page
from dashboards.program_page import program_pages
from dashboards.published import connect, records
from dashboards.signal_page import signal_pages, signals

PROGRAMS_AT_ONCE, SIGNALS_AT_ONCE = 2, 3  # pages of half a second at most: who ends first waits no longer
PROGRAMS = "select * from program order by name, program_id"
ASSETS = Path(__file__).parent / "assets"


def build_site(database: Path, out: Path) -> list[Path]:
    """Write the site of the published `database` into `out` and return its files.

    Opens from disk as from a server, asks for nothing outside `out`, and is the same to the byte for the same rows.
    """
    files = Files(out)
    files.write("assets/site.css", theme.css_variables() + (ASSETS / "site.css").read_text(encoding="utf-8"))
    template = f"const TEMPLATE = {json.dumps(theme.TEMPLATE, sort_keys=True)};\n"
    files.write("assets/site.js", template + (ASSETS / "site.js").read_text(encoding="utf-8"))
    connection = connect(database)
    try:
        shared = site(connection)
        programs = records(connection, PROGRAMS)
        crew = Crew(connection, database, files, len(programs))
        portfolio_page(connection, shared, crew.each(program_pages, programs, PROGRAMS_AT_ONCE), files)
        crew.each(signal_pages, signals(connection), SIGNALS_AT_ONCE)
        data_quality_page(connection, shared, files)
        method_page(connection, shared, files)
    finally:
        connection.close()
    script = out / "assets" / "plotly.min.js"
    shutil.copyfile(Path(plotly.__file__).parent / "package_data" / "plotly.min.js", script)
    return [*sorted(files.written), script]
