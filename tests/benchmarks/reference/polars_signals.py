"""The four signals with Polars, lazily and streamed."""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

ZONE = "America/New_York"
NAVIGATED = ["search", "collection", "path", "product"]
LAST_MONTH = "2026-01-01"


def main() -> None:
    exports, out = Path(sys.argv[1]), Path(sys.argv[2])
    events = _read(exports, "events").select("program", "user_id", month=_month(_instant("occurred_at")))
    views = _read(exports, "views").unique()
    views = views.with_columns(month=_month(_instant("viewed_at")))
    named = views.filter(pl.col("user_id").is_not_null()).select("program", "user_id", "month")
    active = pl.concat([events, named]).unique()
    told = {
        "monthly_active_learners": active.group_by("program", "month").agg(numerator=pl.len()),
        "learner_return_rate": _returned(active),
        "self_navigated_view_share": _share(
            views.filter(pl.col("entry").is_not_null()), pl.col("entry").is_in(NAVIGATED)
        ),
        "search_zero_result_rate": _share(_spells(_read(exports, "searches")), pl.col("results") == 0),
    }
    frames = [rows.with_columns(pl.col("numerator").cast(pl.Int64), signal=pl.lit(name)) for name, rows in told.items()]
    done = pl.concat(pl.collect_all(frames, engine="streaming"), how="diagonal_relaxed")
    done.with_columns(pl.col("month").dt.strftime("%Y-%m")).write_csv(out)


def _read(exports: Path, kind: str) -> pl.LazyFrame:
    rows = pl.scan_csv(exports / "*" / kind / "*.csv", include_file_paths="path")
    return rows.with_columns(program=pl.col("path").str.split("/").list.get(-3)).drop("path")


def _instant(column: str, pattern: str = "%Y-%m-%d %H:%M:%S") -> pl.Expr:
    return pl.col(column).str.to_datetime(pattern, time_zone="UTC")


def _month(at: pl.Expr) -> pl.Expr:
    return at.dt.convert_time_zone(ZONE).dt.date().dt.truncate("1mo")


def _share(rows: pl.LazyFrame, is_hit: pl.Expr) -> pl.LazyFrame:
    return rows.group_by("program", "month").agg(numerator=is_hit.sum(), denominator=pl.len().cast(pl.Int64))


def _returned(active: pl.LazyFrame) -> pl.LazyFrame:
    before = pl.concat([active.with_columns(pl.col("month").dt.offset_by(f"{lag}mo")) for lag in (1, 2, 3)]).unique()
    before = before.filter(pl.col("month") <= pl.lit(LAST_MONTH).str.to_date())
    both = before.join(active.with_columns(again=pl.lit(True)), on=["program", "user_id", "month"], how="left")
    return _share(both, pl.col("again").fill_null(False))


def _spells(rows: pl.LazyFrame) -> pl.LazyFrame:
    person = ["program", "user_id", "query"]
    rows = rows.unique().with_columns(
        at=_instant("timestamp", "%Y-%m-%dT%H:%M:%SZ"), query=pl.col("query").str.strip_chars().str.to_lowercase()
    )
    rows = rows.sort([*person, "at"])
    is_new = pl.col("at").diff().over(person).fill_null(pl.duration(days=1)) > pl.duration(minutes=30)
    spells = rows.with_columns(spell=is_new.cast(pl.Int64).cum_sum())
    return (
        spells.group_by("program", "spell")
        .agg(results=pl.col("results").max(), at=pl.col("at").min())
        .with_columns(month=_month(pl.col("at")))
    )


if __name__ == "__main__":
    main()
