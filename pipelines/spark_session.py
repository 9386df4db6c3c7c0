"""The Spark session that a workspace asks for; without PySpark or Java, the line that installs it."""

from __future__ import annotations

import logging
import os
import re
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.problem import RunFailed, UserError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LEAST_JAVA = 17
LOGGING = Path(__file__).with_name("spark-log4j2.properties")
# what the same answer rests on: no setting of the workspace changes these
OURS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.ansi.enabled": "true",  # what overflows or is no number is an error, as in DuckDB
    "spark.sql.caseSensitive": "false",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
    "spark.sql.legacy.sizeOfNull": "false",
    "spark.ui.showConsoleProgress": "false",
}
DEFAULTS = {
    "spark.app.name": "waystage",
    "spark.ui.enabled": "false",
    "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={LOGGING.as_uri()}",
}
LOCAL = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": str(2 * (os.cpu_count() or 1)),  # 200 small ones would take longer than the work
}


def require() -> None:
    """UserError, with the line that installs what is missing, where PySpark or Java is."""
    if find_spec("pyspark") is None:
        raise UserError(
            f"--engine spark needs PySpark, which is not installed; {sys.executable} -m pip install 'waystage[spark]'"
        )
    java = _java()
    if java is None:
        raise UserError(
            f"--engine spark needs Java {LEAST_JAVA} or newer, and none was found in JAVA_HOME or on the PATH; "
            "apt-get install -y default-jre-headless"
        )
    version = _version(java)
    if version is not None and version < LEAST_JAVA:
        raise UserError(
            f"--engine spark needs Java {LEAST_JAVA} or newer, and {java} is {version}; "
            "apt-get install -y default-jre-headless"
        )


@contextmanager
def session(master: str, configuration: Mapping[str, str]) -> Iterator[SparkSession]:
    """A session of our own, ended after. UserError where something is missing; RunFailed where none can be had."""
    require()
    # of pandas we use nothing that PySpark touches
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    from pyspark.sql import SparkSession  # noqa: PLC0415  seconds: only where Spark runs

    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)  # each error as a page of JSON
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    is_local = master.startswith("local")
    builder = SparkSession.builder.master(master)
    for key, value in (DEFAULTS | (LOCAL if is_local else {}) | dict(configuration) | OURS).items():
        builder = builder.config(key, value)
    try:
        spark = builder.getOrCreate()
    except Exception as error:  # py4j tells of a master that does not answer in many ways
        raise RunFailed(f"spark: no session at {master}: {_first_line(error)}") from error
    spark.sparkContext.setLogLevel("ERROR")
    try:
        yield spark
    finally:
        spark.stop()


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__


def _java() -> str | None:
    home = os.environ.get("JAVA_HOME")
    if home and (Path(home) / "bin" / "java").is_file():
        return str(Path(home) / "bin" / "java")
    return shutil.which("java")


def _version(java: str) -> int | None:
    """The major version of a Java; None where it does not tell. Java 8 calls itself 1.8."""
    try:
        told = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=60, check=False).stderr  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r'version "(?:1\.)?(\d+)', told)
    return int(found[1]) if found else None
