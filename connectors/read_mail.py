"""Mail as rows: an mbox, or a file with one message, becomes a record per message, which the contract then judges."""

import json
import re
from dataclasses import replace
from itertools import islice
from pathlib import Path

from connectors.cast import Fault
from connectors.mail_message import record_of
from connectors.mail_pieces import FIRST, pieces
from connectors.rows import Rows

SUFFIXES = frozenset({".eml", ".mbox", ".mbx"})
HEADS_ONLY = 100  # messages looked at to tell that a file is mail
HEADER = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:[!-9;-~]{1,100}:[^\r\n]*(?:\r\n|\n|\r)(?:[ \t][^\r\n]*(?:\r\n|\n|\r))*){2,}"
)
KNOWN = re.compile(
    rb"^(?:from|to|date|subject|message-id|received|return-path|mime-version|delivered-to|x-gmail-labels):",
    re.IGNORECASE | re.MULTILINE,
)
UNREADABLE = Fault("_trouble is not null", "_trouble")


def looks_like_mail(head: bytes, suffix: str) -> bool:
    """Whether a file that begins so holds messages: it opens with a `From ` line or with headers of mail."""
    first = FIRST.match(head)
    if first is not None and (suffix in SUFFIXES or HEADER.match(head, first.end())):
        return True
    headers = HEADER.match(head[: 1 << 16])
    return headers is not None and len({name.lower() for name in KNOWN.findall(headers[0])}) > 1


def messages_as_json(path: Path, target: Path, *, is_one: bool, head_only: bool) -> Path:
    """A record for each message of the file, one per line, written to `target`."""
    found = pieces(path, is_one=is_one)
    with target.open("w", encoding="utf-8") as lines:
        for piece in islice(found, HEADS_ONLY) if head_only else found:
            lines.write(json.dumps(record_of(piece)) + "\n")
    return target


def told_of(rows: Rows, each: str | None) -> Rows:
    """The rows of messages with what a reason needs: which message it is, and why it could not be read."""
    if each:
        return replace(rows, asides={"_where": rows.text("^.at")})
    asides = {"_where": rows.text("at"), "_trouble": rows.text("trouble")}
    names = tuple(name for name in rows.names if name != "trouble")
    return replace(rows, names=names, faults=(UNREADABLE, *rows.faults), asides=asides)
