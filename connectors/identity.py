"""Keyed hashes of people and accounts: the same person gets the same key, and nobody can go back without the key file.

A key is HMAC-SHA-256 of `<namespace>|<normalised value>`, its first nine bytes written as base64url (12 characters).
"""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from connectors.durable import write_whole

BLOCK = 64  # bytes SHA-256 works on at a time
KEY_BYTES = 9
KEY_FILE_BYTES = 32
# Salesforce writes the id of an account, contact, user or lead with 15 characters in reports and with 18 elsewhere:
# the last three say which letters of the first 15 are capitals
SHORT_ID = "00[135Q][0-9A-Za-z]{12}"
CHECK_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


class BrokenKey(Exception):
    """The workspace's key cannot be used; the message says what to do."""


@dataclass(frozen=True)
class IdentityKey:
    """The workspace's secret. `repr` and logs show only its id."""

    secret: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """Names the key without telling it, so that a new key lands everything anew."""
        return hmac.new(self.secret, b"waystage key id", hashlib.sha256).hexdigest()[:8]

    def hashed(self, namespace: str, value: str) -> str:
        """The key of one normalised value; landing does the same in SQL."""
        digest = hmac.new(self.secret, f"{namespace}|{value}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest[:KEY_BYTES]).decode()


def load_key(workspace_state: Path) -> IdentityKey:
    """The key in `<workspace_state>/key`, made whole at first use (readable by the owner only).

    Raises BrokenKey for a file that holds no key: hashes under half a key would be nobody's secret.
    """
    path = workspace_state / "key"
    workspace_state.mkdir(parents=True, exist_ok=True)
    if path.exists():
        path.chmod(0o600)  # a copy or an unpacked backup may have come with other permissions
    else:
        write_whole(path, f"{secrets.token_hex(KEY_FILE_BYTES)}\n".encode())
    said = path.read_bytes().strip()
    if not re.fullmatch(rb"[0-9a-f]{64,}", said) or len(said) % 2:
        raise BrokenKey(
            f"{path}: this is no key; legal: 64 hexadecimal digits; put the copy of it back that you keep, or delete "
            "it, and a new one is made under which everybody is somebody else than before"
        )
    return IdentityKey(bytes.fromhex(said.decode()))


def install_key(con: duckdb.DuckDBPyConnection, key: IdentityKey) -> None:
    """Hand the key to an in-memory connection as bound values: it never is part of a statement."""
    block = key.secret.ljust(BLOCK, b"\0") if len(key.secret) <= BLOCK else hashlib.sha256(key.secret).digest()
    block = block.ljust(BLOCK, b"\0")
    inner = bytes(byte ^ 0x36 for byte in block)
    outer = bytes(byte ^ 0x5C for byte in block)
    con.execute("create or replace temp table identity_pad (inner_pad blob, outer_pad blob)")
    con.execute("insert into identity_pad values (?, ?)", [inner, outer])


def normalised_sql(namespace: str, value: str) -> str:
    """SQL for the text that is hashed: two spellings of one address or id must become one text."""
    if namespace == "email":
        return f"nullif(lower(regexp_replace(trim({value}), '^mailto:', '', 'i')), '')"
    # spreadsheets and data frames turn whole-number ids with gaps into 123.0
    whole = f"nullif(regexp_replace(trim({value}), '^(\\d+)\\.0$', '\\1'), '')"
    if namespace != "id":
        return whole
    short = f"trim({value})"
    return f"case when regexp_full_match({short}, '{SHORT_ID}') then {_completed(short)} else {whole} end"


def _completed(short: str) -> str:
    """SQL that writes a Salesforce id of 15 characters with 18, as most systems hold it.

    Ids that only look like one are completed everywhere alike, so no two become one and none is torn apart.
    """
    checks = []
    for start in (1, 6, 11):
        bits = " + ".join(
            f"{1 << place} * cast(substr({short}, {start + place}, 1) between 'A' and 'Z' as integer)"
            for place in range(5)
        )
        checks.append(f"substr('{CHECK_CHARACTERS}', 1 + {bits}, 1)")
    return f"{short} || {' || '.join(checks)}"


def hashed_sql(namespace: str, value: str) -> str:
    """SQL for the key of a normalised value; needs `identity_pad` in scope."""
    quoted = namespace.replace("'", "''")
    inner = f"unhex(sha256(inner_pad || encode('{quoted}|' || {value})))"
    digest = f"unhex(left(sha256(outer_pad || {inner}), {2 * KEY_BYTES}))"
    return f"translate(to_base64({digest}), '+/', '-_')"
