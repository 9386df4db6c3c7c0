"""The headers of all signals, for those who judge: without their SQL, which takes as long to parse as judging does."""

from __future__ import annotations

from pathlib import Path

from transforms.header import SignalHeader, read_header

SIGNALS = Path(__file__).parent / "signals"


def signal_headers() -> dict[str, SignalHeader]:
    """The header of each signal that ships, by name. Raises HeaderError for one that cannot be read."""
    return {path.stem: read_header(path, SignalHeader) for path in sorted(SIGNALS.glob("*.sql"))}
