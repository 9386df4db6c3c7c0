"""Which Waystage this is."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def waystage_version() -> str:
    """The installed version; `0+source` when run from a checkout that is not installed."""
    try:
        return version("waystage")
    except PackageNotFoundError:
        return "0+source"
