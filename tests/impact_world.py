"""Programs whose training has a known effect, or none, on accounts that differ in what makes them train.

Accounts as exports tell them, from the day they start: size and segment, use in the first month, the first lesson,
value events, tickets, the end, revenue. Written as `staging.*` and `coverage.*`, so that all of the product's own way
from there to `impact.estimate` is tried. One world is one program.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transforms.catalogue import shipped
from transforms.impact import build_impact
from transforms.inputs import create_missing_inputs

Array = NDArray[Any]

FIRST = np.datetime64("2025-01-01", "D")
MONTHS = pd.date_range("2025-01-01", "2026-06-01", freq="MS")
READ_IN = "2026-05"  # when all outcomes have fallen due, none of them more than a year ago
EFFECT = {"adoption": 0.15, "time_to_value": -15.0, "support": -0.6, "retention": 0.15, "expansion": 0.15}
TIMES = {"adoption": 100, "retention": 100, "expansion": 100}


@dataclass(frozen=True)
class Scene:
    """What a world is like. `effect` is a multiple of EFFECT; the rest says how strongly size (with segment) and
    keenness move training and outcome alike, whether keenness shows in use, and what training does to use itself."""

    outcome: str
    effect: float = 0.0
    size: float = 0.0
    keenness: float = 0.0
    shows: bool = True
    lifts_use: float = 0.0
    dies_early: bool = False


@dataclass
class World:
    """Accounts of all worlds of a scene, one element each."""

    program: Array
    key: Array
    start: Array
    size: Array
    keen: Array
    lesson: Array  # days from the start to the first lesson
    leaves: Array  # days from the start to the end


def estimates(scene: Scene, worlds: int, accounts: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The product's estimate of the scene's outcome, one row per world; and the naive one: whoever ever learned against
    whoever never did, of all accounts."""
    draw = np.random.default_rng(seed)
    with duckdb.connect() as con:
        world = _people(draw, scene, worlds, accounts)
        value = _outcome(draw, scene, world)
        _write(con, draw, scene, world, value)
        for name in ("account_learning", "account_outcome"):
            con.execute(f"create table staging.{name} as {shipped().entities[name].sql}")
        build_impact(con)
        found = con.execute(
            "select * from impact.estimate where outcome = ? and strftime(month, '%Y-%m') = ? order by program_id",
            [scene.outcome, READ_IN],
        ).df()
    return found, _naive(scene, world, value)


def truth(scene: Scene) -> float:
    """The effect in the unit of the estimate."""
    return scene.effect * EFFECT[scene.outcome] * TIMES.get(scene.outcome, 1)


def _people(draw: np.random.Generator, scene: Scene, worlds: int, accounts: int) -> World:
    count = worlds * accounts
    size, keen = draw.normal(0, 1, count), draw.normal(0, 1, count)
    rate = np.exp(0.9 * scene.size * size + 0.9 * scene.keenness * keen) / (400 if scene.dies_early else 110)
    lesson = draw.exponential(1 / rate).astype(int)
    leaves = np.full(count, 9999)
    if scene.dies_early:  # from the first day on, and nothing to do with training
        leaves = draw.exponential(300, count).astype(int) + 1
    return World(
        program=np.repeat([f"world-{one:04d}" for one in range(worlds)], accounts),
        key=np.tile([f"account-{one:05d}" for one in range(accounts)], worlds),
        start=FIRST + draw.integers(0, 120, count).astype("timedelta64[D]"),
        size=size,
        keen=keen,
        lesson=lesson,
        leaves=leaves,
    )


def _outcome(draw: np.random.Generator, scene: Scene, world: World) -> Array:
    """What becomes of each account: reached or not, days or tickets. Training by the landmark shifts its mean by the
    effect, the same for all."""
    trained = world.lesson < (30 if scene.outcome == "time_to_value" else 90)
    push = scene.size * world.size + scene.keenness * world.keen
    effect = scene.effect * EFFECT[scene.outcome] * trained
    if scene.outcome == "time_to_value":
        days = 75 - 18 * np.clip(push, -2, 2) + draw.uniform(-20, 20, len(push)) + effect
        return np.asarray(np.round(days))
    if scene.outcome == "support":
        return np.asarray(draw.poisson(np.clip(1.6 + 0.4 * np.clip(push, -2, 2), 0.7, None) + effect))
    return np.asarray(draw.random(len(push)) < 0.45 + 0.13 * np.clip(push, -2, 2) + effect)


def _write(con: duckdb.DuckDBPyConnection, draw: np.random.Generator, scene: Scene, world: World, value: Array) -> None:
    """The accounts as staging tables; what the outcome needs, at a day on which it counts."""
    count = len(world.key)
    keys = {"program_id": world.program, "account_key": world.key}
    stays = value.astype(bool) if scene.outcome == "retention" and not scene.dies_early else np.full(count, True)
    leaves = np.where(stays, world.leaves, draw.integers(91, 365, count))
    ended = np.where(leaves < 9999, world.start + leaves.astype("timedelta64[D]"), np.datetime64("NaT"))
    users = np.round(np.exp(3.2 + 1.1 * world.size)).astype(int) + 1
    segment = np.where(world.size + draw.normal(0, 0.4, count) > 0.3, "enterprise", "smb")
    learns = (world.lesson < leaves) & (world.lesson < 400)
    tables = {
        "account": pd.DataFrame(
            {**keys, "domain": None, "started_at": world.start, "ended_at": ended, "segment": segment}
        ),
        "learner_activity": pd.DataFrame({**keys, "occurred_on": world.start + world.lesson})[learns],
        "account_month": _revenue(draw, scene, world, value, users),
        "usage_event": pd.concat(
            [_use(draw, scene, world), _values(draw, scene, world, value)], ignore_index=True
        ),
        "ticket": _tickets(draw, scene, world, value),
    }  # fmt: skip
    con.execute("create schema staging")
    con.execute("create schema coverage")
    create_missing_inputs(con)
    for name, frame in tables.items():
        con.register("given", frame)
        con.execute(f"create table staging.{name} as select * from given")
        con.unregister("given")
    con.execute("alter table staging.account alter ended_at type timestamp")
    con.execute("alter table staging.account alter started_at type timestamp")
    con.execute("alter table staging.learner_activity alter occurred_on type date")
    con.register("spine", pd.DataFrame({"month": MONTHS}))
    con.execute("""
        create table staging.program as
        select distinct program_id, 'UTC' as timezone, timestamp '2026-07-01' as closes_at from staging.account;
        create table staging.program_month as
        select program_id, cast(month as date) as month, month as starts_at, month + interval 1 month as ends_at
        from staging.program, spine;
        create table coverage.entity_month as
        select program_id, entity, month, true as is_covered from staging.program_month,
            unnest(['enrollment', 'usage_event', 'ticket', 'account', 'account_month']) as one (entity)
    """)


def _revenue(draw: np.random.Generator, scene: Scene, world: World, value: Array, users: Array) -> pd.DataFrame:
    """One month tells the size; one more, within the window, what was gained."""
    keys = {"program_id": world.program, "account_key": world.key}
    first = {**keys, "month": world.start.astype("datetime64[M]"), "seats": users, "expansion_arr": 0.0}
    later = (world.start + draw.integers(125, 325, len(users)).astype("timedelta64[D]")).astype("datetime64[M]")
    grown = np.where(value.astype(bool), 500.0, 0.0) if scene.outcome == "expansion" else 0.0
    both = pd.concat([pd.DataFrame(first), pd.DataFrame({**keys, "month": later, "expansion_arr": grown})])
    both["month"] = both["month"].astype("datetime64[s]")
    return both.assign(active_users=None, start_arr=9000.0, churned_arr=0.0)


def _use(draw: np.random.Generator, scene: Scene, world: World) -> pd.DataFrame:
    """Use on the days of the first month, more by those who are keen, and by those who have learned."""
    day = np.arange(30)
    push = 0.8 * world.keen[:, None] * scene.shows + scene.lifts_use * (world.lesson[:, None] <= day)
    used = draw.random((len(world.key), 30)) < 1 / (1 + np.exp(1.4 - push))
    account, at = np.nonzero(used)
    return _events(world, account, at, is_value=False)


def _values(draw: np.random.Generator, scene: Scene, world: World, value: Array) -> pd.DataFrame:
    if scene.outcome == "time_to_value":
        return _events(world, np.arange(len(value)), 30 + value.astype(int), is_value=True)
    if scene.outcome != "adoption":
        return _events(world, np.empty(0, int), np.empty(0, int), is_value=True)
    account = np.flatnonzero(value)
    return _events(world, account, draw.integers(91, 179, len(account)), is_value=True)


def _events(world: World, account: Array, day: Array, *, is_value: bool) -> pd.DataFrame:
    at = world.start[account] + day.astype("timedelta64[D]")
    return pd.DataFrame(
        {
            "program_id": world.program[account],
            "account_key": world.key[account],
            "occurred_at": at.astype("datetime64[s]") + np.timedelta64(12, "h"),
            "is_value_event": is_value,
            "is_internal": False,
        }
    )


def _tickets(draw: np.random.Generator, scene: Scene, world: World, value: Array) -> pd.DataFrame:
    many = value.astype(int) if scene.outcome == "support" else np.zeros(len(value), int)
    account = np.repeat(np.arange(len(many)), many)
    day = draw.integers(91, 179, len(account))
    tickets = _events(world, account, day, is_value=False).rename(columns={"occurred_at": "created_at"})
    return tickets.assign(duplicate_of=None)


def _naive(scene: Scene, world: World, value: Array) -> pd.DataFrame:
    """Ever trained minus never trained, of all accounts; of retention, still there after a year."""
    kept = world.leaves >= 365 if scene.dies_early else value
    ever = (world.lesson < world.leaves) & (world.lesson < 400)
    rows = pd.DataFrame({"program_id": world.program, "ever": ever, "value": np.asarray(kept, float)})
    means = rows.groupby(["program_id", "ever"])["value"].mean().unstack()
    return pd.DataFrame({"naive": (means[True] - means[False]) * TIMES.get(scene.outcome, 1)})
