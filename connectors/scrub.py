"""Takes forgotten people out of what has landed: their rows go, and where a row only mentions them, their key does.

Every landing is looked at once for each list of the forgotten, before anything reads it: `Landed.scrubbed` says which.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from connectors.attach import targets_by_name
from connectors.cast import literal, quoted
from connectors.catalogue import Catalogue
from connectors.contract import Column
from connectors.forgotten import NAMESPACE, Forgotten
from connectors.identity import IdentityKey, hashed_sql, install_key
from connectors.judge_rows import FORGOTTEN, FORMAT
from connectors.manifest import Landed, Manifest
from connectors.mapping import Target
from connectors.read_table import parquet_sql

PEOPLE = ("person", "email")
IN_JSON = '"([A-Za-z0-9_-]{12})"'  # a key, as the texts of a rejected row hold it


@dataclass(frozen=True)
class _Named:
    """Where rows of one Parquet name people."""

    about: tuple[str, ...]  # whose rows they are
    aside: tuple[str, ...]  # who else is mentioned
    lists: tuple[str, ...]
    lists_aside: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def is_anybody(self) -> bool:
        return bool(self.about or self.aside or self.lists or self.lists_aside)


def scrub(manifest: Manifest, key: IdentityKey, forgotten: Forgotten, catalogue: Catalogue) -> Forgotten:
    """Takes the forgotten out of every landing that was not looked at for this list; the list, with further keys of
    them that their rows tell. The manifest is not written."""
    if forgotten.fingerprint is None:
        return forgotten
    targets = targets_by_name(catalogue)
    with duckdb.connect(":memory:") as con:
        install_key(con, key)
        while True:
            waiting = [name for name, one in manifest.landed.items() if one.scrubbed != forgotten.fingerprint]
            found = _keys_beside(con, _lists(manifest, waiting, targets, catalogue), forgotten.under(key))
            longer = forgotten.with_keys(key, found)
            if longer.fingerprint == forgotten.fingerprint:
                break
            forgotten = longer
        _take_out(con, manifest, waiting, targets, forgotten.under(key))
    for name in waiting:
        manifest.landed[name] = replace(
            _counted(manifest, manifest.landed[name]), scrubbed=forgotten.fingerprint, sizes={}
        )
    return forgotten


def same_person(manifest: Manifest, keys: Iterable[str], catalogue: Catalogue) -> set[str]:
    """These keys, and all that landed lists of people name beside them."""
    targets = targets_by_name(catalogue)
    known = set(keys)
    with duckdb.connect(":memory:") as con:
        while True:
            lists = _lists(manifest, manifest.landed, targets, catalogue)
            rows = [_beside(con, path, named, known) for path, named in lists]
            if not (more := set().union(*rows) - known):
                return known
            known |= more


def where_named(manifest: Manifest, keys: Iterable[str], catalogue: Catalogue) -> dict[str, int]:
    """Rows of landed Parquet files that name one of these keys, by file of the landing folder; none is left out."""
    targets = targets_by_name(catalogue)
    wanted, found = sorted(keys), {}
    with duckdb.connect(":memory:") as con:
        for path, part in parquets(manifest, manifest.landed):
            named = _named(targets.get(part["target"]), part["columns"])
            rows = _scalar(con, f"select count(*) from {parquet_sql(path)} where {_is_named(named)}", wanted)
            if rows:
                found[path.name] = rows
        for path in quarantines(manifest, manifest.landed):
            held = f"list_has_any(regexp_extract_all(raw, '{IN_JSON}', 1), $1::varchar[])"
            rows = _scalar(con, f"select count(*) from {parquet_sql(path)} where {held}", wanted)
            if rows:
                found[path.name] = rows
    return found


def people_of(catalogue: Catalogue) -> set[str]:
    """Targets that list people, each row one person by all their keys."""
    found = {"table__learner"}
    for connector, source in catalogue.connectors.items():
        for name, stream in source.streams.items():
            if len(stream.key) == 1 and stream.fields[stream.key[0]].identity in PEOPLE:
                found.add(f"{connector}__{name}")
    return found


def _lists(
    manifest: Manifest, entries: Iterable[str], targets: Mapping[str, Target], catalogue: Catalogue
) -> list[tuple[Path, _Named]]:
    """Landed lists of people."""
    people = people_of(catalogue)
    return [
        (path, _named(targets.get(part["target"]), part["columns"]))
        for path, part in parquets(manifest, entries)
        if part["target"] in people
    ]


def _beside(con: duckdb.DuckDBPyConnection, path: Path, named: _Named, keys: Iterable[str]) -> set[str]:
    """All keys in rows of a list of people that show one of these."""
    if not named.about:
        return set()
    shown = ", ".join(map(quoted, named.about))
    rows = con.execute(
        f"select distinct unnest([{shown}]) from {parquet_sql(path)} where {_is_named(named)}",
        [sorted(keys)],
    ).fetchall()
    return {str(one) for (one,) in rows if one is not None and one != FORGOTTEN}


def _keys_beside(
    con: duckdb.DuckDBPyConnection, lists: Sequence[tuple[Path, _Named]], marks: frozenset[str]
) -> set[str]:
    """Keys of the forgotten that the list does not have yet: a list of people names them beside one that it has."""
    found: set[str] = set()
    for path, named in lists:
        found |= _beside(con, path, named, [*_forgotten_keys(con, path, named, marks), FORGOTTEN])
    return found


def _take_out(
    con: duckdb.DuckDBPyConnection,
    manifest: Manifest,
    entries: Sequence[str],
    targets: Mapping[str, Target],
    marks: frozenset[str],
) -> None:
    for path, part in parquets(manifest, entries):
        named = _named(targets.get(part["target"]), part["columns"])
        keys = _forgotten_keys(con, path, named, marks)
        if keys:
            rewrite(con, path, _without(named, path), keys)
    for path in quarantines(manifest, entries):
        rows = f"select * from {parquet_sql(path)}"
        texts = f"select distinct unnest(regexp_extract_all(raw, '{IN_JSON}', 1)) as key from ({rows})"
        keys = _marked(con, texts, marks)
        held = (
            f"list_has_any(regexp_extract_all(raw, '{IN_JSON}', 1), $1::varchar[]) or contains(raw, '\"{FORGOTTEN}\"')"
        )
        if _scalar(con, f"select count(*) from ({rows}) where {held}", keys):
            rewrite(con, path, f"{rows} where ({held}) is not true", keys)


def _forgotten_keys(con: duckdb.DuckDBPyConnection, path: Path, named: _Named, marks: frozenset[str]) -> list[str]:
    if not named.is_anybody:
        return []
    rows = f"from {parquet_sql(path)}"
    each = [f"select distinct {quoted(name)} as key {rows}" for name in (*named.about, *named.aside)]
    each += [f"select distinct unnest({quoted(name)}) as key {rows}" for name in (*named.lists, *named.lists_aside)]
    return _marked(con, " union ".join(each), marks)


def _marked(con: duckdb.DuckDBPyConnection, keys: str, marks: frozenset[str]) -> list[str]:
    """Of a select of keys those that are forgotten."""
    rows = con.execute(
        f"select key from ({keys}) cross join identity_pad where key = '{FORGOTTEN}'"
        f" or {hashed_sql(NAMESPACE, 'key')} in (select unnest($1::varchar[]))",
        [sorted(marks)],
    ).fetchall()
    return [str(key) for (key,) in rows]


def _without(named: _Named, path: Path) -> str:
    """Select of a Parquet without the keys $1: their rows gone, and they gone from the rows of others."""
    replaced = [
        f"case when not coalesce(list_contains($1::varchar[], {quoted(name)}), false) then {quoted(column)} end"
        f" as {quoted(column)}"
        for name in named.aside
        for column in (f"{name}_domain", name)
        if column in named.columns
    ]
    replaced += [
        f"list_filter({quoted(one)}, lambda person: not list_contains($1::varchar[], person)) as {quoted(one)}"
        for one in (*named.lists, *named.lists_aside)
    ]
    gone = [f"list_contains($1::varchar[], {quoted(one)})" for one in named.about]
    # who a row names in a list alone, is whom it is about
    gone += [f"(len({quoted(one)}) > 0 and list_has_all($1::varchar[], {quoted(one)}))" for one in named.lists]
    columns = f"* replace ({', '.join(replaced)})" if replaced else "*"
    where = f" where ({' or '.join(gone)}) is not true" if gone else ""
    return f"select {columns} from {parquet_sql(path)}{where}"


def rewrite(con: duckdb.DuckDBPyConnection, path: Path, query: str, keys: Sequence[str] | None) -> None:
    """Puts the rows of a query in the place of a landed Parquet file; `keys` are its $1, if it has one."""
    beside = path.with_suffix(".new")
    con.execute(f"copy ({query}) to {literal(str(beside))} {FORMAT}", None if keys is None else [list(keys)])
    beside.replace(path)


def _named(target: Target | None, columns: Iterable[str]) -> _Named:
    about: list[str] = []
    aside: list[str] = []
    lists: list[str] = []
    lists_aside: list[str] = []
    for name in columns:
        column: Column | None = target.columns.get(name) if target else None
        if column is None or column.identity not in PEOPLE:
            continue
        kinds = (lists_aside, lists) if column.type == "list" else (aside, about)
        kinds[0 if column.aside else 1].append(name)
    return _Named(tuple(about), tuple(aside), tuple(lists), tuple(lists_aside), tuple(columns))


def _is_named(named: _Named) -> str:
    held = [f"list_contains($1::varchar[], {quoted(one)})" for one in (*named.about, *named.aside)]
    held += [f"list_has_any($1::varchar[], {quoted(one)})" for one in (*named.lists, *named.lists_aside)]
    return " or ".join(held) or "len($1::varchar[]) < 0"


def parquets(manifest: Manifest, entries: Iterable[str]) -> list[tuple[Path, dict[str, Any]]]:
    """Each Parquet once, though several files may share it; those that are gone are left out."""
    found = {part["parquet"]: part for name in entries for part in manifest.landed[name].parts}
    return [(manifest.folder / name, part) for name, part in found.items() if (manifest.folder / name).is_file()]


def quarantines(manifest: Manifest, entries: Iterable[str]) -> list[Path]:
    """The files of rejected rows that are there."""
    found = [manifest.folder / name for one in entries if (name := manifest.landed[one].rejected)]
    return [path for path in found if path.is_file()]


def _counted(manifest: Manifest, entry: Landed) -> Landed:
    """The landing with its rows counted anew; what is missing of those it had are rows of forgotten people."""
    if not entry.parts:  # refused as a whole
        return entry
    with duckdb.connect(":memory:") as con:
        loaded = sum(_rows_of(con, manifest.folder / part["parquet"], part.get("file_no")) for part in entry.parts)
        rejected = 0
        if entry.rejected and (manifest.folder / entry.rejected).is_file():
            rows = parquet_sql(manifest.folder / entry.rejected)
            rejected = _scalar(con, f"select count(*) from {rows} where row_number is not null", [])
    gone = entry.rows_read + entry.forgotten - loaded - rejected
    if gone == entry.forgotten:
        return entry
    status, reason = entry.status, entry.reason
    if rejected != entry.rows_rejected:
        reason = f"{rejected:,} row{'s' if rejected > 1 else ''} rejected" if rejected else None
        status = "partial" if rejected and loaded else "rejected" if rejected else "loaded"
    return replace(
        entry,
        rows_read=loaded + rejected,
        rows_loaded=loaded,
        rows_rejected=rejected,
        forgotten=gone,
        status=status,
        reason=reason,
    )


def _rows_of(con: duckdb.DuckDBPyConnection, path: Path, file_no: int | None) -> int:
    where = "" if file_no is None else f" where _file_no = {file_no}"
    return _scalar(con, f"select count(*) from {parquet_sql(path)}{where}", None)


def _scalar(con: duckdb.DuckDBPyConnection, sql: str, keys: Sequence[str] | None) -> int:
    row = con.execute(sql, [list(keys)] if keys is not None and "$1" in sql else None).fetchone()
    return int(row[0]) if row else 0
