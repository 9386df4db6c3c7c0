"""What a fetcher is handed, and what it does where a file cannot be had."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from connectors.contract import SourceConfig
from connectors.discover import is_export
from connectors.fetch_cache import Cache
from connectors.fetched import Fetched, Remote
from connectors.problem import UnusableExport

Say = Callable[[str], None]  # a line about what is going on
PATIENCE_S = (10, 60)  # to connect, and between two pieces of an answer
PAUSES_S = (1.0, 3.0, 9.0)  # before another try


@dataclass(frozen=True)
class Errand:
    """One source to be fetched: what a fetcher is handed."""

    program_id: str
    source: SourceConfig
    cache: Cache
    workspace: Path  # the folder that relative paths count from
    say: Say
    is_check: bool = False  # only the shape is wanted: a query need not give all its rows

    @property
    def remote(self) -> Remote:
        """Where the source lies; only sources that lie elsewhere are fetched."""
        assert self.source.remote is not None  # noqa: S101
        return self.source.remote


def older_copy(cache: Cache, name: str, reason: str, may_pass: bool) -> Fetched:
    """The last good copy of a file that could not be fetched, which says so; without one, only why."""
    path = cache.path(name)
    if path is None:
        return Fetched(None, name, reason, may_pass)
    told = f"not fetched, so the copy of {cache.kept[name].fetched_at} UTC is used; {reason}"
    return Fetched(path, name, told, may_pass)


def kept_as(part: Path, file_name: str) -> str:
    """The name a fetched file is kept under: an address need not end as its content does."""
    if not is_export(file_name) and zipfile.is_zipfile(part):
        with zipfile.ZipFile(part) as archive:
            return file_name + (".xlsx" if "xl/workbook.xml" in archive.namelist() else ".zip")
    return file_name


def not_installed(extra: str, missing: ImportError) -> UnusableExport:
    """A source of a kind that this installation cannot read yet."""
    return UnusableExport(
        f"this kind of source needs a package that is not installed ({missing.name})",
        f"an installation with the extra `{extra}`",
        f"pip install 'waystage[{extra}]'",
    )
