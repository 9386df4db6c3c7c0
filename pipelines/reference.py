"""Writes docs/reference, and what SQL files read, from the declarations; `--check` fails when that is stale."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout, suppress
from pathlib import Path
from typing import Any

from pipelines import cli, declared, relations
from pipelines.publish import published_tables
from rules.model import Pack
from transforms import reads
from transforms.catalogue import reads_to_write_down

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "reference"
NOTICE = "<!-- Written by `make docs`; edit the declarations, not this file. -->"


def pages() -> dict[str, str]:
    """Every page of the reference by file name."""
    return {
        "commands.md": _page("Commands", _commands()),
        "tables.md": _page("Published tables", _tables()),
        "diagram.md": _page("How the published tables hang together", _diagram()),
        "connectors.md": _page("Connectors", _connectors()),
        "signals.md": _page("Signals", _signals()),
        "models.md": _page("Maturity models", _models()),
        "frictions.md": _page("Frictions", _frictions()),
    }


def main() -> int:
    """Writes the pages, or with --check says which are stale and exits 1."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.reference")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a page is stale")
    args = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = {FOLDER / name: text for name, text in pages().items()} | {reads.FILE: reads_to_write_down()}
    stale = [path for path, text in wanted.items() if _read(path) != text]
    stale += [path for path in FOLDER.glob("*.md") if path not in wanted]
    if args.check:
        if stale:
            print(f"stale: {', '.join(_shown(path) for path in stale)}; run: make docs", file=sys.stderr)
        return 1 if stale else 0
    for path in stale:
        if path in wanted:
            path.write_text(wanted[path], encoding="utf-8")
        else:
            path.unlink()
    return 0


def _shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _page(title: str, lines: Iterator[str]) -> str:
    return "\n".join([NOTICE, "", f"# {title}", "", *lines]).rstrip() + "\n"


def _commands() -> Iterator[str]:
    yield "Exit codes: 0 done; 1 failed, nothing was published; 2 wrong usage or invalid workspace, nothing was read;"
    yield "3 published, but some input was rejected or a source is stale (`--strict` makes this 1, publishing nothing)."
    for verb in cli.VERBS:
        yield from ("", f"## waystage {verb}", "", "```text", _help(verb), "```")


def _help(verb: str) -> str:
    printed = io.StringIO()
    os.environ["COLUMNS"] = "100"  # argparse wraps to the terminal, which must not decide what is committed
    with redirect_stdout(printed), suppress(SystemExit):  # argparse ends the program after its help
        cli.main([verb, "--help"])
    return printed.getvalue().rstrip()


def _tables() -> Iterator[str]:
    yield "In `published/waystage.duckdb`, and as `published/parquet/<table>.parquet`. [A diagram](diagram.md) shows"
    yield "how they hang together, [questions](../questions.md) how to ask them."
    known = relations.relations()
    for table in published_tables():
        grain = ", ".join(table.header.grain) or "no key: rows may repeat"
        belongs = "; ".join(one.in_words for one in known if one.table == table.name)
        said = f"{table.header.description} Grain: {grain}.{f' Belongs to {belongs}.' if belongs else ''}"
        yield from ("", f"## {table.name}", "", said, "")
        columns = table.header.columns.items()
        yield from _rows(
            ["column", "type", "holds"], ([f"`{name}`", table.header.types[name], text] for name, text in columns)
        )


def _diagram() -> Iterator[str]:
    yield "Each table with the columns that tell its rows apart; what each column holds is in [tables](tables.md)."
    yield from ("", "```mermaid", *relations.diagram(), "```", "", "To join two of them:", "")
    rows = ([f"`{one.table}`", one.in_words] for one in relations.relations())
    yield from _rows(["each row of", "belongs to a row of"], rows)


def _connectors() -> Iterator[str]:
    for name, entry in declared.connectors().items():
        yield from ("", f"## {name}", "", f"**{entry['title']}** ({entry['vendor']}, {entry['lifecycle']}).", "")
        yield entry["how to get the export"]
        if entry["evidence"]:
            yield from ("", "What this rests on:", "", *(f"- {line}" for line in entry["evidence"]))
        if "entities" in entry:
            for entity, columns in entry["entities"].items():
                yield from ("", f"### {name}: {entity}", "")
                yield from _rows(["column", "takes"], ([f"`{column}`", line] for column, line in columns.items()))
        else:
            yield from ("", f"Gives: {', '.join(entry['gives'])}.", "")
            yield from _rows(["stream", "holds"], ([f"`{key}`", text] for key, text in entry["streams"].items()))
        if "pull" in entry:
            yield from _pull(name, entry["pull"])


def _pull(name: str, entry: dict[str, Any]) -> Iterator[str]:
    yield from ("", f"### {name}: pull", "")
    yield f"`pull:` in place of `path:` asks the vendor's API. {entry['where to get access']} The token must be"
    yield f"{entry['whose token']}."
    yield ""
    yield from _rows(["setting", "is"], ([f"`{key}`", text] for key, text in entry["settings"].items()))
    yield ""
    yield from _rows(["list", "asked for"], ([f"`{key}`", text] for key, text in entry["endpoints"].items()))
    yield from ("", "What this rests on:", "", *(f"- {line}" for line in entry["evidence"]))


def _signals() -> Iterator[str]:
    for name, entry in declared.signals().items():
        yield from ("", f"## {name}", "", str(entry["title"]), "")
        shown = {key: value for key, value in entry.items() if key not in {"title", "notes"}}
        yield from _rows(["", ""], ([key.replace("_", " "), _plain(value)] for key, value in shown.items()))
        if "notes" in entry:
            yield from ("", str(entry["notes"]))


def _models() -> Iterator[str]:
    titles = {key: entry["title"] for key, entry in declared.frictions().items()}
    for name, entry in declared.models().items():
        yield from ("", f"## {name}", "", f"{entry['title']}, rules {entry['rules_version']}. {entry['source']}")
        for job, note in entry["job_notes"].items():
            shares = {"AI takes over": note["ai_takes_over"], "people decide": note["people_decide"]}
            yield from ("", f"### {name}: {job}", "", note["summary"])
            yield from _facts(shares)
        for phase in entry["phases"]:
            yield from ("", f"### {name}: {phase['name']}", "", phase["summary"])
            yield from _facts({key: phase.get(key) for key in ("friction", "key_benefit", "primary_challenge")})
        for stage in entry["stages"]:
            yield from ("", f"### {name} {stage['number']}: {stage['name']}", "", stage["summary"])
            yield from _facts(
                {
                    "phase": stage.get("phase"),
                    "job": stage["job"],
                    "fixes": [f"{friction} {titles[friction]}" for friction in stage["fixes"]],
                    "key_benefit": stage.get("key_benefit"),
                    "primary_challenge": stage.get("primary_challenge"),
                    "tooling": stage["tooling"],
                    "leads on from here": stage["practices"],
                }
            )
            yield from _gate(stage.get("gate"))
    yield from _pack_keys()


def _pack_keys() -> Iterator[str]:
    """What a model.yaml may hold, from its schema."""
    yield from ("", "## What a model.yaml may hold", "")
    yield "Everything else is refused. Its parts refer to each other by the names of jobs and phases only."
    schema = Pack.model_json_schema()
    for name, shape in {"Pack": schema, **schema["$defs"]}.items():
        needed = shape.get("required", [])
        yield from (
            "",
            f"### model.yaml: {'job note' if name == 'JobNote' else name.lower()}",
            "",
            str(shape["description"]),
            "",
        )
        yield from _rows(
            ["key", "is", ""],
            (
                [f"`{key}`", field["description"], "needed" if key in needed else ""]
                for key, field in shape["properties"].items()
            ),
        )


def _facts(facts: dict[str, Any]) -> Iterator[str]:
    """What is said of something, one line each; what is not said has none."""
    said = {key: [value] if isinstance(value, str) else value for key, value in facts.items() if value}
    if said:
        yield ""
    for key, values in said.items():
        yield f"- {key.replace('_', ' ')}: {'; '.join(value.rstrip('.') for value in values)}."


def _gate(gate: dict[str, Any] | None) -> Iterator[str]:
    if not gate:
        return
    groups = [("all of", gate["all"])]
    groups += [(f"at least {group['count']} of", group["of"]) for group in gate["at_least"]]
    yield ""
    yield from _rows(
        ["asks", "condition", "needs", "months", "why", "next step"],
        (
            [asks, f"`{one['id']}`", _threshold(one), one["window"], one["why"], one["next_step"]]
            for asks, conditions in groups
            for one in conditions
        ),
    )


def _frictions() -> Iterator[str]:
    for name, entry in declared.frictions().items():
        yield from ("", f"## {name} {entry['title']}", "")
        yield from _rows(
            ["", ""], ([key.replace("_", " "), _plain(value)] for key, value in entry.items() if key != "title")
        )


def _threshold(condition: dict[str, Any]) -> str:
    said = f"≥ {condition['at_least']:g}" if "at_least" in condition else f"≤ {condition['at_most']:g}"
    said += f", kept to {condition['keep']:g}" if condition.get("keep") not in (None, condition.get("at_least")) else ""
    return said + (f", {condition['hold']} months in a row" if condition["hold"] > 1 else "")


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {item}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(" or ".join(item) if isinstance(item, list) else str(item) for item in value) or "none"
    return str(value)


def _rows(header: list[str], rows: Iterator[list[str]]) -> Iterator[str]:
    """A Markdown table; bars and line breaks inside cells would end them."""
    yield "| " + " | ".join(header) + " |"
    yield "|" + " --- |" * len(header)
    for row in rows:
        yield "| " + " | ".join(" ".join(str(cell).split()).replace("|", "\\|") for cell in row) + " |"


if __name__ == "__main__":
    sys.exit(main())
