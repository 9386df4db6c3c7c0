"""What the headers of a message say: who wrote to whom, when, and what kind of message it is.

Read by the plain functions of the standard library, not by its newer header classes, which take fifteen times as long
and break on addresses that no standard allows and mail has all the same.
"""

import codecs
import datetime as dt
import re
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_tz

LONGEST_TEXT = 500
NO_TEXTS = {
    "idna",
    "punycode",
    "unicode_escape",
    "raw_unicode_escape",
    "undefined",
}  # codecs that no mail is written in
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
STATES_ZONE = re.compile(r"(?:\s[+-][0-9]{4}|\b(?:UT|UTC|GMT|Z|[ECMP][SD]T))\b")
ENVELOPE_TIME = re.compile(rb"([A-Z][a-z]{2} +[A-Z][a-z]{2} +[0-9]{1,2} +[0-9:]{5,8}.{0,30}[0-9]{4})")
DRAFTS = {
    "draft", "drafts", "entwurf", "entwürfe", "brouillon", "brouillons", "borrador", "borradores", "bozza", "bozze",
    "rascunho", "rascunhos", "concept", "concepten", "utkast", "kladder", "luonnokset", "下書き", "草稿", "임시보관함",
}  # fmt: skip
CHATS = {"chat", "chats"}
AUTO_SUBJECT = re.compile(
    r"\s*(?:auto(?:matic|mated)?[ -]?(?:reply|response)|out of (?:the )?office|automatische antwort|abwesenheit"
    r"|r[eé]ponse automatique|respuesta autom[aá]tica|risposta automatica|automatisch antwoord|resposta autom[aá]tica"
    r"|autosvar|自動応答|自动回复)",
    re.IGNORECASE,
)
DAEMON = re.compile(r"(?:mailer-daemon|postmaster)@", re.IGNORECASE)


def text_of(value: object) -> str:
    """A header as a reader sees it, in one line: encoded words decoded, in another charset where theirs is wrong."""
    raw = str(value or "")[: 20 * LONGEST_TEXT]
    parts: list[tuple[bytes | str, str | None]] = [(raw, None)]
    if "=?" in raw:
        try:
            parts = decode_header(raw)
        except (HeaderParseError, ValueError):
            parts = [(raw, None)]
    return " ".join(CONTROL.sub(" ", "".join(decoded(part, charset) for part, charset in parts)).split())[:LONGEST_TEXT]


def decoded(part: bytes | str, charset: str | None) -> str:
    """Text of what came in a charset that may be wrong, unknown or unstated."""
    content = part if isinstance(part, bytes) else part.encode("utf-8", "surrogateescape")
    for name in (charset if isinstance(part, bytes) else None, "utf-8"):
        try:
            if name and is_text_codec(name):
                return str(content.decode(name))
        except ValueError:
            continue
    return content.decode("cp1252", "replace")


def is_text_codec(name: str) -> bool:
    """Whether a charset is one that text is written in; some that Python knows take very long on hostile text."""
    try:
        "".encode(name)  # what packs bytes, such as zlib, refuses text
        return codecs.lookup(name).name not in NO_TEXTS
    except (LookupError, ValueError, AttributeError):
        return False


def addresses(message: Message, *names: str) -> list[str]:
    """Addresses in these headers, in any spelling; a text that is none where a header has no other."""
    found: dict[str, None] = {}
    for name in names:
        for value in message.get_all(name, []):
            raw = str(value)
            read = _addresses(raw)
            if not read and "=?" in raw:
                read = _addresses(text_of(raw))
            if not read and raw.strip() and not re.search(r":\s*;\s*$", raw):  # an empty group names nobody
                read = [text_of(raw)]
            found.update(dict.fromkeys(read))
    return [address for address in found if address]


def _addresses(raw: str) -> list[str]:
    # a comma in a name that is not quoted gives parts that are no address
    given = [CONTROL.sub("", address).strip("<>'\" ").removeprefix("mailto:") for _, address in getaddresses([raw])]
    return [address for address in given if "@" in address or address.startswith("/")]


def time_of(message: Message, envelope: bytes) -> str | None:
    """When a message was sent, as ISO 8601: its own date, else when the last server or the mailbox took it in."""
    received = [str(value).rpartition(";")[2] for value in message.get_all("Received", [])[:1]]
    line = ENVELOPE_TIME.search(envelope)
    written = [line[1].decode("ascii", "replace")] if line else []
    stated = [
        str(value) for name in ("Date", "Resent-Date", "Delivery-Date") for value in message.get_all(name, [])[:1]
    ]
    for text in (*stated, *received, *written):
        if (found := _iso(text)) is not None:
            return found
    return None


def _iso(text: str) -> str | None:
    text = text_of(text)
    try:
        read = parsedate_tz(text)
        if not read:
            return None
        moment = dt.datetime(*read[:6])
        # without a zone it is the clock of the source
        if not STATES_ZONE.search(text):
            return moment.isoformat()
        return f"{(moment - dt.timedelta(seconds=read[9] or 0)).isoformat()}Z"
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def kind_of(message: Message, subject: str, sender: str) -> str:
    """message, or what nobody wrote or sent: bounce, auto_reply, list, draft, chat."""
    labels = {label.strip().strip('"').casefold() for label in text_of(message.get("X-Gmail-Labels")).split(",")}
    if labels & DRAFTS or str(message.get("X-Unsent", "")).strip() == "1":
        return "draft"
    if labels & CHATS:
        return "chat"
    if _content_type(message) == "multipart/report" or DAEMON.match(sender):
        return "bounce"
    precedence = str(message.get("Precedence", "")).strip().casefold()
    if (
        str(message.get("Auto-Submitted", "no")).strip().casefold().partition(";")[0] != "no"
        or any(name in message for name in ("X-Autoreply", "X-Autorespond"))
        or precedence == "auto_reply"
        or str(message.get("Return-Path", "")).strip() == "<>"
        or AUTO_SUBJECT.match(subject)
    ):
        return "auto_reply"
    if precedence in ("bulk", "list", "junk") or any(name in message for name in ("List-Id", "List-Unsubscribe")):
        return "list"
    return "message"


def _content_type(message: Message) -> str:
    return str(message.get("Content-Type", "")).partition(";")[0].strip().casefold()
