"""Sources in object storage and on an SFTP server, from servers on this machine."""

from __future__ import annotations

import importlib
import os
import socket
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from connectors import fetch_files
from tests.remote_world import ACCOUNTS, CHANGED, MORE, REQUIRE_ALL, SECRET, bring, reason, told, written

if REQUIRE_ALL:
    import boto3
    import paramiko
    from moto.server import ThreadedMotoServer
else:
    boto3 = pytest.importorskip("boto3", reason="moto is not installed; pip install -e .[test]")
    ThreadedMotoServer = pytest.importorskip("moto.server", reason="pip install -e .[test]").ThreadedMotoServer
    paramiko = pytest.importorskip("paramiko", reason="paramiko is not installed; pip install -e .[test]")

BUCKET = "exports"


@dataclass
class Bucket:
    endpoint: str
    client: Any

    def put(self, files: dict[str, str | bytes]) -> None:
        for name, content in files.items():
            self.client.put_object(Bucket=BUCKET, Key=name, Body=content)

    def source(self, url: str) -> str:
        return (
            f"url: {url}\noptions: {{key: '${{S3_KEY}}', secret: '${{S3_SECRET}}', endpoint_url: {self.endpoint},"
            " client_kwargs: {region_name: us-east-1}}"
        )


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    monkeypatch.setenv("S3_KEY", "AKIAEXAMPLE")
    monkeypatch.setenv("S3_SECRET", SECRET)
    monkeypatch.setattr(fetch_files, "PAUSES_S", (0.0, 0.0))
    client = boto3.client(
        "s3",
        endpoint_url=s3,
        aws_access_key_id="a",
        aws_secret_access_key="b",  # noqa: S106
        region_name="us-east-1",
    )
    client.create_bucket(Bucket=BUCKET)
    yield Bucket(s3, client)
    for item in client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        client.delete_object(Bucket=BUCKET, Key=item["Key"])
    client.delete_bucket(Bucket=BUCKET)


def test_a_file_a_folder_and_a_glob_of_a_bucket_land_under_their_addresses(tmp_path: Path, bucket: Bucket) -> None:
    bucket.put({"crm/a.csv": ACCOUNTS, "crm/deep/b.csv": MORE, "crm/readme.md": "hi", "other/c.csv": "x"})
    assert told(bring(tmp_path / "1", bucket.source("s3://exports/crm/a.csv"))) == {
        "s3://exports/crm/a.csv": ("loaded", 2)
    }
    both = {"s3://exports/crm/a.csv": ("loaded", 2), "s3://exports/crm/deep/b.csv": ("loaded", 1)}
    for n, url in enumerate(("s3://exports/crm/", "s3://exports/crm", "s3://exports/crm/**/*.csv")):
        assert told(bring(tmp_path / f"f{n}", bucket.source(url))) == both
    assert told(bring(tmp_path / "g", bucket.source("s3://exports/crm/*.csv"))) == {
        "s3://exports/crm/a.csv": ("loaded", 2)
    }


def test_only_what_changed_is_fetched_again_and_what_is_gone_leaves(
    tmp_path: Path, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket.put({"crm/a.csv": ACCOUNTS, "crm/b.csv": MORE})
    source = bucket.source("s3://exports/crm/")
    fetched: list[str] = []
    download = fetch_files._download
    monkeypatch.setattr(
        fetch_files, "_download", lambda store, info, part: (fetched.append(info["name"]), download(store, info, part))
    )
    bring(tmp_path, source)
    bring(tmp_path, source)
    assert fetched == ["exports/crm/a.csv", "exports/crm/b.csv"]
    bucket.put({"crm/a.csv": CHANGED})
    bucket.client.delete_object(Bucket=BUCKET, Key="crm/b.csv")
    assert told(bring(tmp_path, source)) == {"s3://exports/crm/a.csv": ("loaded", 3)}
    assert fetched[2:] == ["exports/crm/a.csv"]
    assert len(list((tmp_path / ".waystage/fetched/harborline/s").iterdir())) == 2


def test_one_file_that_cannot_be_had_leaves_the_others(
    tmp_path: Path, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket.put({"crm/a.csv": ACCOUNTS, "crm/b.csv": MORE})
    source = bucket.source("s3://exports/crm/")
    bring(tmp_path, source)
    bucket.put({"crm/a.csv": CHANGED, "crm/b.csv": CHANGED.replace("A", "B"), "crm/new.csv": MORE.replace("A3", "A4")})
    download = fetch_files._download

    def fails(store: Any, info: Any, part: Path) -> None:
        if not info["name"].endswith("a.csv"):
            raise PermissionError("Forbidden")
        download(store, info, part)

    monkeypatch.setattr(fetch_files, "_download", fails)
    report = bring(tmp_path, source)
    assert told(report) == {
        "s3://exports/crm/a.csv": ("loaded", 3),
        "s3://exports/crm/b.csv": ("stale", 1),
        "s3://exports/crm/new.csv": ("rejected", 0),
    }
    assert len(report.problems) == 2


def test_half_a_file_is_never_landed(tmp_path: Path, bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket.put({"a.csv": ACCOUNTS})
    whole = fetch_files._Store

    class Cut(whole):  # type: ignore[misc,valid-type]
        def __init__(self, remote: Any) -> None:
            super().__init__(remote)
            get = self.system.get_file

            def cut(name: str, path: str) -> None:
                get(name, path)
                os.truncate(path, 30)

            self.system.get_file = cut

    monkeypatch.setattr(fetch_files, "_Store", Cut)
    report = bring(tmp_path, bucket.source("s3://exports/a.csv"))
    assert told(report) == {"s3://exports/a.csv": ("rejected", 0)}
    assert f"30 of {len(ACCOUNTS)} bytes came" in reason(report)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("s3://exports/none.csv", "no such file, folder or bucket there"),
        ("s3://nowhere/a.csv", "no such file, folder or bucket there"),
        ("s3://exports/*.csv", "no export is there"),
        ("s3://exports/empty/", "no export is there"),
    ],
)
def test_what_is_not_there_is_told(tmp_path: Path, bucket: Bucket, url: str, message: str) -> None:
    assert message in reason(bring(tmp_path, bucket.source(url)))


def test_the_whole_bucket_going_away_leaves_the_last_good_copies(tmp_path: Path, bucket: Bucket) -> None:
    bucket.put({"a.csv": ACCOUNTS, "b.csv": MORE})
    bring(tmp_path, bucket.source("s3://exports/"))
    source = bucket.source("s3://exports/")
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    gone = source.replace(bucket.endpoint, f"http://127.0.0.1:{port}")
    report = bring(tmp_path, gone)
    assert told(report) == {"s3://exports/a.csv": ("stale", 2), "s3://exports/b.csv": ("stale", 1)}


def test_a_storage_secret_is_written_nowhere(tmp_path: Path, bucket: Bucket, capfd: pytest.CaptureFixture[str]) -> None:
    bucket.put({"a.csv": ACCOUNTS})
    report = bring(tmp_path, bucket.source("s3://exports/a.csv"))
    report_bad = bring(tmp_path, bucket.source("s3://exports/none.csv"))
    seen = str(report) + str(report_bad) + "".join(capfd.readouterr())
    assert "s3cr3t" not in seen
    assert "AKIAEXAMPLE" not in seen
    assert b"s3cr3t" not in written(tmp_path)
    assert b"AKIAEXAMPLE" not in written(tmp_path)


class _Login(paramiko.ServerInterface):  # type: ignore[misc,name-defined]
    def check_auth_password(self, username: str, password: str) -> int:
        known = (username, password) == ("ada", SECRET)
        return int(paramiko.AUTH_SUCCESSFUL if known else paramiko.AUTH_FAILED)

    def get_allowed_auths(self, _username: str) -> str:
        return "password"

    def check_channel_request(self, _kind: str, _channel: int) -> int:
        return int(paramiko.OPEN_SUCCEEDED)


class _Folder(paramiko.SFTPServerInterface):  # type: ignore[misc,name-defined]
    root: Path

    def _at(self, path: str) -> Path:
        return self.root / self.canonicalize(path).lstrip("/")

    def list_folder(self, path: str) -> Any:
        try:
            return [
                paramiko.SFTPAttributes.from_stat(item.stat(), item.name) for item in sorted(self._at(path).iterdir())
            ]
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    def stat(self, path: str) -> Any:
        try:
            return paramiko.SFTPAttributes.from_stat(self._at(path).stat())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    lstat = stat

    def open(self, path: str, _flags: int, _attr: Any) -> Any:
        if "closed" in path:
            return paramiko.SFTP_PERMISSION_DENIED
        handle = paramiko.SFTPHandle()
        handle.readfile = self._at(path).open("rb")
        return handle


@dataclass
class Server:
    port: int
    root: Path
    known_hosts: Path

    def source(self, path: str, login: str = "ada:${SFTP_PASSWORD}", hosts: Path | None = None) -> str:
        return (
            f"url: sftp://{login}@127.0.0.1:{self.port}{path}\n"
            f"options: {{known_hosts: '{hosts or self.known_hosts}', look_for_keys: false, allow_agent: false}}"
        )

    def shown(self, path: str) -> str:
        return f"sftp://127.0.0.1:{self.port}{path}"


@pytest.fixture
def sftp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("SFTP_PASSWORD", SECRET)
    monkeypatch.setattr(fetch_files, "PAUSES_S", (0.0,))
    root = tmp_path / "served"
    root.mkdir()
    key = paramiko.RSAKey.generate(2048)
    listener = socket.create_server(("127.0.0.1", 0))
    transports: list[Any] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            transport = paramiko.Transport(connection)
            transport.add_server_key(key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, type("Folder", (_Folder,), {"root": root}))
            transports.append(transport)
            try:
                transport.start_server(server=_Login())
            except (paramiko.SSHException, EOFError):
                continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    port = listener.getsockname()[1]
    known_hosts = tmp_path / "known_hosts"
    known_hosts.write_text(f"[127.0.0.1]:{port} {key.get_name()} {key.get_base64()}\n")
    yield Server(port, root, known_hosts)
    listener.close()
    for transport in transports:
        transport.close()


def test_a_file_a_folder_and_a_glob_over_sftp_land(tmp_path: Path, sftp: Server) -> None:
    (sftp.root / "out/deep").mkdir(parents=True)
    (sftp.root / "out/a.csv").write_text(ACCOUNTS)
    (sftp.root / "out/deep/b.csv").write_text(MORE)
    assert told(bring(tmp_path / "1", sftp.source("/out/a.csv"))) == {sftp.shown("/out/a.csv"): ("loaded", 2)}
    assert told(bring(tmp_path / "2", sftp.source("/out/"))) == {
        sftp.shown("/out/a.csv"): ("loaded", 2),
        sftp.shown("/out/deep/b.csv"): ("loaded", 1),
    }
    assert told(bring(tmp_path / "3", sftp.source("/out/*.csv"))) == {sftp.shown("/out/a.csv"): ("loaded", 2)}


def test_what_fails_over_sftp_is_told_and_the_last_good_copy_stands_in(tmp_path: Path, sftp: Server) -> None:
    (sftp.root / "a.csv").write_text(ACCOUNTS)
    (sftp.root / "closed.csv").write_text(MORE)
    workspace = tmp_path / "ws"
    assert told(bring(workspace, sftp.source("/a.csv"))) == {sftp.shown("/a.csv"): ("loaded", 2)}
    (sftp.root / "a.csv").unlink()
    stale = bring(workspace, sftp.source("/a.csv"))
    assert told(stale) == {sftp.shown("/a.csv"): ("stale", 2)}
    assert "no such file" in reason(stale)
    assert told(bring(tmp_path / "2", sftp.source("/closed.csv"))) == {sftp.shown("/closed.csv"): ("rejected", 0)}


def test_a_wrong_password_is_told_and_not_written(
    tmp_path: Path, sftp: Server, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (sftp.root / "a.csv").write_text(ACCOUNTS)
    monkeypatch.setenv("SFTP_PASSWORD", "wr0ng-s3cr3t")
    report = bring(tmp_path / "ws", sftp.source("/a.csv"))
    assert "the server refuses it" in reason(report)
    assert "renew ${SFTP_PASSWORD}" in reason(report)
    seen = str(report) + "".join(capfd.readouterr())
    assert "s3cr3t" not in seen
    assert "Traceback" not in seen
    assert b"s3cr3t" not in written(tmp_path / "ws")


def test_nothing_is_sent_to_a_server_whose_key_is_not_known_or_another(tmp_path: Path, sftp: Server) -> None:
    (sftp.root / "a.csv").write_text(ACCOUNTS)
    none, other = tmp_path / "none", tmp_path / "other"
    none.write_text("")
    assert "host key of 127.0.0.1 is not known" in reason(bring(tmp_path / "1", sftp.source("/a.csv", hosts=none)))
    key = paramiko.RSAKey.generate(2048)
    other.write_text(f"[127.0.0.1]:{sftp.port} {key.get_name()} {key.get_base64()}\n")
    assert "another host key" in reason(bring(tmp_path / "2", sftp.source("/a.csv", hosts=other)))


def test_without_the_extra_the_message_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "s3fs", None)
    registry = importlib.import_module("fsspec.registry")
    monkeypatch.delitem(registry._registry, "s3", raising=False)
    assert "pip install 'waystage[remote]'" in reason(bring(tmp_path, "url: s3://exports/a.csv"))
