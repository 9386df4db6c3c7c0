"""One message as a record: who wrote to whom and when, its links, and of each file name, size and content hash.

Texts are looked through for links and let go, and so are attachments. A message that cannot be read is a record of why.
"""

import binascii
import hashlib
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from mimetypes import MimeTypes
from typing import Any

from connectors.mail_headers import addresses, decoded, is_text_codec, kind_of, text_of, time_of
from connectors.mail_links import is_forward, links_of_html, links_of_text
from connectors.mail_pieces import MOST_BYTES, Piece

MOST_HEADER_BYTES = 1 << 19
MOST_PARTS = 5000
MOST_TEXT = 1 << 21  # characters of one text that are looked through for links
HASH_DIGITS = 24
# an attachment is mostly lines like these: they are taken out before the parser sees them, and read once it knows them
ENCODED = re.compile(rb"(?<=\n)(?:[A-Za-z0-9+/]{60,76}\r?\n){40,}")
TAKEN = re.compile(rb"WaystageTaken([0-9]{9})\r?\n")
NO_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))
NO_FILES = {
    "text/calendar", "application/ics", "application/pkcs7-signature", "application/x-pkcs7-signature",
    "application/pgp-signature", "application/pgp-encrypted", "application/pgp-keys", "text/x-vcard", "text/vcard",
    "text/rfc822-headers", "message/delivery-status", "message/disposition-notification", "text/x-amp-html",
}  # fmt: skip
ENDINGS = MimeTypes()  # those of the library: what this machine knows decides nothing
BROKEN = "legal: a message with its headers, as the mail program exports it; export it again"

Record = dict[str, Any]


def record_of(piece: Piece) -> Record:
    """What a message says, or `trouble`: why it cannot be read."""
    at = f"message {piece.number:,}" + (f" at byte {piece.offset:,}" if piece.offset else "")
    base: Record = {"at": at, "sent_at": None, "recipients": [], "attachments": []}
    if piece.content is None:
        limit = f"legal: at most {MOST_BYTES:,} bytes; leave it out of the export"
        return base | {"trouble": f"has {piece.size:,} bytes; {limit}"}
    try:
        return base | _read(piece.content, piece.envelope)
    except RecursionError:
        return base | {"trouble": f"is nested too deep to be read; {BROKEN}"}
    except Exception as error:  # noqa: BLE001  mail is written by strangers: the parser fails in ways nobody has listed
        return base | {"trouble": f"cannot be read ({type(error).__name__}); {BROKEN}"}


def _read(content: bytes, envelope: bytes) -> Record:
    content = content.lstrip(b"\r\n\xef\xbb\xbf")
    ends = [place for mark in (b"\n\n", b"\r\n\r\n", b"\r\r") if (place := content.find(mark)) >= 0]
    if (min(ends) if ends else len(content)) > MOST_HEADER_BYTES:
        return {"trouble": f"has headers of more than {MOST_HEADER_BYTES:,} bytes; {BROKEN}"}
    if content.count(b"\n--") > 4 * MOST_PARTS:
        return {"trouble": f"has more than {MOST_PARTS:,} parts; {BROKEN}"}
    taken: list[bytes] = []

    def take(found: re.Match[bytes]) -> bytes:
        taken.append(found[0])
        return b"WaystageTaken%09d\n" % (len(taken) - 1)

    message = message_from_bytes(ENCODED.sub(take, content))
    if not message.keys():
        return {"trouble": f"has no headers; {BROKEN}"}
    subject = text_of(message.get("Subject"))
    senders = addresses(message, "From") or addresses(message, "Sender")
    sender = senders[0] if senders else None
    kind = kind_of(message, subject, sender or "")
    files, links = _given(message, subject, taken) if kind == "message" else ([], [])
    told = {"To": addresses(message, "To"), "Cc": addresses(message, "Cc"), "Bcc": addresses(message, "Bcc")}
    record = {
        "message_key": "",
        "sent_at": time_of(message, envelope),
        "sender": sender,
        "kind": kind,
        "subject": subject,
        "links": links,
        "recipients": [{"address": one, "role": role.lower()} for role, listed in told.items() for one in listed],
        "attachments": files,
    }
    # some programs give every message one id; of what has none, the copy that was received names no blind copies
    known = str(message.get("Message-ID", "")).strip().strip("<>")
    said = (known,) if known else (subject, told["To"], told["Cc"], links, files)
    record["message_key"] = _digest(repr((record["sent_at"], sender, said)).encode("utf-8", "replace"))
    if kind == "message" and not record["recipients"]:
        return record | {"trouble": f"names nobody it was sent to; {BROKEN}"}
    return record


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:HASH_DIGITS]


def _given(message: Message, subject: str, taken: list[bytes]) -> tuple[list[Record], list[str]]:
    """The files attached, and the links in the texts."""
    files: list[Record] = []
    texts: list[tuple[str, str]] = []
    for part in _parts(message):
        kind, charset = part.get_content_type(), _charset(part)
        if (file := _file(part, kind, taken)) is not None:
            files.append(file)
        elif kind in ("text/html", "text/plain"):
            texts.append((kind, decoded(_content(part, taken), charset)[:MOST_TEXT]))
    forwards = any(is_forward(subject, text) for _, text in texts)
    links: dict[str, None] = {}
    for kind, text in texts:
        given = links_of_html if kind == "text/html" else links_of_text
        links.update(dict.fromkeys(given(text, is_forward=forwards)))
    return files, list(links)


def _parts(message: Message) -> Iterator[Message]:
    """Parts that hold something, those of messages within included; of alternatives the richest that has text."""
    waiting = [message]
    seen = 0
    while waiting and seen < MOST_PARTS:
        part = waiting.pop()
        seen += 1
        if not part.is_multipart():
            yield part
            continue
        payload = part.get_payload()
        inner = [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []
        if part.get_content_type() == "multipart/alternative":
            html = [
                one for one in inner if one.get_content_type() in ("text/html", "multipart/related", "multipart/mixed")
            ]
            plain = [one for one in inner if one.get_content_type() == "text/plain"]
            others = [one for one in inner if one not in html and one not in plain]
            waiting += [*others, *(html or plain)][::-1]
        else:
            waiting += inner[::-1]


def _file(part: Message, kind: str, taken: list[bytes]) -> Record | None:
    """A file that was attached; None for texts, signatures, invitations and the pictures in a text."""
    name = text_of(part.get_filename())
    disposition = str(part.get("Content-Disposition", "")).partition(";")[0].strip().casefold()
    if kind in NO_FILES or not (name or disposition == "attachment"):
        return None
    if kind.startswith("image/") and (disposition == "inline" or "Content-ID" in part):
        return None
    content = _content(part, taken)
    if kind.startswith("text/"):
        content = content.replace(b"\r\n", b"\n")  # a line end says where it was exported, not what it holds
    digest = _digest(content) if content else None
    # without a name its kind says at least whether it is a document
    return {
        "name": name or f"unnamed{ENDINGS.guess_extension(kind) or ''}",
        "media_type": kind,
        "size": len(content),
        "content_hash": digest,
    }


def _charset(part: Message) -> str | None:
    """The stated charset, if mail can be written in it; one that cannot is taken out, for the library would try it."""
    try:
        stated = part.get_content_charset()
    except (LookupError, ValueError):
        stated = ""
    if stated is None or is_text_codec(stated):
        return stated
    part.del_param("charset")
    return None


def _content(part: Message, taken: list[bytes]) -> bytes:
    def put_back(found: re.Match[bytes]) -> bytes:
        number = int(found[1])
        return taken[number] if number < len(taken) else found[0]

    if str(part.get("Content-Transfer-Encoding", "")).strip().casefold() != "base64":
        plain = part.get_payload(decode=True)
        return TAKEN.sub(put_back, plain) if isinstance(plain, bytes) else b""
    encoded = part.get_payload()
    raw = TAKEN.sub(put_back, encoded.encode("ascii", "replace")) if isinstance(encoded, str) else b""
    marks = raw.translate(None, NO_BASE64)
    # what is cut off within four marks holds no byte more
    return binascii.a2b_base64(marks + b"==" if len(marks) % 4 > 1 else marks[: len(marks) // 4 * 4])
