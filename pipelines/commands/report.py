"""`waystage report`: a program's page as one sheet of PDF, for those who will not open a link."""

from __future__ import annotations

import argparse
import re
import shutil
import tempfile
from pathlib import Path

from connectors.nearest import legal_and_nearest
from pipelines.cli import DONE, workspace_argument
from pipelines.problem import UserError
from pipelines.published_file import open_published, publish_folder

PAPERS = {"a4": "A4", "letter": "letter"}
STYLE = Path("assets/site.css")
SIZES = (1, 0.94, 0.88, 0.82, 0.76)  # of what is printed, until all of it is on one sheet; smaller is not read any more
SHEET = re.compile(rb"/Type\s*/Page\b")


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
        copy = _copied(site, page, Path(scratch))
        style = (copy / STYLE).read_text(encoding="utf-8")
        for size in SIZES:
            (copy / STYLE).write_text(_sized(style, PAPERS[args.paper], size), encoding="utf-8")
            print_page(copy / page, args.pdf.resolve())
            if len(SHEET.findall(args.pdf.read_bytes())) <= 1:
                break
    print(args.pdf)
    return DONE


def _copied(site: Path, page: Path, copy: Path) -> Path:
    """A copy of a page, whose site may be replaced meanwhile, and of what it needs."""
    shutil.copytree(site / STYLE.parent, copy / STYLE.parent)
    (copy / page).parent.mkdir()
    shutil.copyfile(site / page, copy / page)
    return copy


def _sized(style: str, paper: str, size: float) -> str:
    """The site's style with the size of the paper set, and that of what is printed on it."""
    style = style.replace("@page{size:A4;", f"@page{{size:{paper};")
    return style if size == 1 else f"{style}\n@media print{{main,footer{{zoom:{size}}}}}\n"
