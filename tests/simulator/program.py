"""One program: its size, its habits, its noise, and how strongly each practice shows.

Ranges come from the field: published values where there are any, else our reading of the two articles. They are wide
on purpose, and nothing here knows where a rule pack draws its lines.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tests.simulator.practice import InPlace, draw_practices

Floats = NDArray[np.float64]
AS_OF = dt.date(2026, 6, 30)
ENOUGH_TO_MEASURE = 60  # accounts: an adjusted estimate needs trained and untrained ones, tens of each
ENOUGH_TO_LEARN = 350  # people: paths for every phase of a customer's life need those who complete them

# what shows of a practice: (practice, range where it is in place, range where it is not)
SHOWS: dict[str, tuple[str, tuple[float, float], tuple[float, float]]] = {
    "topics_covered": ("captures", (0.75, 0.98), (0.1, 0.45)),
    "made_for_one": ("captures", (0.02, 0.25), (0.6, 0.95)),
    "reply_links": ("captures", (0.38, 0.8), (0.0, 0.15)),
    "how_to_share": ("captures", (0.08, 0.2), (0.25, 0.5)),
    "helpful": ("captures", (0.66, 0.92), (0.4, 0.72)),
    "paired_topics": ("pairs_formats", (0.6, 0.97), (0.03, 0.35)),
    "covered_releases": ("keeps_pace", (0.68, 0.98), (0.03, 0.3)),
    "outdated_share": ("keeps_pace", (0.0, 0.03), (0.04, 0.12)),
    "filed_items": ("sorts", (0.86, 1.0), (0.05, 0.55)),
    "no_results": ("searchable", (0.02, 0.11), (0.2, 0.45)),
    "clicks": ("searchable", (0.56, 0.85), (0.15, 0.42)),
    "search_to_ticket": ("searchable", (0.005, 0.06), (0.13, 0.3)),
    "own_way": ("self_found", (0.58, 0.92), (0.08, 0.38)),
    "self_enrolled": ("self_found", (0.55, 0.9), (0.05, 0.4)),
    "tagged_items": ("tags", (0.78, 1.0), (0.0, 0.35)),
    "translated_items": ("localises", (0.86, 1.0), (0.0, 0.35)),
    "translation_share": ("localises", (0.0, 0.015), (0.02, 0.08)),
    "matched_choice": ("personalises", (0.42, 0.85), (0.0, 0.08)),
    "weakest_segment": ("personalises", (0.62, 1.0), (0.08, 0.38)),
    "files_sent": ("one_link", (0.0, 0.07), (0.3, 0.92)),
    "resends_per_onboarding": ("one_link", (0.0, 0.12), (0.4, 2.0)),
    "version_share": ("one_link", (0.0, 0.012), (0.03, 0.09)),
    "copies": ("one_link", (1.0, 1.0), (1.4, 4.0)),
    "in_product": ("in_context", (0.38, 0.75), (0.0, 0.2)),
    "guide_reach": ("in_context", (0.36, 0.75), (0.0, 0.2)),
    "readers_per_asker": ("self_serve", (5.0, 14.0), (0.6, 2.6)),
    "reader_share": ("self_serve", (0.15, 0.4), (0.02, 0.06)),
    "known_topics": ("self_serve", (0.08, 0.26), (0.36, 0.75)),
    "sends_per_account": ("self_serve", (0.03, 0.38), (0.65, 2.2)),
    "coming_back": ("self_serve", (0.45, 0.75), (0.0, 0.15)),
    "asks_after_reading": ("self_serve", (0.0, 0.1), (0.2, 0.45)),
    "certified": ("lifecycle", (0.65, 0.92), (0.1, 0.45)),
    "kept_fresh": ("maintains", (0.88, 1.0), (0.1, 0.5)),
    "known_accounts": ("measures", (0.87, 1.0), (0.3, 0.68)),
    "enrolled_share": ("on_demand", (0.05, 0.14), (0.0, 0.006)),
    "completed": ("on_demand", (0.3, 0.75), (0.05, 0.15)),
    "live_hours": ("on_demand", (0.0, 0.38), (0.65, 0.97)),
    "training_share": ("on_demand", (0.005, 0.05), (0.12, 0.3)),
    "market_share": ("market", (0.16, 0.4), (0.0, 0.035)),
}
SPREAD = 0.12  # month-to-month noise of a level, on the log-odds (shares) or the log (the rest)


@dataclass(frozen=True)
class Program:
    """A program as drawn. Arrays are by month; `level` says how strongly a thing shows in each."""

    program_id: str
    months: pd.DatetimeIndex
    in_place: InPlace
    level: dict[str, Floats]
    accounts: int
    growth: float
    churn: float
    users_per_account: float
    tickets_per_user: float
    season: Floats
    topics: int
    areas: int
    roles: list[str]
    segments: list[str]
    locales: list[str]
    foreign_share: float
    releases_per_month: float
    items_per_month: float
    authors: int
    launch: int | None
    habit: str  # the kind of item it makes where it makes only one
    pack: str
    turn: int  # where in the topics of its pack it begins
    has_learning_events: bool


def draw_program(seed: int, number: int, months: int = 30) -> Program:
    """The program of that number in the world of that seed."""
    draw = np.random.default_rng([seed, number])
    accounts = int(np.exp(draw.uniform(np.log(10), np.log(420))))
    users_each = min(float(np.exp(draw.uniform(np.log(4), np.log(20)))), 1400 / accounts)
    can_measure = accounts >= ENOUGH_TO_MEASURE and accounts * max(users_each, 2.0) >= ENOUGH_TO_LEARN
    in_place = draw_practices(draw, months, can_measure=can_measure)
    locales = ["en", *list(draw.permutation(["de", "fr", "ja", "es"]))[: int(draw.choice(4, p=[0.4, 0.3, 0.2, 0.1]))]]
    if len(locales) == 1:
        in_place["localises"][:] = True  # nobody needs another language
    # a company of a few dozen users releases and writes less than one of a thousand
    pace = float(np.clip((accounts * max(users_each, 2.0) / 500) ** 0.5, 0.3, 1.0))
    stamps = pd.date_range(end=pd.Timestamp(AS_OF).replace(day=1), periods=months, freq="MS")
    dips = draw.uniform(0.0, 0.35)
    season = 1 - dips * np.isin(stamps.month, [8, 12]) + draw.uniform(0, 0.1) * np.isin(stamps.month, [3, 10])
    return Program(
        program_id=f"sim-{seed}-{number:03d}",
        months=stamps,
        in_place=in_place,
        level={name: _level(draw, in_place[of], inside, outside) for name, (of, inside, outside) in SHOWS.items()},
        accounts=accounts,
        growth=draw.uniform(0.01, 0.05),
        churn=draw.uniform(0.002, 0.015),
        users_per_account=max(users_each, 2.0),
        tickets_per_user=float(np.exp(draw.uniform(np.log(0.04), np.log(0.2)))),
        season=np.asarray(season, dtype=np.float64),
        topics=round(draw.integers(16, 30) * max(pace, 0.5)),
        areas=5,
        roles=["admin", "analyst", "operator", "manager"][: int(draw.integers(3, 5))],
        segments=["enterprise", "small", "mid"][: int(draw.integers(2, 4))],
        locales=[str(one) for one in locales],
        foreign_share=draw.uniform(0.12, 0.5),
        releases_per_month=max(draw.uniform(1.0, 4.0) * pace, 0.8),
        items_per_month=max(draw.uniform(1.5, 5.0) * pace, 1.2),
        authors=int(draw.integers(2, 6)),
        launch=int(draw.integers(3, months - 6)) if draw.random() < 0.4 else None,
        habit=str(draw.choice(["video", "article"])),
        pack=str(draw.choice(["data", "logistics", "people"])),
        turn=int(draw.integers(0, 30)),
        has_learning_events=bool(draw.random() < 0.5),
    )


def _level(
    draw: np.random.Generator, in_place: NDArray[np.bool_], inside: tuple[float, float], outside: tuple[float, float]
) -> Floats:
    """A level per month: one draw for with the practice and one for without, and noise around the one that holds."""
    base = np.where(in_place, draw.uniform(*inside), draw.uniform(*outside))
    noise = draw.normal(0, SPREAD, len(base))
    if max(*inside, *outside) > 1:
        return np.asarray(base * np.exp(noise))
    odds = np.clip(base, 1e-4, 1 - 1e-4)
    odds = odds / (1 - odds) * np.exp(noise)
    return np.asarray(np.where(base <= 0, 0.0, np.where(base >= 1, 1.0, odds / (1 + odds))))
