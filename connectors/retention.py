"""Takes text out of landing once it is older than the workspace keeps it; what stands in its place says nothing.

In place of a text comes a keyed hash of it, so that the same text stays the same and another stays another, and what
later steps find in comments: links, and the notes by which help desks merge tickets.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import duckdb

from connectors.attach import targets_by_name
from connectors.cast import literal, quoted
from connectors.catalogue import Catalogue
from connectors.identity import IdentityKey, hashed_sql, install_key
from connectors.manifest import Manifest, note_rewritten, remove_unlisted, write_manifest
from connectors.mapping import Target
from connectors.read_table import parquet_sql
from connectors.scrub import parquets, quarantines, rewrite

GONE = "purged-"  # begins what stands for a text
NAMESPACE = "text"
FOUND_IN_COMMENTS = (
    r'href="https?://[^"]+"|https?://[^\s<>"]+'
    r"|(?i:merged into (?:the )?(?:request|ticket)(?: with)?(?: id)?[:# ]*[0-9]+)"
)


def purge(
    manifest: Manifest, key: IdentityKey, catalogue: Catalogue, before: dt.datetime, labelled: Collection[str]
) -> int:
    """Takes out text of rows whose time is earlier than `before`, UTC, and of all rejected rows; of how many.

    Of landings that are not `labelled`, since their files are gone, those with such text go as a whole: should a file
    come back it is landed anew.
    """
    targets = targets_by_name(catalogue)
    rows = 0
    with duckdb.connect(":memory:") as con:
        install_key(con, key)
        for name in [name for name in manifest.landed if name not in labelled]:
            if any(_aged(con, manifest, part, targets, before) for part in manifest.landed[name].parts):
                del manifest.landed[name]
        for path, part in parquets(manifest, manifest.landed):
            found = _aged(con, manifest, part, targets, before)
            if found:
                texts = _texts(targets.get(part["target"]), part["columns"])
                rewrite(
                    con,
                    path,
                    f"select {_replaced(texts, before)} from {parquet_sql(path)} cross join identity_pad",
                    None,
                )
                note_rewritten(manifest, path.name)
                rows += found
        words = sorted({name for target in targets.values() for name in _texts(target, target.columns)})
        without = "{" + ", ".join(f'"{name}": null' for name in words) + "}"
        for path in quarantines(manifest, manifest.landed):
            held = " or ".join(f"json_extract_string(raw, '$.{name}') is not null" for name in words)
            if con.execute(f"select count(*) from {parquet_sql(path)} where {held}").fetchall()[0][0]:
                blank = f"cast(json_merge_patch(raw, {literal(without)}) as varchar) as raw"
                rewrite(con, path, f"select * replace ({blank}) from {parquet_sql(path)}", None)
                note_rewritten(manifest, path.name)
    write_manifest(manifest)
    remove_unlisted(manifest)
    return rows


def tokens(key: IdentityKey, texts: Iterable[str]) -> dict[str, str]:
    """What stands for each of these texts once it is gone."""
    with duckdb.connect(":memory:") as con:
        install_key(con, key)
        rows = con.execute(
            f"select text, {_token('text')} from (select unnest($1::varchar[]) as text) cross join identity_pad",
            [list(texts)],
        ).fetchall()
    return {str(text): str(token) for text, token in rows}


def _token(text: str) -> str:
    return f"'{GONE}' || lower({hashed_sql(NAMESPACE, f'lower(trim({text}))')})"


def _texts(target: Target | None, columns: Iterable[str]) -> dict[str, str]:
    """Columns of text and of the time that they age by."""
    found = {name: target.columns[name].ages for name in columns if name in target.columns} if target else {}
    return {name: ages for name, ages in found.items() if ages and ages in set(columns)}


def _is_aged(name: str, ages: str, before: dt.datetime) -> str:
    return (
        f"({quoted(ages)} < timestamp '{before:%Y-%m-%d %H:%M:%S}' and {quoted(name)} <> ''"
        f" and not starts_with({quoted(name)}, '{GONE}'))"
    )


def _aged(
    con: duckdb.DuckDBPyConnection,
    manifest: Manifest,
    part: Mapping[str, Any],
    targets: Mapping[str, Target],
    before: dt.datetime,
) -> int:
    path = manifest.folder / part["parquet"]
    texts = _texts(targets.get(part["target"]), part["columns"])
    if not texts or not path.is_file():
        return 0
    held = " or ".join(_is_aged(name, ages, before) for name, ages in texts.items())
    return int(con.execute(f"select count(*) from {parquet_sql(path)} where {held}").fetchall()[0][0])


def _replaced(texts: Mapping[str, str], before: dt.datetime) -> str:
    made = []
    for name, ages in texts.items():
        told = f"list_distinct(regexp_extract_all({quoted(name)}, {literal(FOUND_IN_COMMENTS)}))"
        stands = f"concat_ws(' ', {_token(quoted(name))}, nullif(array_to_string({told}, ' '), ''))"
        made.append(f"case when {_is_aged(name, ages, before)} then {stands} else {quoted(name)} end as {quoted(name)}")
    return f"* exclude (inner_pad, outer_pad) replace ({', '.join(made)})"
