"""Dagster's event log, written without reopening its files for every event, and many events at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from dagster import AssetKey, DagsterEventType, EventLogEntry
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.base import AssetRecord
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

INDEX = "index"
BUSY_SECONDS = 30
# these come by the hundred, one for every asset and check; each of the others has them written, too
NUMEROUS = {
    DagsterEventType.ASSET_MATERIALIZATION_PLANNED,
    DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED,
    DagsterEventType.STEP_OUTPUT,
    DagsterEventType.ASSET_MATERIALIZATION,
    DagsterEventType.ASSET_CHECK_EVALUATION,
}
MOST_WAITING = 500


class HeldEventLog(SqliteEventLogStorage):
    """The stock SQLite event log, same files, with one connection held per file for the length of a run.

    The stock one opens, syncs and closes a file several times an event, which took longer than all of our own work.
    `synchronous = normal` may lose the newest events when the machine goes down, never the file. Events that come by
    the hundred are written together, at the latest when the step that they are of has ended.
    """

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        self._lock = threading.RLock()
        self._connections: dict[str, Connection] = {}
        self._waiting: list[EventLogEntry] = []
        self._made: dict[AssetKey, AssetRecord | None] = {}  # what this run materialised, as far as it is known
        self._tables: set[str] = set()
        super().__init__(base_dir, inst_data)  # opens the file of all runs

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> HeldEventLog:
        """As Dagster makes it from its settings."""
        return cls(inst_data=inst_data, **config_value)

    def store_event(self, event: EventLogEntry) -> None:
        """Keeps an event, and writes it down with those that wait unless many more of its kind are to come."""
        with self._lock:
            self._waiting.append(event)
            made = event.dagster_event
            if made and made.event_type == DagsterEventType.ASSET_MATERIALIZATION and made.asset_key:
                self._made[made.asset_key] = None
            is_one_of_many = event.is_dagster_event and event.get_dagster_event().event_type in NUMEROUS
            if not is_one_of_many or len(self._waiting) == MOST_WAITING:
                self._write()

    def get_asset_records(self, asset_keys: Sequence[AssetKey] | None = None) -> Sequence[AssetRecord]:
        """As the stock one; what this run materialised is read once, since it is asked for at every check."""
        if asset_keys is None or not self._made.keys() >= set(asset_keys):
            return super().get_asset_records(asset_keys)
        with self._lock:
            if any(self._made[key] is None for key in asset_keys):
                unknown = [key for key, record in self._made.items() if record is None]
                found = super().get_asset_records(unknown)
                self._made.update({record.asset_entry.asset_key: record for record in found})
            return [record for key in asset_keys if (record := self._made[key])]

    @contextmanager
    def run_connection(self, run_id: str | None = None) -> Iterator[Connection]:
        """A transaction on one run's file."""
        self._write()
        with self._held(run_id or INDEX) as connection:
            yield connection

    @contextmanager
    def index_connection(self) -> Iterator[Connection]:
        """A transaction on the file shared by all runs."""
        self._write()
        with self._held(INDEX) as connection:
            yield connection

    def _write(self) -> None:
        """Writes down what waits, as one transaction on each file."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
            if not waiting:
                return
            runs = {event.run_id or INDEX for event in waiting} - {INDEX}
            with ExitStack() as held:
                for shard in [INDEX, *sorted(runs)]:
                    held.enter_context(self._held(shard))
                for event in waiting:
                    super().store_event(event)

    @contextmanager
    def _held(self, shard: str) -> Iterator[Connection]:
        with self._lock:
            connection = self._connections.get(shard) or self._opened(shard)
            if connection.in_transaction():  # of `_write`
                yield connection
                return
            with connection.begin():
                yield connection

    def _opened(self, shard: str) -> Connection:
        with self._connect(shard):  # makes the file where there is none
            pass
        given = {"timeout": BUSY_SECONDS, "check_same_thread": False}
        engine = create_engine(self.conn_string_for_shard(shard), poolclass=NullPool, connect_args=given)
        connection = self._connections[shard] = engine.connect()
        connection.execute(text("pragma synchronous = normal"))
        connection.commit()
        return connection

    def has_table(self, table_name: str) -> bool:
        """Whether the file of all runs has a table; one that is there stays."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def _has_asset_key_index_cols_on_connection(self, conn: Connection) -> bool:
        return True  # its files are made by this Dagster; the stock one looks at the table for every event

    def delete_events(self, run_id: str) -> None:
        """Takes a run out, its file included, which the stock one leaves as large as it was."""
        with self.index_connection() as connection:
            self.delete_events_for_run(connection, run_id)
        with self._lock:
            if run_id in self._connections:
                self._connections.pop(run_id).close()
            self._initialized_dbs.discard(run_id)
            for ending in ("", "-wal", "-shm"):
                Path(self.path_for_shard(run_id) + ending).unlink(missing_ok=True)

    def dispose(self) -> None:
        """Writes what waits and closes what is held."""
        self._write()
        with self._lock:
            for connection in self._connections.values():
                connection.close()
            self._connections.clear()
        super().dispose()
