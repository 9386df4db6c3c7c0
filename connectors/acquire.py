"""Brings what a source names to files on this machine before anything lands: what lies elsewhere, and what is packed.

    source in waystage.yaml             brought by
    path: exports/, exports/a.zip       this machine; archives are unpacked (`unpack`)
    url: https://…                      `fetch_http`
    url: s3://, gs://, az://, sftp://   `fetch_files`
    connection: …, query: …             `fetch_sql`
    pull: {…}                           `pull_source`, which keeps its own pages

A fetcher gives `Fetched` files, kept in the source's cache, and raises UnusableExport where it can give nothing: then
the last good copies stand in, and say so. Nothing else leaves a fetcher, and no text of it holds a secret.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from connectors.contract import ProgramConfig, SourceConfig
from connectors.discover import find_files, is_archive, shown
from connectors.errand import Errand, Say, older_copy
from connectors.fetch_cache import Cache, open_cache
from connectors.fetched import Brought, Fetched
from connectors.problem import NoAnswer, UnusableExport

Fetcher = Callable[[Errand], list[Fetched]]
HTTP = ("http", "https")


def acquire(
    state: Path, programs: Sequence[ProgramConfig], say: Say = lambda _text: None, *, is_check: bool = False
) -> tuple[ProgramConfig, ...]:
    """The programs with `brought` on each source that does not simply lie here; `state` is the workspace's `.waystage`.

    What is wrong with a source is told by its files (`Fetched.trouble`); nothing is raised for it. A check removes
    nothing from the cache, since a run may be reading it.
    """
    return tuple(
        program.model_copy(
            update={"sources": tuple(_brought(state, program.id, source, say, is_check) for source in program.sources)}
        )
        for program in programs
    )


def _brought(state: Path, program_id: str, source: SourceConfig, say: Say, is_check: bool) -> SourceConfig:
    workspace = state.parent
    if source.pull is not None:
        from connectors.pull_source import bring  # noqa: PLC0415  only where a vendor's API is asked

        return source.model_copy(update={"brought": bring(state, program_id, source, say, is_check=is_check)})
    fetch = _fetcher(source)
    here = None
    if fetch is None:
        found = find_files(source, workspace)
        if not any(is_archive(path.name) for path in found.files):
            return source
        files = tuple(Fetched(path, shown(path, workspace)) for path in found.files)
        here = Brought(files, tuple(shown(path, workspace) for path in found.ignored), found.reasons)
    origin = f"{source.remote.shown} {sorted(source.remote.queries.items())}" if source.remote else ""
    cache = open_cache(state, program_id, source.name, origin)
    try:
        if fetch is not None:
            here = Brought(tuple(_fetched(fetch, Errand(program_id, source, cache, workspace, say, is_check))))
        assert here is not None  # noqa: S101  one of the two ways gave it
        here = _without_archives(here, source, cache, say)
        if not is_check:
            cache.prune()
    finally:  # also where a stop cuts it short: what is whole need not be fetched again
        cache.write()
    return source.model_copy(update={"brought": here})


def _fetcher(source: SourceConfig) -> Fetcher | None:
    """What brings the source, or None where it lies here. Imported only where a source needs it."""
    if source.remote is None:
        return None
    if source.remote.queries:
        from connectors.fetch_sql import fetch_queries  # noqa: PLC0415

        return fetch_queries
    if source.remote.scheme in HTTP:
        from connectors.fetch_http import fetch_url  # noqa: PLC0415

        return fetch_url
    from connectors.fetch_files import fetch_files  # noqa: PLC0415

    return fetch_files


def _fetched(fetch: Fetcher, errand: Errand) -> list[Fetched]:
    """What the fetcher gives, or all that is kept of the source, each saying why nothing newer is there."""
    try:
        return fetch(errand)
    except UnusableExport as error:
        name = errand.source.remote.shown if errand.source.remote else errand.source.name
        reason = error.at(name).reason
        may_pass = isinstance(error, NoAnswer)
        kept = [older_copy(errand.cache, known, reason, may_pass) for known in sorted(errand.cache.kept)]
        return [one for one in kept if one.path is not None] or [Fetched(None, name, reason, may_pass)]


def _without_archives(here: Brought, source: SourceConfig, cache: Cache, say: Say) -> Brought:
    if not any(file.path is not None and is_archive(file.path.name) for file in here.files):
        return here
    from connectors.unpack import unpack  # noqa: PLC0415

    files: list[Fetched] = []
    ignored = list(here.ignored)
    for file in here.files:
        if file.path is None or not is_archive(file.path.name):
            files.append(file)
            continue
        say(f"unpacking {file.name}")
        inside = unpack(file.path, file.name, cache, source.unpack_limit_gb)
        # what stands in for a newer archive holds entries that stand in for newer ones
        files += [replace(one, trouble=one.trouble or file.trouble, may_pass=file.may_pass) for one in inside.files]
        ignored += inside.ignored
    return Brought(tuple(files), tuple(ignored), here.reasons)
