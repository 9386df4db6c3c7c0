"""The texts of an export's rows to values, and for a row that breaks the contract the column and the reason.

The texts are read into a temporary table in the order of the file, which is what numbers them: a CSV scan that counted
its rows could use one core only, and a join forgets their order.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from connectors.cast import Fault, faults, literal, quoted, text_sql, value_sql
from connectors.contract import StreamField
from connectors.identity import hashed_sql, normalised_sql
from connectors.local_dates import NO_FORMATS, Chosen, local_value_sql
from connectors.mapping import Input, Target
from connectors.problem import UnusableExport
from connectors.rows import Rows

IS_ADDRESS = r"[^@\s]+@[^@\s]+"
# level 1 takes a third of the time of the usual 3, and giving up early on dictionaries of ids saves another quarter;
# files get hardly larger
FORMAT = "(format parquet, parquet_version v2, compression zstd, compression_level 1, dictionary_size_limit 4000)"
FORGOTTEN = "forgotten"  # stands for a key of somebody forgotten under an earlier key of the workspace
FAILED = (
    "cannot be worked out for this row; legal: an expression that fits every row; correct the row in the export,"
    " or the expression, such as try_strptime for strptime where no value is meant"
)


@dataclass(frozen=True)
class Place:
    """Where a row of `raw` stands in its file: SQL for `_row` and whatever else says so, and the joins it needs."""

    texts: tuple[str, ...]
    joins: tuple[str, ...] = ()
    names: tuple[str, ...] = ("_row",)  # columns of the Parquet that come of it


def columns_of(target: Target, inputs: Mapping[str, Input]) -> tuple[str, ...]:
    """Columns of the Parquet: those the export has, and the domain beside each e-mail."""
    return tuple(
        column
        for name in inputs
        for column in ((name, f"{name}_domain") if target.columns[name].identity == "email" else (name,))
    )


def read_texts(con: duckdb.DuckDBPyConnection, rows: Rows, inputs: Mapping[str, Input]) -> None:
    """Table `raw`: the text of every input as r_<column>, in the order of the file. DuckDB lists what it leaves out."""
    if rows.rejects:
        con.execute(f"drop table if exists {rows.rejects}")
        con.execute(f"drop table if exists {rows.rejects}_scan")
    texts = ", ".join(f"{given.sql} as {quoted('r_' + name)}" for name, given in inputs.items())
    try_expressions(con, rows, inputs)
    asides = [f"{sql} as {name}" for name, sql in rows.asides.items()]
    selected = ", ".join([*rows.place, *asides, texts])
    con.execute(f"create or replace temp table raw as select {selected} from ({rows.relation()})")


def try_expressions(con: duckdb.DuckDBPyConnection, rows: Rows, inputs: Mapping[str, Input]) -> None:
    """Binds the user's expressions without reading a row; raises UnusableExport where the engine refuses one."""
    for name, given in inputs.items():
        if given.can_fail:
            _try_expression(con, rows, name, given)


def _try_expression(con: duckdb.DuckDBPyConnection, rows: Rows, name: str, given: Input) -> None:
    try:
        con.execute(f"explain select {given.sql} from ({rows.relation()})")
    except duckdb.Error as error:
        seen = str(error).splitlines()[0].rstrip("!")
        raise UnusableExport(
            f"the expression of `{name}` cannot be used ({seen})",
            "one DuckDB expression over the file's columns, such as strptime(\"Start\", '%d/%m/%Y')",
            "correct the expression",
            column=given.name,
        ) from None


def write_judged(
    con: duckdb.DuckDBPyConnection,
    rows: Rows,
    target: Target,
    inputs: Mapping[str, Input],
    *,
    place: Place,
    parquet: Path,
    clock: dt.datetime,
    formats: Chosen = NO_FORMATS,
) -> str:
    """Every row of `raw` as Parquet: its place, its values, and `_bad`, which is null where it keeps the contract.

    Returns a select of `_row`, `_column`, `_reason` and `_raw` of the others: most files have none, and finding the
    words for what may be wrong takes the engine longer than a small file itself.
    """
    tables = _make_keys(con, target, inputs)
    zone = con.execute("select current_setting('timezone')").fetchone()
    is_utc = zone is not None and zone[0] in ("UTC", "Etc/UTC")
    found = _all_faults(rows, target, inputs, clock)
    judged = _judged(found, target, inputs, place=place, tables=tables, formats=formats, is_utc=is_utc)
    named = [f"{quoted('v_' + name)} as {quoted(name)}" for name in inputs]
    named += [
        f"{quoted('d_' + name)} as {quoted(name + '_domain')}"
        for name in inputs
        if target.columns[name].identity == "email"
    ]
    select = f"{judged} select {', '.join([*place.names, *named])}, _bad from judged"
    con.execute(f"copy ({select}) to {literal(str(parquet))} {FORMAT}")
    said = f"{_told(rows, found)}, {_kept(inputs, target.namespaces)}"
    return f"{judged} select _row, {said} from judged where _bad is not null"


def _judged(
    found: list[tuple[str, Fault]],
    target: Target,
    inputs: Mapping[str, Input],
    *,
    place: Place,
    tables: Mapping[str, str],
    formats: Chosen,
    is_utc: bool,
) -> str:
    """Every row judged. t_x is a column's text (of an identity: null if blank), v_x its value, d_x a domain."""
    texts, joins, values = list(place.texts), list(place.joins), []
    for name, given in inputs.items():
        column = target.columns[name]
        if given.can_fail:
            texts.append(f"raw.{quoted('r_' + name)} as {quoted('r_' + name)}")
        if name in tables:
            alias = quoted("k_" + name)
            joins.append(f" left join {tables[name]} as {alias} on {alias}.raw = raw.{quoted('r_' + name)}")
            texts.append(f"{alias}.raw as {quoted('t_' + name)}, {alias}.key as {quoted('v_' + name)}")
            texts.append(f"{alias}.domain as {quoted('d_' + name)}")
        else:
            texts.append(f"{text_sql(column, 'raw.' + quoted('r_' + name))} as {quoted('t_' + name)}")
            value = value_sql(column, quoted("t_" + name), is_utc)
            if name in target.namespaces:
                key = hashed_sql(target.namespaces[name], normalised_sql(target.namespaces[name], "id"))
                value = f"list_transform({value}, lambda id: {key})"
            if isinstance(column, StreamField) and column.formats in formats:
                value = local_value_sql(column, quoted("t_" + name), formats[column.formats], is_utc)
            values.append(f"{value} as {quoted('v_' + name)}")
    if any(name in target.namespaces and name not in tables for name in inputs):
        texts.append("identity_pad.*")
        joins.append(" cross join identity_pad")
    checks = " ".join(f"when {fault.when} then {number}" for number, (_, fault) in enumerate(found))
    bad = f"case {checks} end" if found else "cast(null as integer)"
    return (
        f"with texts as (select {', '.join(texts)} from raw{''.join(joins)}),"
        f" typed as (select {', '.join(['*', *values])} from texts),"
        f" judged as (select *, {bad} as _bad from typed)"
    )


def _told(rows: Rows, found: list[tuple[str, Fault]]) -> str:
    if not found:
        return "cast(null as varchar) as _column, cast(null as varchar) as _reason"
    columns = " ".join(f"when {number} then {literal(name)}" for number, (name, _) in enumerate(found))
    reasons = " ".join(f"when {number} then {fault.reason}" for number, (_, fault) in enumerate(found))
    where = "coalesce(_where || ': ', '') || " if "_where" in rows.asides else ""
    return f"case _bad {columns} end as _column, {where}case _bad {reasons} end as _reason"


def _kept(inputs: Mapping[str, Input], hashed: Collection[str]) -> str:
    """The texts of a rejected row for the quarantine: what is mapped and nothing else, identities as keys."""
    packed = ", ".join(f"{quoted(name)} := {quoted(('v_' if name in hashed else 't_') + name)}" for name in inputs)
    return f"cast(to_json(struct_pack({packed})) as varchar) as _raw"


def _all_faults(rows: Rows, target: Target, inputs: Mapping[str, Input], clock: dt.datetime) -> list[tuple[str, Fault]]:
    found = [("", fault) for fault in rows.faults]
    headers = [
        f"{quoted('t_' + name)} = {literal(given.name)}"
        for name, given in inputs.items()
        if name not in target.namespaces and given.name in rows.names
    ]
    if not rows.is_json and len(headers) > 1:
        reason = "'repeats the header; legal: one header, at the top; remove the line from the export'"
        found.append(("", Fault(" and ".join(headers[:2]), reason)))
    for name, given in inputs.items():
        text, value = quoted("t_" + name), quoted("v_" + name)
        if given.can_fail:
            failed = f"{quoted('r_' + name)} is null"
            found.append((given.name, Fault(failed, literal(FAILED))))
        found += [(given.name, fault) for fault in faults(target.columns[name], given.name, text, value, clock)]
    ways = [name for name in target.one_of if name in inputs]
    if ways:
        shown = " or ".join(inputs[name].name for name in ways)
        missing = " and ".join(f"{quoted('t_' + name)} is null" for name in ways)
        which = "one of them is required" if len(ways) > 1 else "required"
        reason = literal(f"is empty, but {which}; fill it in the export")
        found.append((shown, Fault(missing, reason)))
    return found


def _make_keys(con: duckdb.DuckDBPyConnection, target: Target, inputs: Mapping[str, Input]) -> dict[str, str]:
    """A table of keys per namespace, each distinct text hashed once; returns the table of every identity column."""
    identities = [name for name in inputs if name in target.namespaces and target.columns[name].type == "text"]
    if not identities:
        return {}
    texts = ", ".join(quoted("r_" + name) for name in identities)
    con.execute(f"create or replace temp table seen as select distinct {texts} from raw")
    tables: dict[str, str] = {}
    for number, namespace in enumerate(sorted({target.namespaces[name] for name in identities})):
        mine = [name for name in identities if target.namespaces[name] == namespace]
        tables |= dict.fromkeys(mine, f"keys_{number}")
        # distinct: one text stands beside many others in `seen`, and a key listed twice would double its rows
        union = " union ".join(f"select distinct {quoted('r_' + name)} as raw from seen" for name in mine)
        key = hashed_sql(namespace, "normal")
        if namespace == "email":
            key = f"case when regexp_full_match(normal, '{IS_ADDRESS}') then {key} end"
        con.execute(
            f"create or replace temp table keys_{number} as select raw, {key} as key,"
            " case when key is not null then split_part(normal, '@', 2) end as domain"
            f" from (select raw, {normalised_sql(namespace, 'raw')} as normal"
            f" from ({union})) cross join identity_pad where normal is not null"
        )
    con.execute("drop table seen")
    return tables
