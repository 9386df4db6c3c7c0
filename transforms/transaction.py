"""Many small statements as one: each by itself would wait for the disk, and could be left without the others."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All that is done on the connection within takes effect at its end, or not at all. Writes to one database only."""
    con.begin()
    try:
        yield
    except BaseException:
        con.rollback()
        raise
    con.commit()
