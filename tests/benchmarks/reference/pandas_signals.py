"""Four signals with pandas, one program after the other in as many processes as there are cores.

Months are New York's. monthly_active_learners: people with an event or a view. learner_return_rate: of those active in
one of the three months before, those active again. self_navigated_view_share: of distinct views with a known entry,
those entered from search, a collection, a path or the product. search_zero_result_rate: of searches, tries of one
person and query within half an hour counting once, those that found nothing.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pandas as pd

ZONE = "America/New_York"
LAST_MONTH = pd.Period("2026-01", "M")
NAVIGATED = ["search", "collection", "path", "product"]


def main() -> None:
    exports, out = Path(sys.argv[1]), Path(sys.argv[2])
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        parts = list(pool.map(signals, sorted(exports.iterdir())))
    pd.concat(parts).to_csv(out, index=False)


def signals(folder: Path) -> pd.DataFrame:
    events = _read(folder / "events", usecols=["user_id", "occurred_at"])
    events["month"] = _month(events["occurred_at"])
    views = _read(folder / "views").drop_duplicates()
    views["month"] = _month(views["viewed_at"])
    active = pd.concat([events[["user_id", "month"]], views.loc[views["user_id"].notna(), ["user_id", "month"]]])
    active = active.drop_duplicates()
    learners = active.groupby("month").size().rename("numerator").reset_index()
    known = views[views["entry"].notna()]
    entered = known["entry"].isin(NAVIGATED).groupby(known["month"]).agg(numerator="sum", denominator="count")
    told = {
        "monthly_active_learners": learners,
        "learner_return_rate": _returned(active),
        "self_navigated_view_share": entered.reset_index(),
        "search_zero_result_rate": _empty_searches(folder),
    }
    frame = pd.concat([rows.assign(signal=name) for name, rows in told.items()])
    return frame.assign(program=folder.name, month=frame["month"].astype(str))


def _read(folder: Path, **options: object) -> pd.DataFrame:
    return pd.concat([pd.read_csv(path, engine="pyarrow", **options) for path in sorted(folder.glob("*.csv"))])  # type: ignore[call-overload]


def _month(times: pd.Series) -> pd.Series:
    local = pd.to_datetime(times, utc=True).dt.tz_convert(ZONE).dt.tz_localize(None)
    return local.dt.to_period("M")


def _returned(active: pd.DataFrame) -> pd.DataFrame:
    before = pd.concat([active.assign(month=active["month"] + lag) for lag in (1, 2, 3)]).drop_duplicates()
    before = before[before["month"] <= LAST_MONTH]
    both = before.merge(active, on=["user_id", "month"], how="left", indicator=True)
    again = (both["_merge"] == "both").groupby(both["month"])
    return again.agg(numerator="sum", denominator="count").reset_index()


def _empty_searches(folder: Path) -> pd.DataFrame:
    rows = _read(folder / "searches").drop_duplicates()
    rows["at"] = pd.to_datetime(rows["timestamp"], utc=True)
    rows["query"] = rows["query"].str.strip().str.lower()
    rows = rows.sort_values(["user_id", "query", "at"])
    is_new = rows.groupby(["user_id", "query"])["at"].diff().gt(pd.Timedelta(minutes=30)) | ~rows.duplicated(
        ["user_id", "query"]
    )
    spells = rows.groupby(is_new.cumsum()).agg(at=("at", "min"), results=("results", "max"))
    return (
        (spells["results"] == 0)
        .groupby(_month(spells["at"]))
        .agg(numerator="sum", denominator="count")
        .reset_index(names="month")
    )


if __name__ == "__main__":
    main()
