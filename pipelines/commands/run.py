"""`waystage run`: the nightly job once, through the same Dagster definitions that the schedule runs."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from connectors.collect_seldom import collected_seldom
from pipelines import expectations_process, spark_session
from pipelines.cli import DONE, FAILED, WITH_PROBLEMS, workspace_argument
from pipelines.problem import RunFailed, UserError

if TYPE_CHECKING:
    from pipelines.night import Night, Say
    from pipelines.session import Opened

STEPS = 7  # how often a run says what it is at, for the progress bar
MOST_TOLD = 50  # problems, of the first and of the last: an archive may hold thousands


def arguments(parser: argparse.ArgumentParser) -> None:
    workspace_argument(parser)
    parser.add_argument("--as-of", type=_date, metavar="DATE", help="judge as of this day (default: today, UTC)")
    parser.add_argument(
        "--from", dest="from_month", type=_month, metavar="MONTH", help="measure again from this month (YYYY-MM)"
    )
    parser.add_argument(
        "--program",
        action="append",
        default=[],
        metavar="ID",
        help="this program only, the others stay as published; may be repeated",
    )
    parser.add_argument("--engine", choices=["duckdb", "spark"], default="duckdb", help="what stages and measures")
    parser.add_argument("--strict", action="store_true", help="publish nothing when any input is rejected or stale")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


@collected_seldom()
def run(args: argparse.Namespace) -> int:
    if args.engine == "spark":
        spark_session.require()  # nothing is read for a run that could not be
    if _will_check(args):
        expectations_process.begin()  # on another core, while this process imports what it needs itself
    from pipelines import session  # noqa: PLC0415  pandas, DuckDB, the rules: not for --help

    opened = session.validate(args.workspace)
    options = session.Options(
        as_of=args.as_of,
        only_programs=frozenset(args.program),
        from_month=args.from_month,
        is_strict=args.strict,
        engine=args.engine,
    )
    with progress(sys.stderr.isatty() and not args.json) as say, session.open_night(opened, options, say) as night:
        try:
            with _telling(night):
                execute(night, opened, _tags(args))
        except Exception as error:
            if not night.is_published:
                raise
            print(f"published, but what comes after it was cut short: {error}", file=sys.stderr)
            _report(night, args)
            return WITH_PROBLEMS
        return _report(night, args)


def _will_check(args: argparse.Namespace) -> bool:
    """Whether everything is made, and so checked, whatever the exports say; of other runs, landing tells."""
    is_first = not (args.workspace / ".waystage" / "warehouse.duckdb").is_file()
    return (args.workspace / "waystage.yaml").is_file() and (is_first or args.from_month is not None)


@contextmanager
def _telling(night: Night) -> Iterator[None]:
    """Those of `alerts:` hear of a run that fails; that they could not is told here."""
    from pipelines.night import tell_failure  # noqa: PLC0415

    try:
        yield
    except Exception as error:
        tell_failure(night, error)
        raise
    finally:
        if night.undelivered:
            print(night.undelivered, file=sys.stderr)


def execute(night: Night, opened: Opened, tags: dict[str, str]) -> None:
    """Runs the Dagster job in this process. Raises what its steps raised."""
    import dagster as dg  # noqa: PLC0415  1.5 s

    from pipelines.definitions import nightly_job  # noqa: PLC0415
    from pipelines.instance import home_of, let_old_runs_go, open_instance  # noqa: PLC0415
    from pipelines.layers import of_workspace  # noqa: PLC0415

    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    home = home_of(opened.workspace.directory)
    try:
        with open_instance(home) as instance:
            nightly_job(of_workspace(opened, home.name)).execute_in_process(
                instance=instance, run_config=quiet, resources={"night": night}, tags=tags
            )
            if home.name is None:  # one that serves several is its operator's to tidy
                let_old_runs_go(instance)
    except dg.DagsterExecutionInterruptedError:
        raise KeyboardInterrupt from None
    except dg.DagsterError as error:
        cause: BaseException | None = error
        while cause is not None and not isinstance(cause, RunFailed | UserError):
            cause = cause.__cause__
        if cause is not None:
            raise cause from None
        raise


def _tags(args: argparse.Namespace) -> dict[str, str]:
    """What the history says of the run: by whom, and what it was asked for."""
    asked = {
        "from": f"{args.from_month:%Y-%m}" if args.from_month else "",
        "as_of": str(args.as_of or ""),
        "programs": ", ".join(args.program),
        "engine": args.engine if args.engine != "duckdb" else "",
    }
    return {"waystage/because": "waystage run"} | {f"waystage/{name}": said for name, said in asked.items() if said}


def _report(night: Night, args: argparse.Namespace) -> int:
    from pipelines import night as steps  # noqa: PLC0415
    from pipelines import publish, summary  # noqa: PLC0415
    from pipelines.published_file import DATABASE  # noqa: PLC0415

    target = night.workspace.publish
    was_settled = not night.is_published
    found = steps.problems(night)
    if found and args.strict:
        raise RunFailed("--strict: the published version stands, but its input has problems:\n" + "\n".join(found))
    database, site = target / DATABASE, target / publish.SITE / "index.html"
    rows = summary.read(database)
    if args.json:
        said = {
            "run_id": publish.in_force(target),
            "as_of": night.as_of.isoformat(),
            "is_new": not was_settled,
            "programs": [row.as_dict() for row in rows],
            "problems": found,
            "database": _shown(database),
            "site": _shown(site),
        }
        print(json.dumps(said, indent=2, ensure_ascii=False))
    else:
        summary.show(rows, [pack.pack.name for pack in night.packs])
        if was_settled:
            print("nothing new since the published version; it stands")
        print(f"database  {_shown(database)}\nsite      {_shown(site)}")
    for problem in in_short(found):
        print(problem, file=sys.stderr)
    if not rows:
        return FAILED
    return WITH_PROBLEMS if found else DONE


def in_short(problems: list[str]) -> list[str]:
    """What a mail can hold: exports come first, and what concerns whole sources and checks last."""
    left_out = len(problems) - 2 * MOST_TOLD
    if left_out <= 0:
        return problems
    between = f"… and {left_out:,} more between these; all of them: waystage run --json"
    return [*problems[:MOST_TOLD], between, *problems[-MOST_TOLD:]]


def _shown(path: Path) -> str:
    """Relative to where the command was given, when it lies below."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


@contextmanager
def progress(is_terminal: bool) -> Iterator[Say]:
    """A bar on a terminal, nothing in a pipe."""
    if not is_terminal:
        yield lambda _text: None
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (BarColumn(bar_width=24), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=STEPS)
        yield lambda text: bar.update(task, description=text, advance=1)


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date; write it as 2026-06-30") from None


def _month(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a month; write it as 2026-06") from None
