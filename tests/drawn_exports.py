"""A workspace drawn at random: one program's accounts, people, content, views, enrolments and tickets in CSV, and what
a small pack says of it, by the way that a night takes, from landing to verdict."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from connectors.source_views import build_sources
from pipelines import night
from pipelines.judgement import PROGRAM_MONTHS
from pipelines.session import Options, open_night, validate
from rules.evaluate import Judgement, evaluate
from transforms import coverage, labels, measure, stage

AS_OF = dt.date(2025, 6, 30)
SETTINGS = """\
as_of: 2025-06-30
models: [drawn]
programs:
  - id: harborline
    name: Harborline
    staff_domains: [staff.example]
    sources:
"""
SOURCE = "      - {{connector: table, entity: {entity}, path: exports/{entity}*.csv, columns: {{{columns}}}}}\n"
PACK = """\
name: drawn
title: Drawn
version: 1.0.0
lifecycle: experimental
source: Drawn.
evidence_floor: 0.1
unknown_prior: 0.5
jobs: [create, deliver]
stages:
  - {number: 0, name: Low, job: create, summary: low}
  - number: 1
    name: Mid
    job: create
    summary: mid
    gate:
      all:
        - {signal: content_reuse_rate, at_least: 0.4, WORDS}
  - number: 2
    name: High
    job: deliver
    summary: high
    gate:
      all:
        - {signal: collection_coverage_rate, window: T1, at_least: 0.5, WORDS}
        - {signal: self_navigated_view_share, at_least: 0.5, WORDS}
      at_least:
        count: 1
        of:
          - {signal: how_to_ticket_share, at_most: 0.6, WORDS}
          - {signal: account_education_coverage, window: T12, at_least: 0.5, WORDS}
          - {signal: course_completion_rate, window: T6, at_least: 0.3, WORDS}
          - {signal: self_service_score, at_least: 1, WORDS}
""".replace("WORDS", "why: law, next_step: Do it., measured_as: of all")
SUBJECTS = ["How do I export a report", "Invoice is wrong", "Where can I find the webinar", "Page crashes with error"]
Row = dict[str, str]
Exports = dict[str, list[Row]]
Arrange = Callable[[str, list[Row]], Mapping[str, list[Row]]]


def draw(seed: int) -> Exports:
    """Ten months of a small program."""
    dice = np.random.default_rng(seed)
    first = dt.datetime(2024, 9, 2, 8)

    def day() -> str:
        return (first + dt.timedelta(hours=int(dice.integers(0, 24 * 295)))).isoformat()

    accounts = [f"a{n}" for n in range(8)]
    people = [(f"p{n}", f"p{n}@c{n % 8}.example") for n in range(24)]
    content = [f"c{n}" for n in range(12)]

    def one(of: list[str]) -> str:
        return of[int(dice.integers(len(of)))]

    def person() -> tuple[str, str]:
        return people[int(dice.integers(len(people)))]

    reused = content[: int(dice.integers(3, 12))]
    entries = ["search", "collection", *["staff_link"] * int(dice.integers(0, 4))]
    return {
        "account": [
            {"account_id": a, "domain": f"c{n}.example", "started_at": "2024-01-05"} for n, a in enumerate(accounts)
        ],
        "learner": [{"learner_id": p, "email": mail, "account_id": f"a{n % 8}"} for n, (p, mail) in enumerate(people)],
        "content_item": [
            {
                "content_id": c,
                "title": f"Lesson on thing {c}",
                "content_type": "course" if n % 3 == 0 else "article",
                "collections": "start" if dice.random() < 0.7 else "",
                "status": "published",
                "author_id": f"author{int(dice.integers(0, 3))}",
                "published_at": f"2024-05-{n + 1:02d}",
            }
            for n, c in enumerate(content)
        ],
        "content_view": [
            {"viewed_at": day(), "content_id": one(reused), "learner_id": person()[0], "entry": one(entries)}
            for _ in range(120)
        ],
        "enrollment": [
            {
                "learner_id": person()[0],
                "content_id": one(content[::3]),
                "enrolled_at": when,
                "completed_at": when if dice.random() < 0.5 else "",
                "enrollment_type": "self",
            }
            for when in (day() for _ in range(50))
        ],
        "ticket": [
            {"ticket_id": f"t{n}", "created_at": day(), "requester_email": person()[1], "subject": one(SUBJECTS)}
            for n in range(60)
        ],
    }


def write(
    folder: Path, exports: Exports, arrange: Callable[[str, list[Row]], Mapping[str, list[Row]]] | None = None
) -> Path:
    """The workspace; `arrange` says which rows of an entity go into which files, one file where None."""
    (folder / "exports").mkdir(parents=True)
    (folder / "drawn").mkdir()
    (folder / "drawn/model.yaml").write_text(PACK, encoding="utf-8")
    settings = SETTINGS
    for entity, rows in exports.items():
        settings += SOURCE.format(entity=entity, columns=", ".join(f"{column}: {column}" for column in rows[0]))
        for name, part in (arrange(entity, rows) if arrange else {entity: rows}).items():
            with (folder / f"exports/{name}.csv").open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, list(rows[0]))
                writer.writeheader()
                writer.writerows(part)
    (folder / "waystage.yaml").write_text(settings, encoding="utf-8")
    return folder


def verdict(folder: Path) -> tuple[Judgement, pd.DataFrame]:
    """What is judged of a workspace, and the signals behind it; small samples are enough here."""
    opened = validate(folder)
    [pack] = opened.packs
    asked = {condition.signal for condition in pack.pack.conditions}
    signals = {
        name: replace(one, header=one.header.model_copy(update={"minimum_sample": 3}))
        for name, one in opened.catalogue.signals.items()
        if name in asked
    }
    with open_night(opened, Options(), lambda _: None) as tonight:
        night.land(tonight)
        con = tonight.con
        build_sources(con, tonight.exports)
        labels.build_labels(con)
        stage.build_staging(con, opened.catalogue)
        coverage.build_coverage(con)
        measured = measure.measure(con, replace(opened.catalogue, signals=signals))
        months = con.execute(PROGRAM_MONTHS).df()
        covered = con.execute("select program_id, entity, month, is_covered from coverage.entity_month").df()
    headers = {name: one.header for name, one in signals.items()}
    return evaluate(pack, measured, months, None, headers, coverage=covered), measured
