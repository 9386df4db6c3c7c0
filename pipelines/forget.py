"""Removes a person from landing to published, keeps them out of later runs, and proves it by looking for them.

The order is law, so that a stop at any instant is mended by asking again: who goes is written down first
(`.waystage/forgetting.json`) and kept out from then on (`forgotten.json`); then what is derived goes and is made anew
from landings without them; the note of who goes is the last to go.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from connectors.catalogue import Catalogue as Exports
from connectors.durable import write_whole
from connectors.forgotten import mark_of, read_forgotten, write_forgotten
from connectors.identity import IdentityKey, load_key, normalised_sql
from connectors.instance import with_instances
from connectors.manifest import Manifest, read_manifest, remove_unlisted, write_manifest
from connectors.mapping import stream_target
from connectors.scrub import same_person, scrub, where_named
from pipelines.problem import UserError
from pipelines.run_store import FILE as RUNS
from pipelines.traces import Trace, files, take_out, traces_in
from pipelines.workspace import Workspace

PENDING = "forgetting.json"
KEY = re.compile(r"[A-Za-z0-9_-]{12}")
# what is made anew from the landings, with what it leaves beside
DERIVED = ("warehouse.duckdb", "warehouse.duckdb.wal", "warehouse.broken", f".{RUNS}.new", f".{RUNS}.new.wal")
NOT_SEARCHED = ("fetched", "key", PENDING)  # copies of exports; what is searched for


@dataclass(frozen=True)
class Person:
    """Somebody by all their keys; `address` as it was given."""

    keys: frozenset[str]
    address: str | None = None
    is_gone: bool = False  # was forgotten to the end before

    @property
    def words(self) -> list[str]:
        """What to look for."""
        return sorted(self.keys) + ([self.address] if self.address else [])


def find(workspace: Workspace, exports: Exports, whom: str) -> Person:
    """Whom an e-mail address, an id of any source or a key means. UserError where that is nobody, or several people."""
    key, manifest = load_key(workspace.state), read_manifest(workspace.state / "landing")
    whom = whom.strip()
    begun, forgotten = _pending(workspace), read_forgotten(workspace.directory).under(key)
    if "@" in whom:
        address = _normalised("email", whom)
        hashed = key.hashed("email", address)
        if begun and hashed not in begun:
            raise _unfinished(begun)
        # some systems have addresses for ids
        spelled = _spelled(workspace, exports, key, {whom, address})
        keys = frozenset(begun | _all_keys(workspace, manifest, exports, {hashed} | spelled))
        is_gone = not begun and all(mark_of(key, one) in forgotten for one in keys)
        return Person(keys, address, is_gone and not where_named(manifest, keys, exports))
    spelled = _spelled(workspace, exports, key, {whom})
    spelled |= {whom} if KEY.fullmatch(whom) else set()
    if begun:
        if not spelled & begun:
            raise _unfinished(begun)
        return Person(frozenset(begun))
    people = _apart(workspace, manifest, exports, spelled)
    if len(people) > 1:
        named = "; ".join(_asked(one) for one in people)
        raise UserError(
            f"{whom} is an id of {len(people)} people, of other sources each; name one by their key: {named}"
        )
    if people:
        return Person(frozenset(people[0]))
    again = {one for one in spelled if mark_of(key, one) in forgotten}
    if not again:
        raise UserError(
            f"{whom}: nobody has this id or key; legal: an e-mail address, an id as an export has it, or a key as "
            "the column requester_key of the published table ticket has it"
        )
    return Person(frozenset(again), is_gone=True)


def keep_out(workspace: Workspace, exports: Exports, person: Person) -> list[Trace]:
    """Puts the person on the list and takes them out of landing, and out of all that is made anew from it.

    Returns the rows that named them, by export.
    """
    key = load_key(workspace.state)
    write_whole(workspace.state / PENDING, json.dumps({"keys": sorted(person.keys)}).encode())
    forgotten = read_forgotten(workspace.directory).with_keys(key, person.keys)
    write_forgotten(workspace.directory, forgotten)
    manifest = read_manifest(workspace.state / "landing")
    found = where_named(manifest, person.keys, exports)
    remove_unlisted(manifest)
    for name in DERIVED:
        (workspace.state / name).unlink(missing_ok=True)
    longer = scrub(manifest, key, forgotten, exports)
    write_forgotten(workspace.directory, longer)
    write_manifest(manifest)
    files_of = {part["parquet"]: entry.file for entry in manifest.landed.values() for part in entry.parts}
    files_of |= {entry.rejected: entry.file for entry in manifest.landed.values() if entry.rejected}
    return [Trace(workspace.directory / files_of[name], "landed", rows) for name, rows in found.items()]


def take_out_of_results(workspace: Workspace, person: Person) -> list[Trace]:
    """Takes the person out of whatever else names them: kept versions, kept runs, the run history, alerts."""
    found = []
    for path, words in _searched(workspace, person):
        is_published = path.is_relative_to(workspace.publish)
        named = traces_in(path, sorted(person.keys) if is_published else words)
        if named and not (is_published and not named[0].table):  # of a version no page is torn out
            take_out(path, words)
        found += named
    return found


def still_there(workspace: Workspace, person: Person) -> tuple[int, list[Trace]]:
    """How many files were searched, and where the person is found yet."""
    searched = list(_searched(workspace, person))
    return len(searched), [trace for path, words in searched for trace in traces_in(path, words)]


def finish(workspace: Workspace) -> None:
    """The person is gone: the note of who goes is the last trace of them."""
    (workspace.state / PENDING).unlink(missing_ok=True)


def _searched(workspace: Workspace, person: Person) -> Iterator[tuple[Path, list[str]]]:
    """All files of the state and of what is published, with what to look for: in landed text, which others wrote, an
    address is their word."""
    landing = workspace.state / "landing"
    left_out = [workspace.state / name for name in NOT_SEARCHED]
    for folder in (workspace.state, workspace.publish):
        for path in files(folder):
            if not any(path == one or path.is_relative_to(one) for one in left_out):
                yield path, sorted(person.keys) if path.is_relative_to(landing) else person.words


def _pending(workspace: Workspace) -> set[str]:
    try:
        return set(json.loads((workspace.state / PENDING).read_text(encoding="utf-8"))["keys"])
    except (FileNotFoundError, ValueError, KeyError):
        return set()


def _unfinished(begun: set[str]) -> UserError:
    return UserError(f"somebody else was not forgotten to the end; first finish it with: {_asked(begun)}")


def _asked(keys: set[str]) -> str:
    key = min(keys)
    return f"waystage forget {'-- ' if key.startswith('-') else ''}{key}"


def _spelled(workspace: Workspace, exports: Exports, key: IdentityKey, ids: set[str]) -> set[str]:
    """The keys that ids have, whichever of the sources they are of."""
    namespaces = _namespaces(workspace, exports)
    return {key.hashed(namespace, _normalised(namespace, one)) for namespace in namespaces for one in ids}


def _namespaces(workspace: Workspace, exports: Exports) -> list[str]:
    """Of ids: the one they share, and those of the vendors' own."""
    found = {"id"}
    for program in workspace.programs:
        for source in with_instances(program, exports):
            connector = exports.connectors.get(source.connector)
            for stream in connector.streams if connector else ():
                found |= set(
                    stream_target(exports.connectors[source.connector], stream, source.instance).namespaces.values()
                )
    return sorted(found - {"email"})


def _normalised(namespace: str, value: str) -> str:
    with duckdb.connect(":memory:") as con:
        row = con.execute(f"select {normalised_sql(namespace, '$1::varchar')}", [value]).fetchone()
    return str(row[0]) if row and row[0] is not None else ""


def _apart(workspace: Workspace, manifest: Manifest, exports: Exports, spelled: Iterable[str]) -> list[set[str]]:
    """Those of these keys that landed rows name, with all keys of the same person, person by person."""
    people: list[set[str]] = []
    for one in sorted(spelled):
        if any(one in person for person in people) or not where_named(manifest, [one], exports):
            continue
        people.append(_all_keys(workspace, manifest, exports, {one}))
    return people


def _all_keys(workspace: Workspace, manifest: Manifest, exports: Exports, keys: set[str]) -> set[str]:
    """These keys and all that lists of people, or the last run, take for the same person's."""
    known: set[str] = set()
    while keys != known:
        known = keys
        keys = same_person(manifest, known, exports)
        keys |= _staged(workspace, keys)
    return known


def _staged(workspace: Workspace, keys: set[str]) -> set[str]:
    path = workspace.state / "warehouse.duckdb"
    if not path.is_file():
        return set()
    try:
        with duckdb.connect(str(path), read_only=True) as con:
            rows = con.execute(
                "with person as (select unnest($1::varchar[]) as person_key"
                " union select person_key from staging.identity where list_contains($1::varchar[], key))"
                " select person_key from person"
                " union select key from staging.identity join person using (person_key)",
                [sorted(keys)],
            ).fetchall()
    except duckdb.Error:  # not built yet, or cut short: lists of people say it as well
        return set()
    return {str(key) for (key,) in rows}
