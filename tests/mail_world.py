"""Messages as mail programs write them, and files of them."""

from __future__ import annotations

import base64
from email.message import EmailMessage
from typing import Any

PDF = b"%PDF-1.7 " + bytes(range(256)) * 40
GUIDE = "https://help.staff.example/hc/en-us/articles/12-start"
ADA, BO = "ada@staff.example", "bo@customer.example"


def message(
    text: str = "Hello",
    *,
    html: str | None = None,
    files: dict[str, bytes] | None = None,
    headers: dict[str, str | None] | None = None,
    number: int = 1,
) -> EmailMessage:
    """A message from Ada of the staff to Bo; `headers` replace its own, None leaves one out."""
    made = EmailMessage()
    given: dict[str, str | None] = {
        "From": f"Ada Lovelace <{ADA}>",
        "To": f"Bo <{BO}>",
        "Subject": "The guide",
        "Date": f"Mon, 05 Jan 2026 10:{number // 60 % 60:02}:{number % 60:02} +0100",
        "Message-ID": f"<{number}@mail.staff.example>",
        **(headers or {}),
    }
    for name, value in given.items():
        if value is not None:
            made[name] = value
    made.set_content(text)
    if html is not None:
        made.add_alternative(html, subtype="html")
    for name, content in (files or {}).items():
        made.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return made


def eml(text: str = "Hello", **given: Any) -> bytes:
    """One message as its bytes."""
    return message(text, **given).as_bytes()


def mbox(*messages: bytes, line: str = "From - Mon Jan  5 09:00:00 2026", end: str = "\n") -> bytes:
    """Messages one after the other, with `From ` at the beginning of a line quoted."""
    whole = b""
    for one in messages:
        quoted = b"\n".join(b">" + row if row.lstrip(b">").startswith(b"From ") else row for row in one.splitlines())
        whole += line.encode() + b"\n" + quoted + b"\n\n"
    return whole.replace(b"\n", end.encode())


def raw(headers: str, body: str = "Hello") -> bytes:
    """A message written by hand, with the headers that any needs unless it has them."""
    needed = {"From": ADA, "To": BO, "Date": "Mon, 05 Jan 2026 10:00:00 +0000", "Message-ID": "<raw@staff.example>"}
    named = {row.partition(":")[0].lower() for row in headers.splitlines()}
    lines = [f"{name}: {value}" for name, value in needed.items() if name.lower() not in named]
    return "\n".join([*lines, *(headers.splitlines()), "", body]).encode("utf-8", "surrogateescape")


def encoded(content: bytes, width: int = 76) -> str:
    """Base64 in lines, as attachments are sent."""
    text = base64.b64encode(content).decode()
    return "\n".join(text[start : start + width] for start in range(0, len(text), width))
