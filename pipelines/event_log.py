"""Dagster's event log, written without reopening its files for every event."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dagster._core.storage.event_log import SqliteEventLogStorage
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

INDEX = "index"
BUSY_SECONDS = 30


class HeldEventLog(SqliteEventLogStorage):
    """The stock SQLite event log, same files, with one connection held per file for the length of a run.

    The stock one opens, syncs and closes a file several times an event, which took longer than all of our own work.
    `synchronous = normal` may lose the newest events when the machine goes down, never the file.
    """

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> HeldEventLog:
        """As Dagster makes it from its settings."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def run_connection(self, run_id: str | None = None) -> Iterator[Connection]:
        """A transaction on one run's file."""
        with self._held(run_id or INDEX) as connection:
            yield connection

    @contextmanager
    def index_connection(self) -> Iterator[Connection]:
        """A transaction on the file shared by all runs."""
        with self._held(INDEX) as connection:
            yield connection

    @contextmanager
    def _held(self, shard: str) -> Iterator[Connection]:
        connections: dict[str, Connection] = self.__dict__.setdefault("connections", {})
        if shard not in connections:
            with self._connect(shard):  # makes the file where there is none
                pass
            given = {"timeout": BUSY_SECONDS, "check_same_thread": False}
            engine = create_engine(self.conn_string_for_shard(shard), poolclass=NullPool, connect_args=given)
            connections[shard] = engine.connect()
            connections[shard].execute(text("pragma synchronous = normal"))
            connections[shard].commit()
        with self._db_lock, connections[shard].begin():
            yield connections[shard]

    def dispose(self) -> None:
        """Closes what is held."""
        for connection in self.__dict__.pop("connections", {}).values():
            connection.close()
        super().dispose()
