"""`waystage new signal|model|chart`: the one place to edit, already passing what judges it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from connectors.contract import NAME
from pipelines.problem import UserError
from pipelines.workspace import FILE_NAME

ROOT = Path(__file__).parent.parent
LONGEST_NAME = 60
Files = dict[str, str]

SIGNAL = """\
-- description: One row per program and month; share of the month's customer tickets that are not solved.
-- job: scale
-- unit: ratio
-- direction: down
-- kind: share
-- window: T3
-- minimum_sample: 30
-- sources: [ticket]
-- range: [0, 1]

select
    program_id,
    month,
    count(*) filter (where solved_at is null) as numerator,
    count(*) as denominator
from staging.ticket
where duplicate_of is null
    and is_internal is not true
group by program_id, month
"""
SIGNAL_CASES = """\
- name: one of two tickets counts, and staff do not
  given:
    ticket:
      - {program_id: p, month: 2026-03-01, ticket_id: a, solved_at: 2026-03-09 10:00:00, is_internal: false}
      - {program_id: p, month: 2026-03-01, ticket_id: b, solved_at: null, is_internal: false}
      - {program_id: p, month: 2026-03-01, ticket_id: c, solved_at: null, is_internal: true}
  expect:
    - {program_id: p, month: 2026-03-01, numerator: 1, denominator: 2}
"""
MODEL = """\
{schema}name: {name}
title: {title}
version: 0.1.0
lifecycle: experimental
source: Say who wrote this model, and where it is published.
evidence_floor: 0.5
unknown_prior: 0.5
jobs: [create]
stages:
  - number: 0
    name: Answering
    job: create
    summary: Questions are answered as they come.
    practices: [Keep each good answer at the moment it is given.]
  - number: 1
    name: Answered
    job: create
    summary: Most of what is asked has an answer already.
    fixes: [F01]   # any of: waystage list frictions
    gate:
      all:
        - signal: how_to_ticket_share   # any of: waystage list signals
          at_most: 0.25
          keep: 0.3
          why: Questions about use should be the exception among tickets.
          next_step: Publish an answer to the question asked most.
          measured_as: of tickets ask how something is done
"""
MODEL_CASES = """\
- name: a help desk that mostly explains is still answering
  meets: 0
  expect: {stage: 0, bottleneck_job: create}
- name: a help desk that seldom explains has answered
  meets: 1
  expect: {stage: 1, bottleneck_job: null}
"""
CHART = '''\
"""How many tickets customers opened, by month."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from dashboards.theme import empty_figure, themed_figure, variable

TITLE = "{title}"
PAGE = "program"
ORDER = 90
QUERY = """
select month, count(*) as tickets
from ticket
where program_id = $program_id
group by month
order by month
"""
COLUMNS = {{"month": "Month", "tickets": "Tickets"}}


def figure(rows: pd.DataFrame) -> go.Figure:
    """One bar per month."""
    if rows.empty:
        return empty_figure("No ticket has been read yet.")
    bars = go.Bar(x=rows["month"], y=rows["tickets"], marker={{"color": variable("accent")}})
    return themed_figure([bars], {{"yaxis": {{"rangemode": "tozero"}}}}, 220)


def sentence(rows: pd.DataFrame) -> str:
    """What the bars show."""
    if rows.empty:
        return "No ticket has been read yet."
    return f"Customers opened {{int(rows['tickets'].sum()):,}} tickets in {{len(rows)}} months."
'''


def scaffold(kind: str, name: str | None, workspace: Path) -> str:
    """Writes the files of a signal, model or chart and says what to do next. UserError where it cannot."""
    if not name or not NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        meant = re.sub(r"[^a-z0-9]+", "_", (name or "").casefold()).strip("_0123456789")[:LONGEST_NAME].strip("_")
        hint = f"; did you mean '{meant}'?" if meant and NAME.fullmatch(meant) else ""
        raise UserError(f"{(name or '')[:60]!r} is no name; legal: lower_case_with_underscores{hint}")
    title = name.replace("_", " ").capitalize()
    makers: dict[str, Callable[[], tuple[Files, str]]] = {
        "signal": lambda: (
            {f"transforms/signals/{name}.sql": SIGNAL, f"transforms/signals/{name}.cases.yaml": SIGNAL_CASES},
            f"pytest tests/test_signal_cases.py -k {name}; waystage describe signal {name}; make docs",
        ),
        "chart": lambda: (
            {f"dashboards/charts/{name}.py": CHART.format(title=title)},
            f"pytest tests/test_charts.py -k {name}; make run",
        ),
        "model": lambda: _model(name, title, workspace),
    }
    files, then = makers[kind]()
    folder = workspace if kind == "model" else _checkout(kind, workspace)
    _refuse_taken(kind, name, [folder / path for path in files])
    try:
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"{folder}: cannot be written ({error.strerror}); name a folder you may write to") from error
    return f"wrote {', '.join(str(folder / path) for path in files)}\nthen: {then}"


def _model(name: str, title: str, workspace: Path) -> tuple[Files, str]:
    """A model that ships, with its cases, in a checkout; one of a workspace's own elsewhere."""
    if _is_checkout(workspace):
        schema = "# yaml-language-server: $schema=../model.schema.json\n"
        pack = MODEL.format(schema=schema, name=name, title=title)
        then = (
            f"pytest tests/test_rule_cases.py tests/test_lint.py -k {name}; waystage describe model {name}; make docs"
        )
        return {f"rules/{name}/model.yaml": pack, f"rules/{name}/cases.yaml": MODEL_CASES}, then
    if not (workspace / FILE_NAME).is_file():
        raise UserError(f"{workspace / FILE_NAME}: no workspace here; make one with: waystage init {workspace}")
    pack = MODEL.format(schema="", name=name, title=title)
    then = f"name it under `models:` of {workspace / FILE_NAME}, as [{name}]; waystage check --workspace {workspace}"
    return {f"{name}/model.yaml": pack}, then


def _is_checkout(workspace: Path) -> bool:
    return (workspace / "pyproject.toml").is_file() and workspace.resolve() == ROOT.resolve()


def _checkout(kind: str, workspace: Path) -> Path:
    """The source tree: signals and charts are part of it, a workspace has none of its own."""
    if _is_checkout(workspace):
        return workspace
    raise UserError(
        f"a {kind} is part of Waystage's own source, which is not in {workspace}; run this in a checkout "
        "(git clone, then: make test), as CONTRIBUTING.md says"
    )


def _refuse_taken(kind: str, name: str, paths: list[Path]) -> None:
    from rules.load import available  # noqa: PLC0415

    if kind == "model" and name in available():
        raise UserError(f"there is a model '{name}' already and it was left as it is; choose another name")
    for path in paths:
        place = path.parent if kind == "model" else path
        if place.exists() or place.is_symlink():
            raise UserError(f"{place} exists already and was left as it is; choose another name")
