"""`waystage list`: the names of one kind of the catalogue, each with its line."""

from __future__ import annotations

import argparse
import json

from pipelines.cli import DONE, workspace_argument

KINDS = ["connectors", "signals", "models", "frictions", "intents"]


def arguments(parser: argparse.ArgumentParser) -> None:
    workspace_argument(parser)
    parser.add_argument("kind", choices=KINDS, metavar="KIND", help=", ".join(KINDS))
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(args: argparse.Namespace) -> int:
    from pipelines import declared  # noqa: PLC0415  reads every declaration of its kind

    entries = declared.entries(args.kind, args.workspace)
    if args.json:
        print(json.dumps([{"name": name, **entry} for name, entry in entries.items()], indent=2, ensure_ascii=False))
        return DONE
    width = max((len(name) for name in entries), default=0)
    for name, entry in entries.items():
        print(f"{name:<{width}}  {entry['title']}")
    return DONE
