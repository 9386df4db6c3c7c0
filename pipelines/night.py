"""The nightly job as plain steps over one warehouse: land, stage, measure, judge, publish.

Each step reads what the one before left in the warehouse, so a step can be run again by itself, in a process of its own
(`pipelines.steps` says when that is sound). Dagster (`pipelines.definitions`) names the steps, their order and their
checks; nothing here knows it.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from connectors.attach import attach
from connectors.catalogue import Catalogue as Exports
from connectors.catalogue import own_sources
from connectors.identity import BrokenKey, load_key
from connectors.land import land as land_exports
from connectors.report import LandingReport
from connectors.source_views import build_sources
from pipelines import (
    alerts,
    assessments,
    checks,
    history,
    judgement,
    publish,
    pulls,
    retention,
    run_store,
    steps,
    warehouse,
)
from pipelines.problem import RunFailed
from pipelines.published_file import DATABASE
from pipelines.restated import tell_restated
from pipelines.unquoted import unquoted
from pipelines.verify import verify
from pipelines.version import waystage_version
from pipelines.workspace import Workspace
from rules.load import LoadedPack
from transforms import coverage, impact, labels, measure, stage, told
from transforms.catalogue import Catalogue
from transforms.engine import Engine
from transforms.topic_memory import TopicMemory

ROOT = Path(__file__).parent.parent
# From so many rows on, DuckDB has several threads for one query. Of fewer each thread finds next to nothing to do, and
# asking them takes longer than the work: tables and signals are made side by side as it is.
MANY_ROWS = 500_000
Say = Callable[[str], None]


@dataclass
class Night:
    """One run over one workspace: the connection and all that its steps share."""

    workspace: Workspace
    as_of: dt.date
    exports: Exports
    catalogue: Catalogue
    packs: list[LoadedPack]
    con: duckdb.DuckDBPyConnection
    engine: Engine = field(default_factory=Engine)
    is_forced: bool = False  # measure again even where nothing is new
    is_strict: bool = False
    is_patient: bool = False  # nobody waits for it, so it may ask again later what did not answer
    say: Say = lambda _text: None
    run_id: str = field(default_factory=lambda: f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}")
    started_at: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0))
    fetched: pulls.Come = field(default_factory=dict)
    report: LandingReport | None = None
    is_published: bool = False
    undelivered: str | None = None  # why what is new could not be told to those who asked for it

    @property
    def rules_version(self) -> str:
        return ", ".join(f"{pack.pack.name} {pack.rules_version}" for pack in self.packs)


@unquoted
def fetch(night: Night) -> list[str]:
    """Fetches what lies elsewhere and asks the vendors; the sources that gave no answer and may yet.

    Called again, it asks only those.
    """
    return pulls.ask(night.workspace.state, night.workspace.programs, night.fetched, night.say)


@unquoted
def land(night: Night) -> dict[str, int]:
    """Exports, fetched where they lie elsewhere, to immutable Parquet; rows read, loaded and rejected.

    Opens the history of the workspace first.
    """
    if not night.fetched:
        fetch(night)
    steps.begin_landing(night.con)
    history.open_history(night.con, night.workspace.publish)
    warehouse.write_config(night.con, night.workspace, night.as_of, night.run_id)
    try:
        key = load_key(night.workspace.state)
    except BrokenKey as error:
        raise RunFailed(str(error)) from None
    clock = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    end_of_as_of = dt.datetime.combine(night.as_of + dt.timedelta(days=1), dt.time())
    night.report = land_exports(
        night.workspace.state,
        pulls.with_files(night.workspace.programs, night.fetched),
        key,
        lambda file, number, total: night.say(f"landing {number + 1} of {total}: {file}"),
        now=max(clock, end_of_as_of),
        catalogue=night.exports,
    )
    problems = [*night.report.problems, *attach(night.con, night.report, night.exports)]
    landed = steps.Landed(night.report.fingerprint, night.as_of, _inputs(night, night.report.fingerprint))
    steps.record_landing(night.con, landed, problems)
    loads = night.report.files
    rows_loaded = sum(load.rows_loaded for load in loads)
    if rows_loaded < MANY_ROWS:
        night.con.execute("set threads = 1")
    return {
        "files": len(loads),
        "files_new": sum(load.is_new for load in loads),
        "rows_read": sum(load.rows_read for load in loads),
        "rows_loaded": rows_loaded,
        "rows_rejected": sum(load.rows_rejected for load in loads),
    }


def is_settled(night: Night) -> bool:
    """True when the published version already says all there is to say about these exports, rules and date."""
    last = history.last_run(night.con)
    current = publish.in_force(night.workspace.publish)
    return (
        not night.is_forced
        and last is not None
        and last.run_id == current
        and last.input_fingerprint == input_fingerprint(night)
        # not so in a warehouse made anew, whose history alone was taken over from the published file
        and steps.is_made(night.con, "published", last.input_fingerprint)
    )


def input_fingerprint(night: Night) -> str:
    """Hash of everything that decides the published rows: exports, workspace, rules, date and our own code."""
    return _inputs(night, steps.last_landing(night.con).fingerprint)


def _inputs(night: Night, landing_fingerprint: str) -> str:
    model = night.workspace.model
    said = {
        "landing": landing_fingerprint,
        "programs": [program.model_dump(mode="json") for program in night.workspace.programs],
        "launches": [launch.model_dump(mode="json") for launch in model.launches],
        "waivers": [waiver.model_dump(mode="json") for waiver in model.waivers],
        "keeps_labels": model.retention.ticket_text is not None,
        "reviews": [review.model_dump(mode="json") for review in model.reviews],
        "rules": night.rules_version,
        "assessments": assessments.fingerprint(night.workspace.directory),
        "as_of": night.as_of.isoformat(),
        "code": _code_fingerprint(),
        "connectors": _own_fingerprint(night.workspace.directory),
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def _begin(night: Night, step: str) -> None:
    """Begins a step on what the steps before it left, whichever process ran them. RunFailed where that is not sound:
    then what they made is not of the workspace, the rules and the exports of now."""
    landed = steps.last_landing(night.con)
    if night.report is None:  # another process landed, perhaps on another day
        night.as_of = landed.as_of
        history.open_history(night.con, night.workspace.publish)
        if input_fingerprint(night) != landed.inputs:
            raise RunFailed(
                "waystage.yaml, its rules or Waystage itself changed since the exports landed, or only some programs "
                "were run; run the job from landing on, or: waystage run"
            )
    steps.begin(night.con, step, landed)


@unquoted
def build_staging(night: Night) -> dict[str, int | None]:
    """Landing to canonical entities, with the tickets labelled; rows per staging table, None for a view."""
    _begin(night, "staging")
    night.say("building canonical entities")
    build_sources(night.con, night.exports)
    night.say("labelling tickets and building staging tables")
    kept = retention.kept_labels(night.workspace)
    memory = TopicMemory(night.workspace.state / "landing", _code_fingerprint())
    memory.keep_only([] if kept else [program.id for program in night.workspace.model.programs])
    built = stage.build_staging(
        night.con, night.catalogue, lambda con: labels.build_labels(con, kept, memory), night.engine.build
    )
    if kept:
        kept.keep(night.con)
    coverage.build_coverage(night.con)
    return {table.name: table.rows for table in built}


@unquoted
def check_staging(night: Night) -> list[checks.CheckResult]:
    """Runs the checks of the staging tables and holds back what fails, program by program."""
    night.say("checking staging tables")
    results = checks.check_staging(night.con, night.catalogue)
    checks.hold_back(night.con, results)
    steps.keep_checks(night.con, "staging", results)
    steps.finish(night.con, "staging", input_fingerprint(night))
    return results


@unquoted
def measure_signals(night: Night) -> None:
    """Staging to signals."""
    _begin(night, "signals")
    night.say("measuring signals")
    impact.build_impact(night.con)
    measure.measure(night.con, night.catalogue, night.engine.ask)
    told.build_told(night.con, [signal.header for signal in night.catalogue.signals.values()])


@unquoted
def check_signals(night: Night) -> list[checks.CheckResult]:
    """Runs the checks of the signals; what leaves its range is reported, and is not judged."""
    results = checks.check_signals(night.con, night.catalogue)
    steps.keep_checks(night.con, "signals", results)
    steps.finish(night.con, "signals", input_fingerprint(night))
    return results


@unquoted
def judge(night: Night) -> dict[str, int]:
    """Signals to findings, stages, jobs and frictions under every rule pack of the workspace; rows per table."""
    _begin(night, "verdicts")
    night.say("judging")
    return judgement.judge(night.con, night.workspace, night.packs, night.catalogue)


@unquoted
def check_verdicts(night: Night) -> list[checks.CheckResult]:
    """Runs the checks of the verdicts. Broken when one fails: a verdict that breaks its promise is not published."""
    results = checks.check_verdicts(night.con)
    steps.keep_checks(night.con, "verdicts", results)
    broken = [result.text for result in results if not result.passed]
    if broken:
        told = "the verdicts break their promises, so nothing was published:\n" + "\n".join(broken)
        raise checks.Broken(told, results)
    steps.finish(night.con, "verdicts", input_fingerprint(night))
    return results


@unquoted
def publish_version(night: Night) -> dict[str, int]:
    """Builds database, Parquet and site beside the ones in force and brings them into force as one; rows per table."""
    _begin(night, "published")
    night.say("publishing")
    from dashboards.page import build_site  # noqa: PLC0415  plotly: only where the site is built

    target = night.workspace.publish
    night.run_id = history.run_id_after_all(night.con, night.run_id, publish.kept_versions(target))
    night.con.execute("update config.run set run_id = ?", [night.run_id])
    found = problems(night)
    if night.is_strict and found:
        raise RunFailed("--strict, so nothing was published:\n" + "\n".join(found))
    folder = publish.version_folder(target, night.run_id)
    chosen = {program.id for program in night.workspace.programs}
    others = [program.id for program in night.workspace.model.programs if program.id not in chosen]
    facts = run_store.settings(night.workspace, night.as_of, f"{waystage_version()} {_code_fingerprint()[:12]}")
    run_store.keep(night.con, night.workspace.state, night.run_id, facts=facts, packs=night.packs, others=others)
    headers = {name: signal.header for name, signal in night.catalogue.signals.items()}
    tell_restated(night.con, night.workspace.directory, publish.in_force(target), night.run_id, headers)
    try:
        history.record(
            night.con,
            history.Run(
                run_id=night.run_id,
                as_of=night.as_of,
                started_at=night.started_at,
                finished_at=dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0),
                status="published_with_problems" if found else "published",
                waystage_version=waystage_version(),
                rules_version=night.rules_version,
                input_fingerprint=input_fingerprint(night),
            ),
        )
        rows = publish.build_database(night.con, folder, target if others else None, others)
        night.say("drawing the site")
        build_site(folder / DATABASE, folder / publish.SITE)
        (folder / publish.SITE / publish.VERSION).write_text(f"{night.run_id}\n", encoding="utf-8")
        verify(folder, rows, night.run_id)
        publish.bring_into_force(target, folder)
    except BaseException:
        night.is_published = publish.in_force(target) == night.run_id
        if not night.is_published:
            publish.discard(folder)  # first: it makes room to write in
            history.forget(night.con, night.run_id)
        raise
    night.is_published = True
    history.settle(night.con, night.run_id)
    steps.finish(night.con, "published", input_fingerprint(night))
    purge_text(night)
    tell(night)
    return rows


def purge_text(night: Night) -> None:
    """Takes text that is older than the workspace keeps it out of landing, once it is labelled."""
    if night.report is not None and len(night.workspace.programs) == len(night.workspace.model.programs):
        retention.purge_text(night.workspace, night.exports, {load.identity for load in night.report.files})


def tell(night: Night) -> None:
    """Tells those of `alerts:` what is new in the version in force."""
    run_id = publish.in_force(night.workspace.publish)
    try:
        night.undelivered = alerts.tell_news(night.workspace, run_id) if run_id else None
    except Exception as error:  # noqa: BLE001  it is published, whatever becomes of the message
        night.undelivered = f"alerts: the message could not be written: {error}"


def tell_failure(night: Night, error: BaseException | None) -> None:
    """Tells those of `alerts:` that this run failed."""
    reason = str(error) if isinstance(error, RunFailed) else f"an error of Waystage's own: {error!r}"
    night.undelivered = alerts.tell_failure(night.workspace, reason)


def problems(night: Night) -> list[str]:
    """What an operator must hear: rejected or stale input, broken checks; empty when all is well."""
    said = steps.landing_problems(night.con)
    said += [
        f"{program}: source {source} is stale" + (_since(newest) if newest else "")
        for program, source, newest in night.con.execute(
            "select program_id, source, max(observed_through) from coverage.source where status = 'stale' "
            "group by all order by all"
        ).fetchall()
    ]
    said += [
        str(text)
        for (text,) in night.con.execute(
            "select text from judged.check_result where not passed order by table_name, check_name"
        ).fetchall()
    ]
    return said


def _since(newest: dt.date) -> str:
    return f": newest fact {newest:%Y-%m-%d}; export it again or, if its tool is out of use, say `ended: {newest}`"


def _own_fingerprint(workspace: Path) -> str:
    """Hash of the SQL of the connectors that the workspace brings; landing has that of what they land in its own."""
    digest = hashlib.sha256()
    for source in own_sources(workspace):
        for path in sorted(source.parent.glob("*.sql")):
            digest.update(f"{path.parent.name}/{path.name}".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


@functools.cache
def _code_fingerprint() -> str:
    """Hash of our own SQL, YAML and Python: a new version measures again even where nothing new was exported."""
    digest = hashlib.sha256()
    for folder in ("connectors", "transforms", "rules", "dashboards", "pipelines"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".sql", ".yaml", ".txt", ".css", ".js"} and not path.name.endswith("cases.yaml"):
                digest.update(path.relative_to(ROOT).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()
