"""What the exports of a source hold, counted without landing a row: rows, period, months without a fact.

Each file is read once. Rows are those of the file, whether they would land or not. A row's month is that of its
time as landing would read it, in UTC; rows without a readable time count as rows only.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import duckdb
import sqlglot
from sqlglot import exp

from connectors.cast import EARLIEST, literal, quoted, text_sql, value_sql
from connectors.catalogue import TABLE, Catalogue
from connectors.contract import Column, SourceConfig, StreamField
from connectors.family import Query
from connectors.local_dates import local_value_sql
from connectors.mapping import Input, Target
from connectors.open_export import open_export
from connectors.problem import UnusableExport
from connectors.recognise import recognise
from connectors.rows import Rows

TIMES = ("timestamp", "date")


@dataclass
class Surveyed:
    """One source. `months`: first day of a month to facts in it; `entities`: what it feeds; `dated_by`: columns."""

    files: int = 0
    rows: int = 0
    months: dict[dt.date, int] = field(default_factory=dict)
    entities: set[str] = field(default_factory=set)
    dated_by: set[str] = field(default_factory=set)
    first_at: dt.datetime | None = None
    last_at: dt.datetime | None = None

    @property
    def gaps(self) -> list[dt.date]:
        """Months between the first and the last fact that have none."""
        if not self.months:
            return []
        first, last = min(self.months), max(self.months)
        count = (last.year - first.year) * 12 + last.month - first.month
        months = [first.month - 1 + number for number in range(count)]
        every = [dt.date(first.year + number // 12, number % 12 + 1, 1) for number in months]
        return [month for month in every if month not in self.months]

    def add(self, month: dt.date | None, count: int, first: dt.datetime | None, last: dt.datetime | None) -> None:
        """Takes in the facts of one month."""
        if month is None or first is None or last is None:
            return
        self.months[month] = self.months.get(month, 0) + count
        self.first_at = first if self.first_at is None else min(self.first_at, first)
        self.last_at = last if self.last_at is None else max(self.last_at, last)


def survey_file(
    con: duckdb.DuckDBPyConnection, path: Path, file: str, *, source: SourceConfig, catalogue: Catalogue, into: Surveyed
) -> None:
    """Adds one file. Raises UnusableExport, duckdb.Error or OSError where it cannot be read."""
    with tempfile.TemporaryDirectory(prefix="waystage-") as scratch:
        export = open_export(path, source, Path(scratch, "copy"))
        found = recognise(con, export, file, source, catalogue)
        into.files += 1
        fed = entities_fed(source, [target.name for target, _, _ in found], catalogue)
        into.entities |= set(fed)
        for target, inputs, rows in found:
            _count(con, target, inputs, rows, times=_times_of(source, target, fed, catalogue), into=into)


def entities_fed(source: SourceConfig, targets: list[str], catalogue: Catalogue) -> list[str]:
    """Entities that come of these streams: those whose query begins with one of them, what it only joins aside."""
    if source.connector == TABLE:
        return [source.entity or ""]
    return [
        entity
        for (connector, entity), query in catalogue.sql.items()
        if connector == source.connector and _begins_with(query, catalogue, connector) & set(targets)
    ]


def _begins_with(query: Query, catalogue: Catalogue, connector: str) -> set[str]:
    """Landed tables from which the rows of a query come."""
    tree = _tree(query)
    ctes = {cte.alias: cte.this for cte in tree.find_all(exp.CTE)}
    found: set[str] = set()
    seen: set[str] = set()

    def follow(node: exp.Expr | None) -> None:
        if isinstance(node, exp.SetOperation):
            follow(node.left)
            follow(node.right)
        elif isinstance(node, exp.Subquery):
            follow(node.this)
        elif isinstance(node, exp.Select):
            from_ = node.args.get("from_") or node.args.get("from")
            follow(from_.this if from_ else None)
        elif isinstance(node, exp.Table) and node.db == "landing":
            owner, _, name = node.name.removeprefix("_").partition("__")
            shared = catalogue.shared.get((owner, name)) if node.name.startswith("_") else None
            found.update(_begins_with(shared, catalogue, connector) if shared else {node.name})
        elif isinstance(node, exp.Table) and node.name in ctes and node.name not in seen:
            seen.add(node.name)
            follow(ctes[node.name])

    follow(tree)
    return found


@cache
def _tree(query: Query) -> exp.Expr:
    return sqlglot.parse_one(query.text, dialect="duckdb")


@cache
def _aliases(query: Query) -> dict[str, frozenset[str]]:
    """Names a query gives to expressions, and the columns in those."""
    found: dict[str, frozenset[str]] = {}
    for alias in _tree(query).find_all(exp.Alias):
        columns = frozenset(column.name for column in alias.this.find_all(exp.Column))
        found[alias.alias] = found.get(alias.alias, frozenset()) | columns
    return found


def _times_of(source: SourceConfig, target: Target, fed: list[str], catalogue: Catalogue) -> list[str]:
    """Columns of a kind of row that say when its fact was, the likeliest first."""
    times = [name for name, column in target.columns.items() if column.type in TIMES and not column.may_be_future]
    if source.connector == TABLE:
        entity = catalogue.entities[source.entity or ""]
        return [entity.time] if entity.time else []
    for entity_name in fed:
        time = catalogue.entities[entity_name].time
        query = catalogue.sql[source.connector, entity_name]
        if time is None or target.name not in _begins_with(query, catalogue, source.connector):
            continue
        names = _sources_of(time, query, catalogue, source.connector)
        if chosen := [name for name in times if name in names]:
            return chosen
    return []


def _sources_of(name: str, query: Query, catalogue: Catalogue, connector: str) -> set[str]:
    """Names of columns from which a column of a query is made, however often it is renamed on the way."""
    queries = [query, *(shared for (owner, _), shared in catalogue.shared.items() if owner == connector)]
    made: dict[str, set[str]] = {}
    for each in queries:
        for alias, columns in _aliases(each).items():
            made.setdefault(alias, set()).update(columns)
    names, fresh = {name}, {name}
    while fresh:
        fresh = {source for one in fresh for source in made.get(one, ())} - names
        names |= fresh
    return names


def _count(
    con: duckdb.DuckDBPyConnection,
    target: Target,
    inputs: Mapping[str, Input],
    rows: Rows,
    *,
    times: list[str],
    into: Surveyed,
) -> None:
    present = [name for name in times if name in inputs]
    # one step each, as in landing: written into each other they are long, and the engine thinks about them for longer
    # than a file takes to be read
    raws = [f"cast({inputs[name].sql} as varchar) as {quoted('r_' + name)}" for name in present]
    texts = [f"{text_sql(target.columns[name], quoted('r_' + name))} as {quoted('t_' + name)}" for name in present]
    values = [_value(target.columns[name], quoted("t_" + name)) for name in present]
    time = f"coalesce({', '.join(values)})" if len(values) > 1 else values[0] if values else "cast(null as timestamp)"
    if rows.rejects:
        con.execute(f"drop table if exists {rows.rejects}")
        con.execute(f"drop table if exists {rows.rejects}_scan")
    within = f"case when told between timestamp '{EARLIEST}' and timestamp '2100-01-01' then told end"
    found = con.execute(
        f"select cast(date_trunc('month', fact) as date), count(*), min(fact), max(fact) from (select {within} as fact"
        f" from (select cast({time} as timestamp) as told from (select {', '.join(texts) or '1'}"
        f" from (select {', '.join(raws) or '1'} from ({rows.relation()}))))) group by 1"
    ).fetchall()
    into.rows += sum(count for _, count, _, _ in found)
    into.dated_by |= set(present[:1])
    for month, count, first, last in found:
        into.add(month, count, first, last)


def _value(column: Column, text: str) -> str:
    if isinstance(column, StreamField) and column.formats:
        every = tuple(one for formats in column.formats for one in formats)
        return f"cast({local_value_sql(column, text, every, False)} as timestamp)"
    return f"cast({value_sql(column, text)} as timestamp)"


def survey(
    con: duckdb.DuckDBPyConnection, files: Mapping[str, Path], source: SourceConfig, catalogue: Catalogue
) -> Surveyed:
    """All files of a source that can be read; those that cannot are told by `check_source`."""
    found = Surveyed()
    con.execute(f"set timezone = {literal(source.timezone)}")
    for file, path in files.items():
        try:
            survey_file(con, path, file, source=source, catalogue=catalogue, into=found)
        except (UnusableExport, duckdb.Error, OSError):
            continue
    return found
