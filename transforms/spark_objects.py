"""Tables on their way between DuckDB and Spark in an object store (s3://, gs://, az://).

Where Spark has a Hadoop connector for the store, Spark reads and writes it itself. Where it has none, as PySpark from
the package index, its Python workers do, by PyArrow and the same clients that fetch exports; then they need those.
"""

from __future__ import annotations

import json
import sys
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from py4j.protocol import Py4JJavaError
from pyspark import cloudpickle
from pyspark.sql.datasource import DataSource, DataSourceArrowWriter, DataSourceReader, InputPartition
from pyspark.sql.datasource import WriterCommitMessage as Message
from pyspark.sql.types import StructType

from transforms.spark_sql import view_name
from transforms.spark_store import GIVEN, MADE, rows_of, write_pieces

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

FORMAT = "waystage_objects"
HADOOP = {"s3": "s3a", "gs": "gs"}  # what Hadoop's connectors call them
ROWS = 65_536  # of one batch between a worker's Python and its Java


@dataclass(frozen=True)
class ObjectStore:
    """A prefix of an object store; `options` are those of its client, `scratch` is on this machine."""

    spark: SparkSession
    url: str
    scratch: Path
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def give(self, con: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str]) -> None:
        folder = self.scratch / GIVEN / view_name(table)
        write_pieces(con, table, columns, folder)
        self._client.put(f"{folder}/", f"{self._place(GIVEN, table)}/", recursive=True)

    def given(self, spark: SparkSession, table: str) -> DataFrame:
        return self._read(spark, self._place(GIVEN, table))

    def make(self, rows: DataFrame, table: str) -> DataFrame:
        place = self._place(MADE, table)
        if self.is_native:
            rows.write.mode("overwrite").parquet(self._native(place))
        else:
            self._remove(place)
            # Spark looks for the names of formats in the session of the thread, which ours have not
            spark = rows.sparkSession
            java: Any = spark._jvm
            java.SparkSession.setActiveSession(spark._jsparkSession)
            rows.write.format(FORMAT).options(**self._told(place)).mode("append").save()
        return self._read(rows.sparkSession, place, rows.schema)

    def made(self, table: str) -> str:
        folder = self.scratch / MADE / view_name(table)
        folder.mkdir(parents=True, exist_ok=True)
        for name in self._client.glob(f"{self._place(MADE, table)}/*.parquet"):
            self._client.get_file(name, str(folder / name.rsplit("/", 1)[-1]))
        return rows_of(folder)

    def clear(self) -> None:
        """Removes all of it."""
        self._remove(self.url)

    @property
    def needs(self) -> list[str]:
        """The packages without which the store cannot be reached."""
        client = {"s3": "s3fs", "gs": "gcsfs", "az": "adlfs"}[_scheme(self.url)]
        return [client] if self.is_native else [client, "pyarrow"]

    @cached_property
    def is_native(self) -> bool:
        """Whether Spark itself can read the store; else its Python workers are made ready to."""
        scheme = _scheme(self.url)
        if scheme in HADOOP and self._has_connector(HADOOP[scheme]):
            return True
        cloudpickle.register_pickle_by_value(sys.modules[__name__])  # type: ignore[no-untyped-call]  # workers lack it
        self.spark.dataSource.register(Objects)
        return False

    def _has_connector(self, scheme: str) -> bool:
        java: Any = self.spark.sparkContext._jvm
        hadoop = self.spark.sparkContext._jsc.hadoopConfiguration()
        try:
            java.org.apache.hadoop.fs.FileSystem.getFileSystemClass(scheme, hadoop)
        except Py4JJavaError:
            return False
        return True

    @property
    def _client(self) -> Any:
        return _client(self.url, self.options)

    def _remove(self, place: str) -> None:
        if self._client.exists(place):
            self._client.rm(place, recursive=True)

    def _read(self, spark: SparkSession, place: str, schema: StructType | None = None) -> DataFrame:
        if self.is_native:
            return spark.read.parquet(self._native(place))
        reader = spark.read.format(FORMAT).options(**self._told(place))
        return (reader.schema(schema) if schema else reader).load()

    def _place(self, what: str, table: str) -> str:
        return f"{self.url}/{what}/{view_name(table)}"

    def _native(self, place: str) -> str:
        scheme, _, rest = place.partition("://")
        return f"{HADOOP[scheme]}://{rest}"

    def _told(self, place: str) -> dict[str, str]:
        # Spark's logs and pages black out an option of this name
        return {"place": place, "secret": json.dumps(dict(self.options))}


class Objects(DataSource):
    """All Parquet under a prefix, read and written by Spark's Python workers."""

    @classmethod
    def name(cls) -> str:
        return FORMAT

    def schema(self) -> StructType:
        import pyarrow.parquet as pq  # noqa: PLC0415  on the workers
        from pyspark.sql.pandas.types import from_arrow_schema  # noqa: PLC0415

        client, place = _told_client(self.options)
        with client.open(client.glob(f"{place}/*.parquet")[0]) as file:
            return from_arrow_schema(pq.read_schema(file), prefer_timestamp_ntz=True)

    def reader(self, schema: StructType) -> ObjectReader:
        return ObjectReader(dict(self.options), schema)

    def writer(self, schema: StructType, overwrite: bool) -> ObjectWriter:
        return ObjectWriter(dict(self.options), schema)


@dataclass
class ObjectReader(DataSourceReader):
    """One task a row group."""

    options: dict[str, str]
    schema: StructType

    def partitions(self) -> list[InputPartition]:
        import pyarrow.parquet as pq  # noqa: PLC0415

        client, place = _told_client(self.options)
        pieces: list[InputPartition] = []
        for name in sorted(client.glob(f"{place}/*.parquet")):
            with client.open(name) as file:
                pieces += [InputPartition((name, group)) for group in range(pq.ParquetFile(file).num_row_groups)]
        return pieces

    def read(self, partition: InputPartition) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa  # noqa: PLC0415
        import pyarrow.parquet as pq  # noqa: PLC0415
        from pyspark.sql.pandas.types import to_arrow_schema  # noqa: PLC0415

        if partition.value is None:  # how Spark asks where there are no rows at all
            return
        file_name, group = partition.value
        client, _ = _told_client(self.options)
        wanted = to_arrow_schema(self.schema)
        with client.open(file_name) as file:
            batches = pq.ParquetFile(file).iter_batches(ROWS, row_groups=[group], columns=wanted.names)
            for batch in batches:
                yield from pa.Table.from_batches([batch]).select(wanted.names).cast(wanted).to_batches()


@dataclass
class Written(Message):
    """The files of one task."""

    files: list[str]


@dataclass
class ObjectWriter(DataSourceArrowWriter):
    """One file a task; one without rows where there are none, since a table of no files has no columns."""

    options: dict[str, str]
    schema: StructType

    def write(self, iterator: Iterator[pa.RecordBatch]) -> Message:
        first = next((batch for batch in iterator if batch.num_rows), None)
        return Written([] if first is None else [self._file(first.schema, chain([first], iterator))])

    def commit(self, messages: list[Message | None]) -> None:
        from pyspark.sql.pandas.types import to_arrow_schema  # noqa: PLC0415

        if not any(isinstance(one, Written) and one.files for one in messages):
            self._file(to_arrow_schema(self.schema), [])

    def abort(self, messages: list[Message | None]) -> None:
        client, _ = _told_client(self.options)
        for one in messages:
            for name in one.files if isinstance(one, Written) else []:
                client.rm_file(name)

    def _file(self, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> str:
        import pyarrow.parquet as pq  # noqa: PLC0415

        client, place = _told_client(self.options)
        name = f"{place}/part-{uuid.uuid4().hex}.parquet"
        with client.open(name, "wb") as file, pq.ParquetWriter(file, schema) as parquet:
            for batch in batches:
                parquet.write_batch(batch)
        return name


def _told_client(options: Mapping[str, str]) -> tuple[Any, str]:
    return _client(options["place"], json.loads(options["secret"])), options["place"]


def _client(url: str, options: Mapping[str, Any]) -> Any:
    import fsspec  # noqa: PLC0415  seconds, with what lies behind it

    return fsspec.filesystem(_scheme(url), use_listings_cache=False, **options)


def _scheme(url: str) -> str:
    return url.split("://", maxsplit=1)[0]
