"""A standalone Spark cluster of two workers and an S3-compatible store, all on loopback."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pyspark

WORKERS = 2
PATIENCE_S = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """The address of a master with two workers of one core and 1 GiB each, in processes of their own."""
    port = free_port()
    master = f"spark://127.0.0.1:{port}"
    with ExitStack() as running:
        ports = ["--host", "127.0.0.1", "--port", str(port), "--webui-port", str(free_port())]
        running.enter_context(_daemon(folder, "master", ["org.apache.spark.deploy.master.Master", *ports]))
        _wait_for(port)
        for number in range(WORKERS):
            place = ["--host", "127.0.0.1", "--webui-port", str(free_port()), "--work-dir", str(folder / f"w{number}")]
            kind = "org.apache.spark.deploy.worker.Worker"
            running.enter_context(
                _daemon(folder, f"worker-{number}", [kind, "--cores", "1", "--memory", "1g", *place, master])
            )
        yield master


@contextmanager
def _daemon(folder: Path, name: str, words: list[str]) -> Iterator[None]:
    home = Path(pyspark.__file__).parent
    folder.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {"SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}
    with (folder / f"{name}.log").open("w") as log:
        process = subprocess.Popen(
            [home / "bin" / "spark-class", *words], stdout=log, stderr=log, env=environment, cwd=folder
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait()


def _wait_for(port: int) -> None:
    for _ in range(PATIENCE_S * 10):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(f"nothing answers at port {port}")


@contextmanager
def bucket() -> Iterator[tuple[str, dict[str, object]]]:
    """The address of an empty bucket, and how a client reaches it."""
    import boto3  # noqa: PLC0415
    from moto.server import ThreadedMotoServer  # noqa: PLC0415

    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line a request
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        reached = {"key": "test", "secret": "test", "endpoint_url": f"http://{host}:{port}"}
        boto3.client(
            "s3",
            endpoint_url=reached["endpoint_url"],
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106
        ).create_bucket(Bucket="waystage")
        yield "s3://waystage/spark", reached
    finally:
        server.stop()
