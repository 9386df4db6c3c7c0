"""The links that the writer of a message gives: none of quoted replies and signatures, each to where it leads.

Text is cut by patterns, not parsed: mail programs mark what they quote in a handful of ways, and little of it is valid.
"""

import html
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, unquote, urlsplit

MOST_LINKS = 300  # of one message
LONGEST_LINK = 2000
FORWARDED_SUBJECT = re.compile(r"\s*(?:\[[^\]]{0,40}\]\s*)?(?:fwd?|wg|tr|rv|enc|i|doorst|vl|vb|pd)\s*:", re.IGNORECASE)
REPLY_SUBJECT = re.compile(r"\s*(?:re|aw|sv|antw|odp|res|rif|ref|r)\s*(?:\[[0-9]+\])?:", re.IGNORECASE)
FORWARDED = re.compile(
    r"-{5}[ ]{0,3}(?:forwarded message|original message forwarded|weitergeleitete nachricht|message transf[eé]r[eé]"
    r"|mensaje reenviado|messaggio inoltrato|doorgestuurd bericht|mensagem encaminhada)|begin forwarded message:"
    r"|moz-forward-container",
    re.IGNORECASE,
)
HTML_REPLY = re.compile(  # from here on Outlook and its kin quote
    r"<[^<>]{0,300}(?:divRplyFwdMsg|appendonsend|OutlookMessageHeader|yahoo_quoted|border-top:\s?solid\s#(?:B5C4DF|E1E1E1)\s1)"
    r"|-{4}[ ]{0,3}(?:original message|urspr[uü]ngliche nachricht|message d.origine|mensaje original)",
    re.IGNORECASE,
)
TEXT_REPLY = re.compile(
    r"^[ \t]*(?:-{4,40}[ ]{0,3}(?:original message|urspr[uü]ngliche nachricht|message d.origine|mensaje original).*"
    r"|(?:from|von|de|da|van):[^\n]+\n[ \t]*"
    r"(?:sent|date|gesendet|datum|envoy[eé]|enviado|fecha|inviato|verzonden|data)\s?:)",
    re.IGNORECASE | re.MULTILINE,
)
BLOCKQUOTE = re.compile(r"<(/?)blockquote\b([^>]*)>", re.IGNORECASE)
INDENTED = re.compile(r"border\s*:\s*none", re.IGNORECASE)  # a button of Gmail's: the writer's own words
HTML_SIGNATURE = re.compile(
    r"<[^<>]{0,300}(?:gmail_signature|moz-signature|id=[\"']?(?:[a-z_]{0,10}signature|divSignature))", re.IGNORECASE
)
TEXT_SIGNATURE = re.compile(r"^--[ ]?\r?$", re.MULTILINE)
HREF = re.compile(
    r"<a\s[^<>]{0,1000}?href\s*=\s*(?:\"([^\"]{1,4000})\"|'([^']{1,4000})'|([^\s>\"']{1,4000}))", re.IGNORECASE
)
BARE = re.compile(r"https?://[^\s<>\"\])]{1,4000}", re.IGNORECASE)
TRAILING = ".,;:!?'*"
LEAVING = re.compile(r"unsubscri|opt-?out|abmelde|d[eé]sabonn|(?:manage|email|mail)[-_]?pref", re.IGNORECASE)
# services that wrap every link of a message, to count clicks or to look for harm first
WRAPPERS = re.compile(
    r"(?:^|[.])(?:safelinks[.]protection[.]outlook[.]com|urldefense(?:[.]proofpoint)?[.]com|linkprotect[.]cudasvc[.]com"
    r"|google[.][a-z.]+)$|^(?:click|clicks|track|tracking|trk|links?|lnk|redirect|go|email|e|url)[0-9]*[.]"
)
TARGETS = ("url", "u", "q", "a", "target", "redirect", "redirect_url", "destination", "dest", "link", "to")
DEFENSE = re.compile(r"urldefense[.]com/v3/__(https?:/+.*?)__;", re.IGNORECASE)


def is_forward(subject: str, text: str) -> bool:
    """Whether a message hands on another: what it quotes is then new to those it goes to."""
    if FORWARDED_SUBJECT.match(subject):
        return True
    return REPLY_SUBJECT.match(subject) is None and FORWARDED.search(text) is not None


def links_of_html(text: str, *, is_forward: bool) -> list[str]:
    """Addresses behind the words of an HTML text."""
    if not is_forward:
        text = _cut(_without_quotes(text), HTML_REPLY)
    text = _without_signature(text, HTML_SIGNATURE)
    found = (one[0] or one[1] or one[2] for one in HREF.findall(text))
    return _distinct(html.unescape(link).strip() for link in found)


def links_of_text(text: str, *, is_forward: bool) -> list[str]:
    """Addresses in a plain text."""
    if not is_forward:
        own = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(">"))
        text = _cut(own, TEXT_REPLY)
    return _distinct(BARE.findall(_without_signature(text, TEXT_SIGNATURE)))


def _cut(text: str, pattern: re.Pattern[str]) -> str:
    found = pattern.search(text)
    return text[: found.start()] if found else text


def _without_signature(text: str, pattern: re.Pattern[str]) -> str:
    """What is forwarded stands below the signature of who forwards it."""
    signature = pattern.search(text)
    if signature is None:
        return text
    below = FORWARDED.search(text, signature.end())
    return text[: signature.start()] + (text[below.start() :] if below else "")


def _without_quotes(text: str) -> str:
    kept: list[str] = []
    quotes: list[bool] = []  # of every block that is open, whether it quotes
    start = 0
    for tag in BLOCKQUOTE.finditer(text):
        was_quoted = any(quotes)
        if tag[1]:
            if quotes:
                quotes.pop()
        elif len(quotes) < 1000:
            quotes.append(INDENTED.search(tag[2]) is None)
        if not was_quoted:
            kept.append(text[start : tag.start()])
        start = tag.end()
    if not any(quotes):
        kept.append(text[start:])
    return "".join(kept)


def _distinct(links: Iterator[str] | list[str]) -> list[str]:
    found: dict[str, None] = {}
    for link in links:
        address = address_of(link)
        if address:
            found[address] = None
        if len(found) == MOST_LINKS:
            break
    return list(found)


def address_of(link: str) -> str:
    """Where a link leads, without what may name its reader (query, fragment, user); empty where it is no page."""
    target = _unwrapped(link)
    try:
        parts = urlsplit(target)
        host = (parts.hostname or "") + (f":{parts.port}" if parts.port else "")
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or "." not in host or LEAVING.search(target):
        return ""
    video = parse_qs(parts.query).get("v", [""])[0] if host.endswith("youtube.com") else ""
    path = parts.path.rstrip(TRAILING)
    if "@" in unquote(path):
        return ""
    return f"{parts.scheme}://{host}{path}{f'?v={video}' if video else ''}"[:LONGEST_LINK]


def _unwrapped(link: str, depth: int = 3) -> str:
    defended = DEFENSE.search(link)
    if defended:
        return _unwrapped(defended[1], depth - 1) if depth else defended[1]
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
        if not depth or not parts.query or not WRAPPERS.search(host):
            return link
        given = parse_qs(parts.query, max_num_fields=50)
    except ValueError:
        return link
    for name in TARGETS:
        target = given.get(name, [""])[0]
        if host.endswith("urldefense.proofpoint.com"):
            target = unquote(target.replace("-", "%").replace("_", "/"))
        if target.startswith(("http://", "https://")):
            return _unwrapped(target, depth - 1)
    return link
