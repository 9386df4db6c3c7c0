"""Where a source lies, as waystage.yaml says it: what is wrong with that, and what a fetcher is handed of it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from connectors.declaration import Fault
from connectors.fetched import SECRET_PARAMETER, VARIABLE, Remote, filled_address, is_named, shown_address
from pipelines.workspace_model import SourceModel

FILE = "file://"
URLS = ("https", "http", "s3", "gs", "az", "sftp", "file")
DATABASES = ("postgresql", "postgres", "sqlite", "duckdb")
LEGAL_URL = "https://…, s3://…, gs://…, az://…, sftp://… or file://…"
LEGAL_CONNECTION = (
    "postgresql://user:${PASSWORD}@host/database, duckdb:///file.duckdb, sqlite:///file.db, or ${NAME} for all of it"
)
LEGAL_PLACE = "one of `path` (file, folder, glob or archive), `url`, `connection` with `query`, and `pull`"
LONGEST_PLAIN = 15  # characters of a parameter that may be called key or token and yet be none
NO_SECRETS = ("anon", "cloud", "google_default", "cache")  # what gcsfs takes as a `token`

Place = tuple[str | int, ...]
Add = Callable[[Place, str, str, str], None]  # place, seen, legal, what to do


def check_address(export: SourceModel, raw: Any, here: Place, add: Add) -> None:
    """Adds all that is wrong with where a source lies. `raw` is the source as written, with ${NAME} unfilled."""
    given = [name for name in ("path", "url", "connection", "pull") if getattr(export, name) is not None]
    if len(given) != 1:
        seen = (
            " and ".join(f"`{name}`" for name in given)
            if given
            else "neither `path` nor `url` nor `connection` nor `pull`"
        )
        add(here, seen, LEGAL_PLACE, "give one of them")
    if (export.connection is None) != (export.query is None):
        seen = "`query` without `connection`" if export.connection is None else "`connection` without `query`"
        add(here, seen, "both: the database, and the rows to read from it", "add the other one")
    if export.options and export.url is None:
        add((*here, "options"), "`options` without `url`", "options of a `url`", "remove them")
    written = raw if isinstance(raw, Mapping) else {}
    if export.url is not None:
        _check_url(export.url, str(written.get("url")), (*here, "url"), add)
    if export.connection is not None:
        _check_connection(export.connection, str(written.get("connection")), (*here, "connection"), add)
    for place, value in _texts(written.get("options"), (*here, "options")):
        name = str(place[-1])
        is_plain = VARIABLE.search(value) is None and value not in NO_SECRETS and "/" not in value
        if is_plain and SECRET_PARAMETER.search(name) and not name.startswith(("key_filename", "look_for")):
            _add_secret(place, name, add)


def _check_url(url: str, written: str, place: Place, add: Add) -> None:
    scheme = url.split("://", 1)[0].lower() if "://" in url else ""
    if scheme not in URLS:
        add(
            place, f"seen {shown_address(written)!r}", LEGAL_URL, "download the export and give its `path`, or mount it"
        )
    elif scheme != "file" and not _host(url):
        add(place, f"seen {shown_address(written)!r}: no host or bucket", LEGAL_URL, "name it after ://")
    _check_secrets(written, place, add)


def _check_connection(connection: str, written: str, place: Place, add: Add) -> None:
    scheme = connection.split("://", 1)[0].lower().split("+")[0] if "://" in connection else ""
    if scheme and scheme not in DATABASES:
        do = "have the tables exported as Parquet to object storage, and give their `url`"
        add(place, f"seen a connection to {scheme}", LEGAL_CONNECTION, do)
    _check_secrets(written, place, add)


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.rpartition("@")[2]
    except ValueError:
        return ""


def _check_secrets(written: str, place: Place, add: Add) -> None:
    """A secret that stands in waystage.yaml itself is in every copy of it."""
    try:
        parts = urlsplit(written)
        password = parts.netloc.rpartition("@")[0].partition(":")[2]
    except ValueError:
        return
    if password and not is_named(password):
        _add_secret(place, "password", add)
    for name, value in parse_qsl(parts.query):
        if SECRET_PARAMETER.search(name) and len(value) > LONGEST_PLAIN and not VARIABLE.search(value):
            _add_secret(place, name, add)


def _add_secret(place: Place, name: str, add: Add) -> None:
    example = re.sub(r"\W+", "_", name).upper()
    seen = f"`{name}` is written out"
    do = f"put it in the environment, write ${{{example}}} here, and have the one in this file replaced by its owner"
    add(place, seen, "secrets by the name of their variable", do)


def _texts(value: Any, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(item, (*place, str(key)))
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, place)
    elif isinstance(value, str):
        yield place, value


def raw_at(data: Any, place: Place) -> Any:
    """What waystage.yaml has at a place, or None."""
    for part in place:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def as_written(fault: Fault, data: Any) -> Fault:
    """The fault with the value as waystage.yaml has it: what came from the environment may be a secret."""
    value = data
    for part in fault.path:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            break
    if VARIABLE.search(str(value)) is None or fault.kind in ("missing", "extra_forbidden"):
        return fault
    return replace(fault, seen=value, message="another value")


def remote_of(export: SourceModel, raw: Any, name: str) -> Remote | None:
    """Where a source is fetched from, or None where it lies here."""
    written = raw if isinstance(raw, Mapping) else {}
    address = filled_address(str(written.get("url") or written.get("connection") or ""), os.environ)
    if not address or address.startswith(FILE):
        return None
    texts = [text for key in ("url", "connection", "options", "query") for _, text in _texts(written.get(key), (key,))]
    names = {found for text in texts for found in VARIABLE.findall(text)}
    queries = export.query or {}
    return Remote(
        address=address,
        shown=shown_address(str(written.get("url") or written.get("connection"))),
        queries={name.replace(":", "-"): queries} if isinstance(queries, str) else dict(queries),
        options=export.options,
        secrets={found: os.environ[found] for found in sorted(names) if os.environ.get(found)},
    )
