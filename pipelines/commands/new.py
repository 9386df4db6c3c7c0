"""`waystage new`: scaffolds the one place to edit for a connector, a signal, a model or a chart."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipelines.cli import DONE, workspace_argument

KINDS = ["connector", "signal", "model", "chart"]


def arguments(parser: argparse.ArgumentParser) -> None:
    workspace_argument(parser)
    parser.add_argument("kind", choices=KINDS, metavar="KIND", help=", ".join(KINDS))
    parser.add_argument("name", nargs="?", metavar="NAME", help="lower_case_with_underscores")
    parser.add_argument(
        "--from", dest="source", type=Path, metavar="FILE", help="connector: the export to draft it from"
    )
    parser.add_argument("--entity", metavar="NAME", help="connector: what one row is, where the draft guesses wrongly")
    parser.add_argument(
        "--part", metavar="NAME", help="connector: the list, stream or sheet of a file that holds several"
    )
    parser.add_argument(
        "--table",
        "--yaml-only",
        action="store_true",
        help="connector: write nothing, print the lines of a `connector: table` source instead",
    )


def run(args: argparse.Namespace) -> int:
    if args.kind == "connector":
        from pipelines.new_connector import new_connector  # noqa: PLC0415  DuckDB: not for --help

        print(new_connector(args))
    else:
        from pipelines.scaffold import scaffold  # noqa: PLC0415

        print(scaffold(args.kind, args.name, args.workspace))
    return DONE
