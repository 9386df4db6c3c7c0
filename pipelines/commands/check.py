"""`waystage check`: the workspace, the rule packs and the shape of every export, all problems at once."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from pipelines.cli import DONE, INVALID, WITH_PROBLEMS, workspace_argument
from pipelines.problem import InvalidWorkspace

if TYPE_CHECKING:
    from connectors.problem import Problem


def arguments(parser: argparse.ArgumentParser) -> None:
    workspace_argument(parser)
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(args: argparse.Namespace) -> int:
    from connectors.acquire import acquire  # noqa: PLC0415
    from connectors.instance import supposed_instances  # noqa: PLC0415
    from connectors.shape import check_source  # noqa: PLC0415  DuckDB: not for --help
    from pipelines import session  # noqa: PLC0415
    from pipelines.survey_text import lines, surveys  # noqa: PLC0415

    try:
        opened = session.validate(args.workspace)
    except InvalidWorkspace as error:
        if not args.json:
            raise
        print(json.dumps({"is_valid": False, "problems": [_as_dict(problem) for problem in error.problems]}, indent=2))
        return INVALID
    found = [
        (program.id, source.name, problem)
        for program in acquire(opened.workspace.state, opened.workspace.programs, is_check=True)
        for source in program.sources
        for problem in check_source(opened.workspace.directory, program, source, opened.exports)
    ]
    found += [
        (program.id, name, _supposed(name))
        for program in opened.workspace.programs
        for name in sorted(supposed_instances(program, opened.exports))
    ]
    told = surveys(opened)
    errors = sum(problem.severity == "error" for _, _, problem in found)
    stale = {(program, source) for program, source, problem in found if problem.severity == "stale"}
    code = INVALID if errors else WITH_PROBLEMS if stale else DONE  # as the run that would follow
    if args.json:
        problems = [{"program": program, "source": source, **_as_dict(problem)} for program, source, problem in found]
        print(
            json.dumps({"is_valid": not errors, "problems": problems, "programs": told}, indent=2, ensure_ascii=False)
        )
        return code
    for program, source, problem in found:
        print(f"{program}: {source}: {problem}", file=sys.stderr)
    for line in lines(told):
        print(line)
    sources = sum(len(program.sources) for program in opened.workspace.programs)
    models = ", ".join(pack.pack.name for pack in opened.packs)
    said = f"{_counted(len(opened.workspace.programs), 'program')}, {_counted(sources, 'source')}, models {models}: "
    ready = f"ready to run, with an older copy of {_counted(len(stale), 'source')}" if stale else "ready to run"
    print(said + (_counted(errors, "problem") if errors else ready))
    return code


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _supposed(name: str) -> Problem:
    from connectors.problem import Problem  # noqa: PLC0415

    seen = f"several sources of one connector: {name} is taken for an instance of its own, whose ids no other shares"
    return Problem("waystage.yaml", 0, "", seen, "`instance: NAME`, the same on sources that share their ids",
                   "give it to sources of one instance, or put their files into one folder", "warning")  # fmt: skip


def _as_dict(problem: object) -> dict[str, object]:
    """A problem's own fields, and the sentence a person would have read."""
    fields = {key: value for key, value in vars(problem).items() if isinstance(value, str | int | float | None)}
    return {**fields, "file": str(fields.get("file", "")), "text": str(problem)}
