"""Rows of one export to typed, pseudonymous Parquet: set-based SQL, read once, written once where nothing is wrong.

The file is read into a temporary table in the order of its rows, which is what numbers them: a CSV scan that counted
its rows could use one core only, and a join forgets their order. From there every row is written with its values, and
for a row that breaks the contract also the column, the reason and the texts it had. Only if there is such a row are
the good rows written again without it.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from connectors.cast import Fault, faults, literal, quoted, text_sql, value_sql
from connectors.identity import hashed_sql, normalised_sql
from connectors.mapping import Input, Target
from connectors.problem import UnusableExport
from connectors.repeated import reject_repeated
from connectors.rows import Rows

IS_ADDRESS = r"[^@\s]+@[^@\s]+"


@dataclass(frozen=True)
class Converted:
    """What one target of one file came to. Rejected rows are in the temp table `rejected`."""

    columns: tuple[str, ...]
    rows_read: int
    rows_loaded: int
    has_distinct_keys: bool  # every row loaded has a key, and no two the same


def start_rejected(con: duckdb.DuckDBPyConnection) -> None:
    """An empty list of rejected rows for the next file."""
    con.execute(
        "create or replace temp table rejected (row_number bigint, column_name varchar, reason varchar, raw varchar)"
    )


def convert(
    con: duckdb.DuckDBPyConnection,
    rows: Rows,
    target: Target,
    inputs: Mapping[str, Input],
    *,
    parquet: Path,
    clock: dt.datetime,
) -> Converted:
    """Write `parquet` and fill `rejected`. The session's time zone must be the source's."""
    identities = [name for name in inputs if name in target.namespaces]
    ragged = _read(con, rows, inputs)
    tables = _make_keys(con, target, inputs, identities)
    zone = con.execute("select current_setting('timezone')").fetchone()
    is_utc = zone is not None and zone[0] in ("UTC", "Etc/UTC")
    beside = parquet.with_suffix(".new")
    select = _select(rows, target, inputs, tables=tables, clock=clock, has_gaps=ragged > 0, is_utc=is_utc)
    con.execute(f"copy ({select}) to {literal(str(beside))} {FORMAT}")
    con.execute("drop table raw")
    columns = tuple(
        column
        for name in inputs
        for column in ((name, f"{name}_domain") if target.columns[name].identity == "email" else (name,))
    )
    con.execute(f"create or replace temp view numbered as select * from read_parquet({_plain(beside)})")
    kept, refused = con.execute("select count(*), count(_reason) from numbered").fetchall()[0]
    if refused:
        con.execute("insert into rejected select _row, _column, _reason, _raw from numbered where _reason is not null")
    repeated, has_distinct_keys = reject_repeated(con, target, inputs, columns)
    if refused or repeated:
        listed = ", ".join(quoted(name) for name in columns)
        good = "where _reason is null and _row not in (select _row from repeated)"
        con.execute(f"copy (select _row, {listed} from numbered {good}) to {literal(str(parquet))} {FORMAT}")
        beside.unlink()
    else:
        beside.replace(parquet)
    return Converted(columns, kept + ragged, kept - refused - repeated, has_distinct_keys)


# level 1 takes a third of the time of the usual 3 and leaves files hardly larger
FORMAT = "(format parquet, parquet_version v2, compression zstd, compression_level 1)"
RAGGED = {
    "MISSING COLUMNS": "has fewer values than the header; legal: one value per column; check for a cut-off line",
    "TOO MANY COLUMNS": "has more values than the header; legal: one value per column; put values that hold the"
    " delimiter in double quotes",
    "UNQUOTED VALUE": 'has a double quote that is not closed or not doubled; legal: "a ""b"" c"; check the quotes from'
    " this row on: every line up to the next quote was taken for part of it",
    "LINE SIZE OVER MAXIMUM": "is longer than 2,000,000 bytes; legal: shorter lines; check for a double quote that is"
    " not closed",
}
FAILED = (
    "cannot be worked out for this row; legal: an expression that fits every row; correct the row in the export,"
    " or the expression, such as try_strptime for strptime where no value is meant"
)
UNREADABLE = "cannot be read as CSV; legal: one value per column; check the quotes and the delimiter"


def _plain(path: Path) -> str:
    return literal("".join(f"[{mark}]" if mark in "*?[" else mark for mark in str(path)))


def _scalar(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = con.execute(sql).fetchone()
    return int(row[0]) if row else 0


def _read(con: duckdb.DuckDBPyConnection, rows: Rows, inputs: Mapping[str, Input]) -> int:
    """Table `raw`: the text of every input as r_<column>, in file order. Lists ragged rows; returns how many."""
    if rows.rejects:
        con.execute(f"drop table if exists {rows.rejects}")
        con.execute(f"drop table if exists {rows.rejects}_scan")
    texts = ", ".join(f"{given.sql} as {quoted('r_' + name)}" for name, given in inputs.items())
    place = "_row, _is_broken, " if rows.has_row else ""
    try_expressions(con, rows, inputs)
    con.execute(f"create or replace temp table raw as select {place}{texts} from ({rows.relation()})")
    return _list_ragged(con, rows) if rows.rejects else 0


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


def _make_keys(
    con: duckdb.DuckDBPyConnection, target: Target, inputs: Mapping[str, Input], identities: list[str]
) -> dict[str, str]:
    """A table of keys per namespace, each distinct text hashed once; returns the table of every identity column."""
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
            f" split_part(normal, '@', 2) as domain from (select raw, {normalised_sql(namespace, 'raw')} as normal"
            f" from ({union})) cross join identity_pad where normal is not null"
        )
    con.execute("drop table seen")
    return tables


def _select(
    rows: Rows,
    target: Target,
    inputs: Mapping[str, Input],
    *,
    tables: Mapping[str, str],
    clock: dt.datetime,
    has_gaps: bool,
    is_utc: bool,
) -> str:
    """Every row judged. t_x is a column's text (of an identity: null if blank), v_x its value, d_x a domain."""
    texts, joins, values = [], [], []
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
            values.append(f"{value_sql(column, quoted('t_' + name), is_utc)} as {quoted('v_' + name)}")
    if rows.has_row:
        texts += ["raw._row as _row", "raw._is_broken as _is_broken"]
    elif has_gaps:
        joins.append(" join place on place.kept_before = raw.rowid")
        texts.append("place._row as _row")
    else:
        texts.append("raw.rowid + 1 as _row")
    found = _all_faults(rows, target, inputs, clock)
    checks = " ".join(f"when {fault.when} then {number}" for number, (_, fault) in enumerate(found))
    bad = f"case {checks} end" if found else "cast(null as integer)"
    named = [f"{quoted('v_' + name)} as {quoted(name)}" for name in inputs]
    named += [
        f"{quoted('d_' + name)} as {quoted(name + '_domain')}"
        for name in inputs
        if target.columns[name].identity == "email"
    ]
    return (
        f"with texts as (select {', '.join(texts)} from raw{''.join(joins)}),"
        f" typed as (select {', '.join(['*', *values])} from texts),"
        f" judged as (select *, {bad} as _bad from typed)"
        f" select _row, {', '.join(named)}, {_told(found)}, {_kept(inputs, tables)} from judged"
    )


def _told(found: list[tuple[str, Fault]]) -> str:
    if not found:
        return "cast(null as varchar) as _column, cast(null as varchar) as _reason"
    columns = " ".join(f"when {number} then {literal(name)}" for number, (name, _) in enumerate(found))
    reasons = " ".join(f"when {number} then {fault.reason}" for number, (_, fault) in enumerate(found))
    return (
        f"case when _bad is not null then case _bad {columns} end end as _column,"
        f" case when _bad is not null then case _bad {reasons} end end as _reason"
    )


def _kept(inputs: Mapping[str, Input], tables: Mapping[str, str]) -> str:
    """The texts of a rejected row for the quarantine: what is mapped and nothing else, identities as keys."""
    packed = ", ".join(f"{quoted(name)} := {quoted(('v_' if name in tables else 't_') + name)}" for name in inputs)
    return f"case when _bad is not null then cast(to_json(struct_pack({packed})) as varchar) end as _raw"


def _all_faults(rows: Rows, target: Target, inputs: Mapping[str, Input], clock: dt.datetime) -> list[tuple[str, Fault]]:
    found = [("", fault) for fault in rows.faults]
    headers = [
        f"{quoted('t_' + name)} = {literal(given.name)}"
        for name, given in inputs.items()
        if name not in target.namespaces and given.name in rows.names
    ]
    if not rows.has_row and len(headers) > 1:
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


def _list_ragged(con: duckdb.DuckDBPyConnection, rows: Rows) -> int:
    """Rejects the rows DuckDB left out of a CSV; table `place` says which row each kept one is."""
    if not _scalar(con, f"select count(*) from {rows.rejects}"):
        return 0
    con.execute("create or replace temp table blank_line as select unnest(?::bigint[]) as blank", [rows.blank_lines()])
    con.execute(
        "create or replace temp table left_out as select line - 1 - count(blank) as row_number, error_type from"
        f" (select line, min(error_type) as error_type from {rows.rejects} group by line)"
        " left join blank_line on blank < line group by line, error_type"
    )
    reasons = " ".join(f"when {literal(kind)} then {literal(reason)}" for kind, reason in RAGGED.items())
    con.execute(
        f"insert into rejected select row_number, null, case error_type {reasons} else {literal(UNREADABLE)} end, null"
        " from left_out"
    )
    con.execute(
        "create or replace temp table place as select row_number as _row,"
        " row_number() over (order by row_number) - 1 as kept_before"
        " from range(1, (select count(*) from raw) + (select count(*) from left_out) + 1) as rows (row_number)"
        " where row_number not in (select row_number from left_out)"
    )
    return _scalar(con, "select count(*) from left_out")
