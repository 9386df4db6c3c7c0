"""The four signals with ClickHouse inside the process (chdb)."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from chdb import session

ZONE = "America/New_York"
MONTH = f"toDate(toStartOfMonth(toTimeZone(at, '{ZONE}')))"
READ = "file('{exports}/*/{kind}/*.csv', 'CSVWithNames', '{columns}')"
PROGRAM = "splitByChar('/', _path)[-3]"
EVENTS = "event_id String, user_id String, course_id String, verb String, occurred_at DateTime(''UTC'')"
VIEWS = (
    "viewed_at DateTime(''UTC''), content_id String, user_id String, session_id String, surface String, entry String"
)
SEARCHES = "timestamp String, query String, results Int32, clicked_id String, user_id String"


def main() -> None:
    exports, out = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as scratch:
        engine = session.Session(scratch)
        engine.query("create database signals engine = Atomic")
        engine.query("set join_use_nulls = 1")
        for statement in _statements(exports):
            engine.query(statement)
        told = engine.query(
            """
            select program, formatDateTime(month, '%Y-%m') as month, signal, numerator, denominator from signals.told
            """,
            "CSVWithNames",
        )
        out.write_text(str(told), encoding="utf-8")


def _statements(exports: Path) -> list[str]:
    def read(kind: str, columns: str) -> str:
        return READ.format(exports=exports, kind=kind, columns=columns)

    memory = "engine = MergeTree order by tuple()"
    return [
        f"""
        create table signals.view {memory} as
        select program, month, user_id, entry from (
            select distinct {PROGRAM} as program, viewed_at as at, content_id, user_id, session_id, surface, entry,
                {MONTH} as month
            from {read("views", VIEWS)})
        """,
        f"""
        create table signals.active {memory} as
        select distinct program, month, user_id from (
            select {PROGRAM} as program, occurred_at as at, {MONTH} as month, user_id from {read("events", EVENTS)}
            union all
            select program, toDateTime(0, 'UTC') as at, month, user_id from signals.view where user_id <> '')
        """,
        f"""
        create table signals.spell {memory} as
        with tries as (
            select distinct {PROGRAM} as program, parseDateTimeBestEffort(timestamp, 'UTC') as at,
                lower(trim(query)) as asked, results, clicked_id, user_id
            from {read("searches", SEARCHES)}),
        timed as (
            select *, row_number() over same as place,
                lagInFrame(at) over (partition by program, user_id, asked order by at
                    rows between unbounded preceding and unbounded following) as before
            from tries window same as (partition by program, user_id, asked order by at)),
        numbered as (
            select *, sum(place = 1 or at > before + interval 30 minute) over (
                partition by program, user_id, asked order by at rows between unbounded preceding and current row
            ) as spell from timed)
        select program, user_id, asked, spell, min(at) as at, max(results) as results
        from numbered group by program, user_id, asked, spell
        """,
        f"""
        create table signals.told {memory} as
        with before as (
            select distinct program, user_id, addMonths(since, lag) as month
            from (select program, user_id, month as since from signals.active) array join [1, 2, 3] as lag
            where addMonths(since, lag) <= toDate('2026-01-01'))
        select program, month, 'monthly_active_learners' as signal, toInt64(count()) as numerator,
            cast(null as Nullable(Int64)) as denominator
        from signals.active group by program, month
        union all
        select before.program, before.month, 'learner_return_rate', toInt64(count(again.user_id)), toInt64(count())
        from before left join signals.active as again
            on again.program = before.program and again.month = before.month and again.user_id = before.user_id
        group by before.program, before.month
        union all
        select program, month, 'self_navigated_view_share',
            toInt64(countIf(entry in ('search', 'collection', 'path', 'product'))), toInt64(count())
        from signals.view where entry <> '' group by program, month
        union all
        select program, {MONTH} as month, 'search_zero_result_rate', toInt64(countIf(results = 0)), toInt64(count())
        from signals.spell group by program, month
        """,
    ]


if __name__ == "__main__":
    main()
