"""Fetches files from object storage (s3://, gs://, az://) or over sftp://: a file, a folder or a glob."""

from __future__ import annotations

import json
import logging
import socket
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from connectors.discover import is_export, is_hidden
from connectors.errand import PATIENCE_S, PAUSES_S, Errand, kept_as, not_installed, older_copy
from connectors.fetched import Fetched, Remote
from connectors.machine import is_at_fault
from connectors.problem import NoAnswer, UnusableExport, unread

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

PROTOCOLS = {"s3": "s3", "gs": "gcs", "az": "abfs", "sftp": "sftp"}
MAGIC = "*?["
# how the systems name what changes with a file
TAGS = ("ETag", "etag", "md5Hash")
TIMES = ("LastModified", "last_modified", "updated", "mtime")
REFUSALS = (
    *("401", "403", "AccessDenied", "Forbidden", "Unauthorized", "InvalidAccessKeyId", "SignatureDoesNotMatch"),
    *("InvalidToken", "ExpiredToken", "AuthenticationFailed", "AuthorizationFailure", "AuthenticationException"),
)


def fetch_files(errand: Errand) -> list[Fetched]:
    """Every file the URL names. A file that cannot be fetched is told and stood in for; the others are fetched.

    Raises UnusableExport where not even the names can be had, or there are none.
    """
    remote = errand.remote
    for name in ("paramiko", "botocore", "s3fs", "gcsfs", "fsspec", "azure", "google", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # they log what is told here once more, with tracebacks
    try:
        with closing(_Store(remote)) as store:
            infos = store.listed()
            return [_fetch(store, info, errand, f"{n} of {len(infos)}") for n, info in enumerate(infos, 1)]
    except UnusableExport:
        raise
    except ImportError as error:
        raise not_installed("remote", error) from None
    except Exception as error:  # each of four libraries raises its own; all become an instruction
        if is_at_fault(error):
            raise
        raise _told(remote, error) from None


class _Store:
    """One bucket, container or server, opened for one source."""

    def __init__(self, remote: Remote) -> None:
        self.remote = remote
        self.system = _open(remote)
        address = remote.address
        is_server = remote.scheme == "sftp"  # a bucket is part of the path, a host is not
        self.path = unquote(urlsplit(address).path) if is_server else str(self.system._strip_protocol(address))

    def close(self) -> None:
        """Ends the connection where there is one of its own."""
        if client := getattr(self.system, "client", None):
            client.close()

    def listed(self) -> list[Mapping[str, Any]]:
        """Name, size and marks of every file, in a stable order."""
        if any(mark in self.path for mark in MAGIC):
            hits: dict[str, Mapping[str, Any]] = self.system.glob(self.path, detail=True)
            found = {name: info for name, info in hits.items() if info["type"] == "file"}
            for name, info in hits.items():  # writers of many parts name a folder like a file
                if info["type"] == "directory" and is_export(name.rstrip("/")):
                    found |= self._below(name)
        elif self.remote.address.endswith("/") or self.system.isdir(self.path):
            found = self._below(self.path)
        else:
            return [self.system.info(self.path)]
        found = {name: info for name, info in found.items() if not is_hidden(name.rsplit("/", 1)[-1])}
        if not found:
            raise UnusableExport(
                "no export is there", "a file, a folder of exports (ending in /) or a glob", "correct `url:`"
            )
        return [found[name] for name in sorted(found)]

    def _below(self, folder: str) -> dict[str, Mapping[str, Any]]:
        found = self.system.find(folder, detail=True)
        return {name: info for name, info in found.items() if is_export(name) and info.get("size") != 0}

    def shown(self, info: Mapping[str, Any]) -> str:
        """The file's address as its user knows it."""
        host = urlsplit(self.remote.address).netloc.rpartition("@")[2] if self.remote.scheme == "sftp" else ""
        return self.remote.masked(f"{self.remote.scheme}://{host}{info['name']}")


def _open(remote: Remote) -> AbstractFileSystem:
    import fsspec  # noqa: PLC0415

    options: dict[str, Any] = dict(remote.options)
    if remote.scheme == "sftp":
        from connectors.sftp import open_sftp  # noqa: PLC0415

        return open_sftp(remote.address, options)
    if remote.scheme == "s3":
        tried = {"connect_timeout": PATIENCE_S[0], "read_timeout": PATIENCE_S[1], "retries": {"max_attempts": 3}}
        options["config_kwargs"] = {**tried, **options.get("config_kwargs", {})}
    return fsspec.filesystem(PROTOCOLS[remote.scheme], skip_instance_cache=True, use_listings_cache=False, **options)


def _fetch(store: _Store, info: Mapping[str, Any], errand: Errand, count: str) -> Fetched:
    name, cache = store.shown(info), errand.cache
    marks = [
        info.get("size"),
        *(next((str(info[key]) for key in keys if info.get(key) is not None), None) for keys in (TAGS, TIMES)),
    ]
    mark = json.dumps(marks)
    if any(marks[1:]) and cache.is_current(name, mark):
        return Fetched(cache.path(name), name)
    errand.say(f"fetching {count}: {name}")
    try:
        with cache.part(name) as part:
            _download(store, info, part)
            return Fetched(cache.keep(name, mark, part, kept_as(part, info["name"])), name)
    except Exception as error:  # as above, for one file
        if is_at_fault(error):
            raise
        told = error if isinstance(error, UnusableExport) else _told(store.remote, error)
        return older_copy(cache, name, told.at(name).reason, isinstance(told, NoAnswer))


def _download(store: _Store, info: Mapping[str, Any], part: Path) -> None:
    """Tries a few times; what is shorter or longer than announced is not whole."""
    for pause_s in (*PAUSES_S, None):
        try:
            store.system.get_file(info["name"], str(part))
            if info.get("size") in (None, part.stat().st_size):
                return
            error: Exception = UnusableExport(
                f"{part.stat().st_size:,} of {info['size']:,} bytes came",
                "a whole file",
                "try again once it is written",
            )
        except (FileNotFoundError, PermissionError):
            raise
        except Exception as failed:
            if _is_refusal(failed):
                raise
            error = failed
        if pause_s is None:
            raise error
        time.sleep(pause_s)
        with suppress(OSError):
            part.unlink()


def _is_refusal(error: Exception) -> bool:
    text = f"{type(error).__name__} {error}"
    return isinstance(error, PermissionError) or any(word in text for word in REFUSALS)


def _told(remote: Remote, error: Exception) -> UnusableExport:
    text = remote.masked(f"{type(error).__name__}: {error}".splitlines()[0])[:200]
    names = ", ".join(f"${{{name}}}" for name in remote.secrets) or "`options:`"
    host = urlsplit(remote.shown).hostname or remote.shown
    if isinstance(error, FileNotFoundError) or "NoSuchBucket" in text:
        return UnusableExport(
            "no such file, folder or bucket there", "one that these credentials can see", "correct `url:`"
        )
    if "NoCredentials" in text or "DefaultCredentialsError" in text:
        return UnusableExport("no credentials were found", "keys in `options:`, each as ${NAME}, or in the environment",
                              "see docs/sources.md for the options of each kind of storage")  # fmt: skip
    if _is_refusal(error):
        return UnusableExport(
            f"the server refuses it ({text})", "credentials that may list and read it", f"renew {names}"
        )
    if "not found in known_hosts" in text:
        return UnusableExport(
            f"the host key of {host} is not known, so nothing was sent to it",
            "a server whose key is in ~/.ssh/known_hosts, or in the file that the option `known_hosts` names",
            "add it with ssh-keyscan once you have compared its fingerprint with the owner's",
        )
    if "BadHostKey" in text:
        return UnusableExport(
            f"{host} shows another host key than the one that is known, so nothing was sent to it",
            "the server that was meant",
            "ask its owner whether the key was changed, then replace it in known_hosts",
        )
    if isinstance(error, TimeoutError) or "Timeout" in text or "timed out" in text:
        return NoAnswer("it did not answer in time", "a server that answers", "try again later")
    if isinstance(error, socket.gaierror) or "Name or service" in text or "getaddrinfo" in text:
        return UnusableExport(
            f"no host is called {host}", "a name that is known here", "correct `url:`, or the network"
        )
    if isinstance(error, TypeError | ValueError):
        return UnusableExport(f"the options cannot be used ({text})", "options of this kind of storage",
                              "correct `options:`; see docs/sources.md")  # fmt: skip
    if isinstance(error, PermissionError):
        return unread(error)
    return NoAnswer(f"it cannot be fetched ({text})", "storage that answers", "correct `url:`, or try again later")
