"""What the customer wrote in a ticket: markup, quoted threads, signatures, footers and staff macros taken away.

Cue words in those parts belong to somebody else, or to nobody; a label must not hang on them.
"""

# ruff: noqa: E501 -- a pattern broken over lines is harder to read than a long one

from __future__ import annotations

import html
import re

_HTML = re.compile(r"<(/?[a-z][a-z0-9]*)\b[^<>]{0,2000}>", re.IGNORECASE)
_HTML_DROPPED = re.compile(
    r"<(blockquote|style|script|head)\b.*?(?:</\1\s*>|\Z)|<div[^<>]*(?:gmail_quote|signature|yahoo_quoted)[^<>]*>.*\Z|<!--.*?-->",
    re.IGNORECASE | re.DOTALL,
)
_HTML_BREAK = re.compile(r"<\s*(?:br|/p|/div|/li|/tr|/h[1-6])\b[^<>]*>", re.IGNORECASE)

# From here on another message is quoted.
_QUOTE_START = re.compile(
    r"^[^\S\n]*(?:"
    r"-{2,}\s*(?:original|ursprüngliche|mensaje|message d'origine|mensagem|oorspronkelijk|元のメッセージ).*"
    r"|_{10,}\s*$"
    r"|on\b.{4,200}\bwrote\s*:"
    r"|am\b.{4,200}\bschrieb\b.{0,120}:"
    r"|el\b.{4,200}\bescribi[oó]\s*:"
    r"|le\b.{4,200}\ba [eé]crit\s*:"
    r"|em\b.{4,200}\bescreveu\s*:"
    r"|op\b.{4,200}\bschreef\b.{0,120}:"
    r"|\d{4}年.{2,120}(?:wrote|書きました|のメール)\s*[:\uff1a]"
    r"|(?:from|von|de|van|差出人)\s*[:\uff1a].{0,200}\n\s*\*?(?:sent|date|to|subject|gesendet|datum|an|betreff|enviado|enviada|fecha|data|para|asunto|assunto|envoyé|objet|à|verzonden|aan|onderwerp|送信日時|宛先|件名)\s*[:\uff1a]"
    r")",
    re.IGNORECASE | re.MULTILINE,
)
_REPLY_LINE = re.compile(
    r"^.*(?:reply above this line|antworten sie oberhalb|responda por encima).*$",
    re.IGNORECASE | re.MULTILINE,
)
_QUOTED_LINE = re.compile(r"^[^\S\n]*>.*$", re.MULTILINE)

# From here on another message is passed on. Where the sender adds only a word or two, it is what the ticket asks.
_FORWARD = re.compile(
    r"^[^\S\n]*-{2,}\s*(?:forwarded message|weitergeleitete nachricht|mensaje reenviado|message transféré|mensagem encaminhada"
    r"|doorgestuurd bericht|転送).*$",
    re.IGNORECASE | re.MULTILINE,
)
_FORWARD_HEADER = re.compile(r"^[^\S\n]*\*?[\w -]{2,20}[:\uff1a].{0,200}$\n?", re.MULTILINE)
_FROM_STAFF = re.compile(
    r"^[^\S\n]*\*?\w+\s*[:\uff1a].{0,80}\b(?:support|help ?desk|no-?reply|customer (?:care|success))\b", re.IGNORECASE
)
_WORDS_OF_A_COVER_NOTE = 10

# What a machine wrote: of a pasted log the first line says enough.
_LOG_LINE = re.compile(
    r"^[^\S\n]*(?:\[?\d{4}-\d\d-\d\d[T ]\d\d:|\[?\d\d:\d\d:\d\d|at [\w.$<>]+ ?\(|File \".*\", line \d|Caused by:"
    r"|\[?(?:ERROR|WARN|WARNING|INFO|DEBUG|FATAL|TRACE)\b[\] :]).*$\n?",
    re.MULTILINE,
)

# From here on the writer signs, or a machine appends.
_SIGN_OFF = re.compile(
    r"^[^\S\n]*(?:--\s*"
    r"|(?:(?:best|kind|kindest|warm|warmest|many)\s+)?(?:regards|wishes|thanks)[\s,.!]*"
    r"|(?:thanks|thank you|cheers|sincerely|best|yours (?:truly|sincerely|faithfully)|thanks (?:in advance|again|so much|a lot)|thank you (?:in advance|very much|so much))[\s,.!]*"
    r"|(?:mit freundlichen grüßen|mit freundlichen gruessen|viele grüße|beste grüße|liebe grüße|freundliche grüße|vielen dank|danke|mfg)[\s,.!]*"
    r"|(?:saludos(?: cordiales)?|un saludo|atentamente|muchas gracias|gracias|cordialmente)[\s,.!]*"
    r"|(?:cordialement|bien cordialement|salutations|bien à vous|merci(?: d'avance| beaucoup)?)[\s,.!]*"
    r"|(?:atenciosamente|cumprimentos|com os melhores cumprimentos|abraços?|obrigad[oa](?: desde já)?|muito obrigad[oa])[\s,.!]*"
    r"|(?:met vriendelijke groet(?:en)?|vriendelijke groet(?:en)?|groet(?:en|jes)?|mvg|alvast bedankt|bedankt)[\s,.!]*"
    r"|(?:(?:どうぞ)?(?:よろしく|宜しく)お願い(?:いた|致)?します|敬具|以上)[\s。、]*"
    r"|sent from (?:my|outlook|mail|yahoo)\b.*|get outlook for\b.*|von meinem \w+ gesendet.*|enviado (?:desde|do meu)\b.*|envoyé de(?:puis)? mon\b.*|verzonden vanaf mijn\b.*|.{0,12}から送信"
    r")$",
    re.IGNORECASE | re.MULTILINE,
)
_OPENS_NOTHING = re.compile(
    r"\s*(?:--|sent from|get outlook|(?:\w+ )?(?:regards|wishes)|mit freundlichen|freundliche|viele gr|beste gr|liebe gr|mfg"
    r"|saludos cordiales|atentamente|cordialement|bien cordialement|salutations|atenciosamente|com os melhores"
    r"|met vriendelijke|vriendelijke groet|敬具)",
    re.IGNORECASE,
)
_FOOTER_LINE = re.compile(
    r"^.*(?:confidential|intended recipient|disclaimer|privacy policy|view (?:this|it) in (?:your|a) browser|you (?:are receiv|received) (?:ing )?this"
    r"|all rights reserved|follow us on|think before (?:you )?print|please consider the environment|virus[- ]free|scanned (?:by|for)|caution: external"
    r"|external e-?mail|vertraulich|confidencial|confidentiel|click here to unsubscribe|manage (?:your )?preferences|unsubscribe from|"
    r"visit our (?:academy|help cent|website)|powered by|book a meeting with me).*$",
    re.IGNORECASE | re.MULTILINE,
)
_MACRO_LINE = re.compile(
    r"^[^\S\n]*(?:(?:hi|hello|dear|hallo|hola|bonjour)\b[^.!?\n]{0,40}[,!.]?\s*)?"
    r"(?:thank(?:s| you) for (?:contacting|reaching out|getting in touch|your (?:message|request))"
    r"|we(?: have|'ve) received your request|your (?:request|ticket|case)\b.{0,40}\b(?:has been|was) (?:received|created|updated|solved|closed)"
    r"|this is an automated (?:message|response|reply)|please (?:do not|don't) reply to this)\b.*$",
    re.IGNORECASE | re.MULTILINE,
)
_GREETING = re.compile(
    r"^[^\S\n]*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|greetings|hallo|guten (?:tag|morgen)|liebes?|hola|buenos días|buenas|estimad[oa]s?|bonjour|salut|olá|oi|bom dia|boa tarde|prezad[oa]s?|car[oa]s?|goede(?:morgen|middag|navond)|beste|geachte|dag)"
    r"(?:[ \t]+(?!sir\b)[\w.'-]+){0,3}[ \t]*(?:[,!:]|[-–—]\s|$)",
    re.IGNORECASE | re.MULTILINE,
)
_SUBJECT_PREFIX = re.compile(
    r"^[^\S\n]*(?:(?:re|fw|fwd|aw|wg|rv|tr|ref|enc|res|antw|doorst)\s*(?:\[\d+\])?\s*:\s*|\[[^\]]{1,40}\]\s*)+",
    re.IGNORECASE,
)
_URL = re.compile(r"\b(?:https?://|www\.)\S+|[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]*", re.IGNORECASE | re.ASCII)

# What no person typed, and what would make every pattern above search for long.
_BLOB = re.compile(r"[A-Za-z0-9+/=]{60,}|[A-Za-z0-9_-]{200,}")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_LONG_RUN = re.compile(r"[!-~]{200,}")
_BLANKS = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r" ?\n(?: ?\n)+")

_LONGEST = 4_000  # characters; a question is asked long before, and a pasted log must not cost the night

_LONGEST_SUBJECT = 500


def customer_text(subject: str | None, body: str | None) -> str:
    """The customer's own words, subject on the first line; empty when nothing is left.

    A body that is nothing but a quotation leaves only the subject.
    """
    lines = [_SUBJECT_PREFIX.sub("", (subject or "")[:_LONGEST_SUBJECT]).strip(), _own_words(body or "")]
    text = _URL.sub(" ", "\n".join(line for line in lines if line))
    return text[:_LONGEST]


def _own_words(body: str) -> str:
    text = _UNSEEN.sub("", _BLOB.sub(" ", body)[: 8 * _LONGEST]).replace("\r\n", "\n").replace("\r", "\n")
    if "<" in text and _HTML.search(text):
        text = _HTML.sub(" ", _HTML_BREAK.sub("\n", _HTML_DROPPED.sub("\n", text)))
    if "&" in text:
        text = html.unescape(text)
    text = _BLANK_LINES.sub("\n\n", _BLANKS.sub(" ", _LONG_RUN.sub(" ", text)))
    if "this line" in text or "oberhalb" in text or "por encima" in text:
        text = _REPLY_LINE.sub("", text)
    text = _QUOTED_LINE.sub("", text) if ">" in text else text
    text = _until(_QUOTE_START, _passed_on(text))
    text = _first_of_log(text)
    text = _GREETING.sub("", text)
    text = _until(_SIGN_OFF, text)
    return _FOOTER_LINE.sub("", _MACRO_LINE.sub("", text)).strip()


def _passed_on(text: str) -> str:
    """The message without what it passes on, or, where it hardly says more than that, with it."""
    found = _FORWARD.search(text)
    if found is None:
        return text
    note, rest = text[: found.start()], text[found.end() :].lstrip()
    is_cover = len(note.split()) <= _WORDS_OF_A_COVER_NOTE and not _FROM_STAFF.match(rest)
    if not is_cover:
        return note
    while header := _FORWARD_HEADER.match(rest):
        rest = rest[header.end() :]
    return f"{note.strip()}\n{rest.strip()}"


def _first_of_log(text: str) -> str:
    first = _LOG_LINE.search(text)
    return text[: first.end()] + _LOG_LINE.sub("", text[first.end() :]) if first else text


def _until(mark: re.Pattern[str], text: str) -> str:
    """The text before the first mark that has words before it, or that begins no message; one may open with thanks."""
    for found in mark.finditer(text):
        if text[: found.start()].strip() or _OPENS_NOTHING.match(found[0]):
            return text[: found.start()]
    return text
