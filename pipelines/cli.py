"""The `waystage` command. Imports nothing heavy itself: `--help` must answer at once."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from connectors.machine import instruction
from pipelines.problem import INTERRUPTED_QUERY, InvalidWorkspace, RunFailed, UserError

DONE, FAILED, INVALID, WITH_PROBLEMS, STOPPED = 0, 1, 2, 3, 130

VERBS = {
    "init": "write a commented waystage.yaml, .env.example and a README",
    "check": "validate the workspace, the rule packs and the shape of every export, loading nothing",
    "run": "the nightly job once: land, stage, measure, judge, publish",
    "explain": "the verdict on a program, and why",
    "whatif": "the verdict if signals were otherwise, or the history under other rules",
    "diff": "what changed between two runs, and what caused it",
    "assess": "ask those who run a program where they see it, and compare that with its exports",
    "new": "scaffold a connector from an unknown export, or a signal, model or chart",
    "report": "a program's page as one sheet of PDF",
    "sql": "a read-only query on the published database",
    "list": "the catalogue: connectors, signals, models, frictions or intents",
    "describe": "one entry of the catalogue, whole",
    "forget": "remove a person from landing to published, and prove it",
    "rollback": "publish an earlier version again",
    "serve": "the published site on 127.0.0.1",
    "ui": "the Dagster UI on 127.0.0.1, over the same definitions and run history",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one verb. Exit codes: 0 done, 1 failed and nothing published, 2 wrong usage or invalid workspace,
    3 published although some input was rejected or a source is stale."""
    given = list(sys.argv[1:] if argv is None else argv)
    args = _parser(given).parse_args(given)
    if args.verb is None:
        _parser([]).print_help()
        return DONE
    try:
        code: int = importlib.import_module(f"pipelines.commands.{args.verb}").run(args)
        sys.stdout.flush()
    except InvalidWorkspace as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        count = len(error.problems)
        print(f"{count} problem{'s' if count > 1 else ''}; nothing was read", file=sys.stderr)
        return INVALID
    except UserError as error:
        print(f"waystage {args.verb}: {error}", file=sys.stderr)
        return INVALID
    except RunFailed as error:
        print(f"waystage {args.verb}: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return _stopped(args.verb)
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:  # ours, not the user's: the trace is kept for the report, not shown
        if isinstance(error, RuntimeError) and str(error) == INTERRUPTED_QUERY:
            return _stopped(args.verb)
        if os.environ.get("WAYSTAGE_DEBUG"):
            raise
        if lacking := instruction(error):
            print(f"waystage {args.verb}: {lacking}; nothing was published", file=sys.stderr)
            return FAILED
        print(f"waystage {args.verb}: an error of Waystage's own: {_keep_trace(error)}", file=sys.stderr)
        return FAILED
    return code


def _stopped(verb: str) -> int:
    print(f"waystage {verb}: stopped; what was published before still stands", file=sys.stderr)
    return STOPPED


def entry() -> None:
    """The `waystage` command as a process."""
    code = main()
    if code == STOPPED:
        # Python ends itself by the signal when an import was under way as it came, whatever main answered
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def _keep_trace(error: Exception) -> str:
    """Writes the trace where it can be sent from and says where that is."""
    import tempfile  # noqa: PLC0415  only where something failed: nobody else waits for them
    import traceback  # noqa: PLC0415

    first = str(error).splitlines()[0] if str(error) else type(error).__name__
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="waystage-error-", suffix=".txt", delete=False, encoding="utf-8"
        ) as file:
            file.writelines(traceback.format_exception(error))
    except OSError:  # no room for it either
        return f"{first}; nothing was published; please report it with what WAYSTAGE_DEBUG=1 shows"
    return f"{first}; nothing was published; please report it with {file.name}"


def _parser(given: Sequence[str]) -> argparse.ArgumentParser:
    """All verbs with their one line; only the verb asked for is imported, for its own arguments."""
    parser = argparse.ArgumentParser(
        prog="waystage",
        description="Which stage a customer-education program is at, from what it already leaves behind.",
        epilog="Start with: waystage init my-workspace --sample && waystage run --workspace my-workspace",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB")
    for verb, line in VERBS.items():
        one = verbs.add_parser(verb, help=line, description=line[0].upper() + line[1:] + ".")
        if verb in given or not given:
            importlib.import_module(f"pipelines.commands.{verb}").arguments(one)
    return parser


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_args: object, **_kwargs: object) -> None:
        from pipelines.version import waystage_version  # noqa: PLC0415  metadata is read only when asked for

        print(f"waystage {waystage_version()}")
        parser.exit()


def workspace_argument(parser: argparse.ArgumentParser) -> None:
    """`-w/--workspace DIR`, which every verb takes."""
    parser.add_argument(
        "-w", "--workspace", type=Path, default=Path(), metavar="DIR", help="the workspace (default: this folder)"
    )


if __name__ == "__main__":
    entry()
