"""The four signals with PySpark on this machine, all cores."""

from __future__ import annotations

import sys
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession

ZONE = "America/New_York"
EVENTS = "event_id string, user_id string, course_id string, verb string, occurred_at timestamp_ntz"
VIEWS = "viewed_at timestamp_ntz, content_id string, user_id string, session_id string, surface string, entry string"
SEARCHES = "timestamp string, query string, results int, clicked_id string, user_id string"
PROGRAM = "element_at(split(input_file_name(), '/'), -3) as program"


def main() -> None:
    exports, out = Path(sys.argv[1]), Path(sys.argv[2])
    spark = (
        SparkSession.builder.master("local[*]")
        .config("spark.driver.memory", "6g")
        .config("spark.sql.shuffle.partitions", "16")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )
    for kind, columns in (("events", EVENTS), ("views", VIEWS), ("searches", SEARCHES)):
        rows = spark.read.csv(f"{exports}/*/{kind}/*.csv", header=True, schema=columns)
        rows.selectExpr("*", PROGRAM).createOrReplaceTempView(kind)
    _view(
        spark,
        "view",
        f"select program, user_id, entry, {_month('viewed_at')} as month from (select distinct * from views)",
    )
    _view(
        spark,
        "active",
        f"""
        select program, user_id, {_month("occurred_at")} as month from events
        union select program, user_id, month from view where user_id is not null
        """,
    )
    told = spark.sql(TOLD)
    told.toPandas().to_csv(out, index=False)
    spark.stop()


def _view(spark: SparkSession, name: str, query: str) -> DataFrame:
    rows = spark.sql(query).cache()
    rows.createOrReplaceTempView(name)
    return rows


def _month(at: str) -> str:
    return f"trunc(convert_timezone('UTC', '{ZONE}', {at}), 'MM')"


TOLD = f"""
with before as (
    select distinct program, user_id, add_months(month, lag) as month
    from active lateral view explode(array(1, 2, 3)) as lag
    where add_months(month, lag) <= date '2026-01-01'
),
tries as (
    select distinct program, user_id, lower(trim(query)) as query, results, clicked_id,
        to_timestamp_ntz(timestamp, "yyyy-MM-dd'T'HH:mm:ss'Z'") as at
    from searches
),
timed as (select *, lag(at) over (partition by program, user_id, query order by at) as before from tries),
numbered as (
    select *, count_if(before is null or at > before + interval 30 minutes) over (
        partition by program, user_id, query order by at rows between unbounded preceding and current row) as spell
    from timed
),
spell as (
    select program, {_month("min(at)")} as month, max(results) as results
    from numbered group by program, user_id, query, spell
),
told as (
    select program, month, 'monthly_active_learners' as signal, count(*) as numerator, null as denominator
    from active group by program, month
    union all
    select before.program, before.month, 'learner_return_rate', count(again.user_id), count(*)
    from before left join active as again using (program, user_id, month)
    group by before.program, before.month
    union all
    select program, month, 'self_navigated_view_share',
        count_if(entry in ('search', 'collection', 'path', 'product')), count(*)
    from view where entry is not null group by program, month
    union all
    select program, month, 'search_zero_result_rate', count_if(results = 0), count(*)
    from spell group by program, month
)
select program, date_format(month, 'yyyy-MM') as month, signal, numerator, denominator from told
"""

if __name__ == "__main__":
    main()
