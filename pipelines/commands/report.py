"""`waystage report`: a program's page as one sheet of PDF, for those who will not open a link."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from connectors.nearest import legal_and_nearest
from pipelines.cli import DONE, workspace_argument
from pipelines.problem import UserError
from pipelines.published_file import open_published, publish_folder

PAPERS = {"a4": "A4", "letter": "letter"}
STYLE = Path("assets/site.css")


def arguments(parser: argparse.ArgumentParser) -> None:
    workspace_argument(parser)
    parser.add_argument("program", metavar="PROGRAM", help="a program id of waystage.yaml")
    parser.add_argument("--pdf", type=Path, required=True, metavar="FILE", help="the file to write; needs a Chromium")
    parser.add_argument("--paper", choices=sorted(PAPERS), default="a4", help="default: a4")


def run(args: argparse.Namespace) -> int:
    from dashboards.addresses import file_name  # noqa: PLC0415
    from pipelines.chromium import print_page  # noqa: PLC0415

    with open_published(args.workspace) as con:
        programs = [str(program) for (program,) in con.execute("select program_id from program order by 1").fetchall()]
    if args.program not in programs:
        raise UserError(f"no program {args.program!r}; {legal_and_nearest(args.program, programs)}")
    site = (publish_folder(args.workspace) / "site").resolve()
    page = Path("programs") / f"{file_name(args.program)}.html"
    with tempfile.TemporaryDirectory(prefix="waystage-paper-") as scratch:
        print_page(_sized(site, page, Path(scratch), PAPERS[args.paper]), args.pdf.resolve())
    print(args.pdf)
    return DONE


def _sized(site: Path, page: Path, copy: Path, paper: str) -> Path:
    """A copy of a page, whose site may be replaced meanwhile, and of what it needs, with the size of its paper set."""
    shutil.copytree(site / STYLE.parent, copy / STYLE.parent)
    (copy / page).parent.mkdir()
    shutil.copyfile(site / page, copy / page)
    style = (copy / STYLE).read_text(encoding="utf-8")
    (copy / STYLE).write_text(style.replace("@page{size:A4;", f"@page{{size:{paper};"), encoding="utf-8")
    return copy / page
