"""`waystage forget`: a person removed from landing to published, kept out of later runs, and looked for everywhere."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from pipelines.cli import DONE, FAILED, workspace_argument
from pipelines.problem import RunFailed, UserError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipelines.night import Say
    from pipelines.session import Opened
    from pipelines.traces import Trace

EPILOG = """\
Exports are yours and stay as they are: Waystage leaves the person out of them from now on. Months that change are
restated. Stopped half-way, ask again and it is finished. See docs/privacy.md.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    workspace_argument(parser)
    parser.epilog = EPILOG
    parser.add_argument(
        "whom",
        metavar="LEARNER_OR_EMAIL",
        help="an e-mail address, an id as an export has it, or a key as table ticket has it",
    )


def run(args: argparse.Namespace) -> int:
    from dashboards.words import counted  # noqa: PLC0415
    from pipelines import forget, session  # noqa: PLC0415  pandas, DuckDB, the rules: not for --help
    from pipelines.commands.run import progress  # noqa: PLC0415
    from pipelines.warehouse import writer_lock  # noqa: PLC0415

    opened = session.validate(args.workspace)
    workspace = opened.workspace
    with progress(sys.stderr.isatty()) as say, writer_lock(workspace.state):
        person = forget.find(workspace, opened.exports, args.whom)
        say("taking them out of landing")
        landed = [] if person.is_gone else forget.keep_out(workspace, opened.exports, person)
        failure = None if person.is_gone else _run_again(opened, say)
        say("taking them out of what is kept")
        kept = forget.take_out_of_results(workspace, person)
        say("looking for them")
        searched, left = forget.still_there(workspace, person)
        if not left:
            forget.finish(workspace)
    _show("found and removed", [*landed, *kept], opened)
    if left:
        _show("still there", left, opened)
        print(
            "an address found yet stands in waystage.yaml or an assessment, which are yours: take it out there, "
            "then ask again",
            file=sys.stderr,
        )
        return FAILED
    print(
        f"looked for {counted(len(person.words), 'key or spelling', 'keys and spellings')} of them in "
        f"{searched:,} files: none is found"
    )
    print("kept out of later runs, whatever the exports hold; these are yours and stay as they are")
    if failure:
        raise RunFailed(f"the person is gone, but what is published was not made anew: {failure}\nsee: waystage run")
    return DONE


def _run_again(opened: Opened, say: Say) -> str | None:
    """Publishes what the exports say without the person; why it could not be done, if so."""
    from pipelines import session  # noqa: PLC0415
    from pipelines.commands.run import execute  # noqa: PLC0415

    try:
        with session.night_of_holder(opened, session.Options(is_forced=True), say) as night:
            execute(night, opened, {"waystage/because": "waystage forget"})
    except (RunFailed, UserError) as error:
        return str(error)
    return None


def _show(title: str, found: Iterable[Trace], opened: Opened) -> None:
    lines = [f"  {trace.told(opened.workspace.directory)}" for trace in found]
    print("\n".join([f"{title}:", *(lines or ["  nowhere"])]))
