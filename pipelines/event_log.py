"""Dagster's event log, written without reopening its files for every event."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from threading import RLock
from typing import Any

import dagster as dg
from dagster._core.storage.event_log import SqliteEventLogStorage
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

INDEX = "index"
BUSY_SECONDS = 30


class HeldEventLog(SqliteEventLogStorage):
    """The stock SQLite event log, same files, with one connection held per file for the length of a run.

    The stock one opens, syncs and closes a file several times an event, and asks it several times an event which
    tables and columns it has, which took longer than all of our own work. `synchronous = normal` may lose the newest
    events when the machine goes down, never the file.
    """

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> HeldEventLog:
        """As Dagster makes it from its settings."""
        log = cls(inst_data=inst_data, **config_value)
        log.__dict__["_db_lock"] = RLock()  # a batch holds it over its events, each of which takes it
        return log

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

    def has_table(self, table_name: str) -> bool:
        """Whether the shared file has a table; one that is there stays."""
        return self._once(("table", table_name), lambda: super(HeldEventLog, self).has_table(table_name))

    def _has_asset_key_col_on_connection(self, conn: Connection, column_name: str) -> bool:
        asked = super()._has_asset_key_col_on_connection
        return self._once(("column", column_name), lambda: asked(conn, column_name))

    def _once(self, key: tuple[str, str], ask: Callable[[], bool]) -> bool:
        known: set[tuple[str, str]] = self.__dict__.setdefault("known", set())
        if key not in known and ask():
            known.add(key)
        return key in known

    def store_event_batch(self, events: Sequence[dg.EventLogEntry]) -> None:
        """All of them or none, in one transaction a file."""
        with ExitStack() as batch:
            for shard in {INDEX, *(event.run_id for event in events)}:
                batch.enter_context(self._held(shard))
            super().store_event_batch(events)

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
        connection = connections[shard]
        with self._db_lock, nullcontext() if connection.in_transaction() else connection.begin():
            yield connection

    def dispose(self) -> None:
        """Closes what is held."""
        for connection in self.__dict__.pop("connections", {}).values():
            connection.close()
        super().dispose()
