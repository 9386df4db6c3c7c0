"""A server over SFTP whose host key is known: fsspec's file system would trust whoever answers first."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import paramiko
from fsspec.implementations.sftp import SFTPFileSystem

from connectors.errand import PATIENCE_S
from connectors.problem import UnusableExport

OPTIONS = {"username", "password", "key_filename", "passphrase", "known_hosts", "look_for_keys", "allow_agent"}


class _KnownHost(SFTPFileSystem):  # type: ignore[misc]
    def _connect(self) -> None:
        given = dict(self.ssh_kwargs)
        known_hosts = given.pop("known_hosts", None)
        for unused in ("skip_instance_cache", "use_listings_cache"):
            given.pop(unused, None)
        self.client = paramiko.SSHClient()
        self.client.load_system_host_keys()
        if known_hosts:
            self.client.load_host_keys(str(Path(known_hosts).expanduser()))
        self.client.set_missing_host_key_policy(paramiko.RejectPolicy())
        self.client.connect(self.host, timeout=PATIENCE_S[0], banner_timeout=30, auth_timeout=30, **given)
        self.ftp = self.client.open_sftp()
        self.ftp.get_channel().settimeout(PATIENCE_S[1])


def open_sftp(address: str, options: dict[str, Any]) -> SFTPFileSystem:
    """A connection to the server of sftp://[user[:password]@]host[:port]/path. Raises what paramiko raises."""
    if unknown := sorted(set(options) - OPTIONS):
        raise UnusableExport(f"unknown option {unknown[0]!r}", ", ".join(sorted(OPTIONS)), "correct `options:`")
    parts = urlsplit(address)
    given: dict[str, Any] = {"port": parts.port or 22, **options}
    if parts.username:
        given["username"] = unquote(parts.username)
    if parts.password:
        given["password"] = unquote(parts.password)
    return _KnownHost(parts.hostname or "", skip_instance_cache=True, **given)
