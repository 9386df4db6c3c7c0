"""Great Expectations over what the job made: suites are generated from the SQL headers, never written by hand.

Tables may hold tens of millions of rows, so DuckDB first counts, per program or per signal, the rows that break each
declared law; the expectation is that the count is zero. What fails is therefore named by program, which is what
decides who is held back and who is not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb
import pandas as pd

from pipelines.expectations_process import above_zero
from pipelines.failing_rows import FailingRow, count_sql, failing_rows
from pipelines.problem import RunFailed
from transforms.catalogue import Catalogue


@dataclass(frozen=True)
class CheckResult:
    """One law of one table: what broke it (a program or signal) with how many rows, and some of these rows."""

    check_name: str
    table_name: str
    passed: bool
    severity: str
    failing: Mapping[str, int]
    rows: tuple[FailingRow, ...] = ()

    @property
    def text(self) -> str:
        shown = ", ".join(f"{key}: {count} rows" for key, count in list(self.failing.items())[:10])
        return f"{self.table_name}: {self.check_name} broken by {shown}" if self.failing else ""


class Broken(RunFailed):
    """A check failed whose failure publishes nothing; carries the results of all of them."""

    def __init__(self, message: str, results: list[CheckResult]) -> None:
        super().__init__(message)
        self.results = results


def check_staging(con: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> list[CheckResult]:
    """Every staging table has unique, complete keys. Broken ones hold back their program's entity only."""
    profiles: dict[str, pd.DataFrame] = {}
    for name, entity in catalogue.entities.items():
        grain = [f'"{column}"' for column in entity.header.grain]
        if not grain or "program_id" not in entity.header.grain:
            continue
        missing = " or ".join(f"{column} is null" for column in grain)
        profiles[f"staging.{name}"] = con.execute(
            f"select program_id, count(*) - count(distinct hash({', '.join(grain)})) as repeats_its_grain, "
            f"count(*) filter (where {missing}) as misses_part_of_its_grain from staging.{name} group by program_id"
        ).df()
    grains = {f"staging.{name}": entity.header.grain for name, entity in catalogue.entities.items()}
    return _explained(con, _expect_zero(profiles, "program_id", "error"), grains)


def check_signals(con: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> list[CheckResult]:
    """Every signal keeps to its declared range, and its value to its interval."""
    declared = pd.DataFrame(
        [
            {"signal": name, "least": signal.header.range[0], "most": signal.header.range[1]}
            for name, signal in catalogue.signals.items()
        ],
        columns=["signal", "least", "most"],
    ).astype({"signal": "str", "least": "float64", "most": "float64"})
    con.register("declared", declared)
    profile = con.execute(count_sql("signal.signal", "signal")).df()
    results = _explained(con, _expect_zero({"signal.signal": profile}, "signal", "warning"), {})
    con.unregister("declared")
    return results


def check_verdicts(con: duckdb.DuckDBPyConnection) -> list[CheckResult]:
    """The verdict keeps its promises; when it does not, nothing is published."""
    month = ["program_id", "model", "month"]
    grains = {"judged.stage": month, "judged.finding": [*month, "condition"]}
    profiles = {
        table: con.execute(count_sql(table, "program_id", grains.get(table, []))).df()
        for table in ("judged.stage", "judged.stage_probability", "judged.finding")
    }
    return _explained(con, _expect_zero(profiles, "program_id", "error"), grains)


def hold_back(con: duckdb.DuckDBPyConnection, results: list[CheckResult]) -> int:
    """Marks the entity of each failing program as not covered, so that what rests on it is unknown; rows marked."""
    for result in results:
        if result.severity == "error" and not result.passed:
            entity = result.table_name.removeprefix("staging.")
            con.execute(
                "update coverage.entity_month set is_covered = false "
                "where entity = ? and program_id in (select unnest(?))",
                [entity, list(result.failing)],
            )
    return sum(not result.passed for result in results)


def _explained(
    con: duckdb.DuckDBPyConnection, results: list[CheckResult], grains: Mapping[str, Sequence[str]]
) -> list[CheckResult]:
    """The results, those that failed with some of their rows and the reasons."""
    return [
        one
        if one.passed
        else replace(
            one,
            rows=tuple(
                failing_rows(con, one.table_name, one.check_name, list(one.failing), grains.get(one.table_name, []))
            ),
        )
        for one in results
    ]


def _expect_zero(profiles: Mapping[str, pd.DataFrame], key: str, severity: str) -> list[CheckResult]:
    """No key of any table has a row that breaks one of the counted laws, which are the other columns of its profile.

    All counts are one batch with one expectation: Great Expectations takes longer to begin than to look.
    """
    laws = {table: [str(column) for column in profile if column != key] for table, profile in profiles.items()}
    counts = pd.concat(
        profile.melt(key, var_name="law", value_name="rows").assign(table=table) for table, profile in profiles.items()
    )
    failing: dict[tuple[str, str], dict[str, int]] = {}
    if len(counts):
        columns = (counts["table"], counts["law"], counts[key].astype(str), counts["rows"].astype(int))
        named = [dict(zip(("table", "law", "key", "rows"), row, strict=True)) for row in zip(*columns, strict=True)]
        for row in above_zero(" ".join(profiles), named):
            failing.setdefault((row["table"], row["law"]), {})[row["key"]] = int(row["rows"])
    return [
        CheckResult(law, table, (table, law) not in failing, severity, failing.get((table, law), {}))
        for table, names in laws.items()
        for law in names
    ]
