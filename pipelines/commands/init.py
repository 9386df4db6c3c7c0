"""`waystage init`: a workspace to begin with."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from pipelines.cli import DONE, workspace_argument
from pipelines.problem import UserError

ROOT = Path(__file__).parent.parent.parent
SAMPLE = ROOT / "data" / "sample"
TEMPLATE = Path(__file__).parent.parent / "template"


def arguments(parser: argparse.ArgumentParser) -> None:
    workspace_argument(parser)
    parser.add_argument(
        "directory", type=Path, nargs="?", metavar="DIR", help="the folder to make (default: --workspace)"
    )
    parser.add_argument("--sample", action="store_true", help="copy the sample workspace, exports and all")


def run(args: argparse.Namespace) -> int:
    target: Path = args.directory or args.workspace
    if target.exists() and not target.is_dir():
        raise UserError(f"{target} is a file; name a folder that does not exist yet")
    if (target / "waystage.yaml").exists():
        raise UserError(f"{target / 'waystage.yaml'} exists already and was left as it is; name another folder")
    try:
        target.mkdir(parents=True, exist_ok=True)
        if args.sample:
            skip = shutil.ignore_patterns(".waystage", "published", "generate*", "__pycache__")
            shutil.copytree(SAMPLE, target, dirs_exist_ok=True, ignore=skip)
        else:
            (target / "exports").mkdir(exist_ok=True)
            for template in sorted(TEMPLATE.iterdir()):
                name = template.name.removesuffix(".txt")
                if not (target / name).exists():
                    shutil.copyfile(template, target / name)
    except OSError as error:
        raise UserError(f"{target}: cannot be written ({error.strerror}); name a folder you may write to") from error
    print(f"made {target}")
    if args.sample:
        print(f"next: waystage run --workspace {target}")
    else:
        print(f"next: put your exports in {target / 'exports'}, name them in {target / 'waystage.yaml'}, then:")
        print(f"      waystage check --workspace {target}")
    return DONE
