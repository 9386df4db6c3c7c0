"""`waystage describe`: one entry of the catalogue, whole, from the declaration the pipeline runs."""

from __future__ import annotations

import argparse
import json

import yaml

from connectors.nearest import legal_and_nearest
from pipelines.cli import DONE, workspace_argument
from pipelines.commands.list import KINDS
from pipelines.problem import UserError


def arguments(parser: argparse.ArgumentParser) -> None:
    workspace_argument(parser)
    legal = [kind for plural in KINDS for kind in (plural.removesuffix("s"), plural)]
    parser.add_argument("kind", choices=legal, metavar="KIND", help=", ".join(legal[::2]))
    parser.add_argument("name", metavar="NAME", help="a name from: waystage list KIND")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(args: argparse.Namespace) -> int:
    from pipelines import declared  # noqa: PLC0415  reads every declaration of its kind

    kind = args.kind if args.kind in declared.KINDS else f"{args.kind}s"
    entries = declared.entries(kind, args.workspace)
    if args.name not in entries:
        raise UserError(f"no {kind[:-1]} {args.name!r}; {legal_and_nearest(args.name, entries)}")
    entry = {"name": args.name, **entries[args.name]}
    if args.json:
        print(json.dumps(entry, indent=2, ensure_ascii=False))
    else:
        print(yaml.safe_dump(entry, sort_keys=False, allow_unicode=True, width=110), end="")
    return DONE
