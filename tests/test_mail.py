"""Mail as it really comes: what is read of a message, what is refused and where, and that nothing is lost or kept."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import tempfile
import tracemalloc
import zipfile
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from connectors.acquire import acquire
from connectors.catalogue import CONNECTORS
from connectors.contract import ProgramConfig, SourceConfig
from connectors.mail_message import record_of
from connectors.mail_pieces import Piece, pieces
from connectors.read_mail import messages_as_json
from connectors.shape import check_source
from pipelines import cli
from tests.landing_world import Landed, landed, source
from tests.mail_world import ADA, BO, GUIDE, PDF, eml, encoded, mbox, message, raw

QUERY = CONNECTORS / "mail" / "staff_send.sql"
QUOTED = quote(GUIDE, safe="")
MIXED = b"Content-Type: multipart/mixed; boundary=x\n\n"
FROM_TO = b"From: a@b.example\nTo: c@d.example\n"
MAIL = SourceConfig(name="s", connector="mail", paths=("exports",))
SENT = dt.datetime(2026, 1, 5, 9, 0, 1)


def read(content: bytes) -> dict[str, Any]:
    return record_of(Piece(1, 0, len(content), content))


def world(folder: Path, files: dict[str, bytes | str], **more: Any) -> Landed:
    """As `landed`, for a program that says who its staff is."""
    config = MAIL.model_copy(update=more)
    return landed(folder, files, config, staff_domains=("staff.example",))


def links(content: bytes) -> list[str]:
    return list(read(content)["links"])


def names(content: bytes) -> list[str]:
    return [file["name"] for file in read(content)["attachments"]]


def test_a_message_tells_who_sent_what_to_whom_and_when(tmp_path: Path) -> None:
    content = eml(
        "Hi",
        html=f'<a href="{GUIDE}?utm=x#top">here</a>',
        files={"Setup v2.pdf": PDF},
        headers={"Cc": "cy@customer.example"},
    )
    found = world(tmp_path, {"one.eml": content})
    assert found.messages == []
    assert found.rows("select sent_at, sender_domain, kind, links, _row from landing.mail__messages") == [
        (SENT, "staff.example", "message", [GUIDE], 1)
    ]
    assert found.rows("select address_domain, role from landing.mail__recipients order by _row") == [
        ("customer.example", "to"),
        ("customer.example", "cc"),
    ]
    assert found.rows("select name, media_type, size from landing.mail__attachments") == [
        ("Setup v2.pdf", "application/pdf", len(PDF))
    ]


def test_neither_text_nor_file_nor_address_is_kept(tmp_path: Path) -> None:
    word = "zzcanary"
    content = eml(f"{word} body", html=f"<p>{word} html</p>", files={"a.pdf": word.encode() * 500})
    world(tmp_path, {"sent.mbox": mbox(content), "broken.eml": content.replace(b"Date:", b"X:")})
    kept = [path.read_bytes() for path in (tmp_path / ".waystage").rglob("*") if path.is_file()]
    assert kept
    for bytes_ in kept:
        assert word.encode() not in bytes_
        assert ADA.encode() not in bytes_
        assert BO.encode() not in bytes_


def test_the_subject_is_private_and_reaches_no_entity() -> None:
    text = QUERY.read_text(encoding="utf-8")
    assert "subject" not in text.rsplit("select", 1)[1]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "line",
    [
        "From - Mon Jan  5 09:00:00 2026",
        "From 179@xxx Mon Jan 05 09:00:00 +0000 2026",
        "From ???@??? Mon Jan 05 09:00:00 2026",
    ],
)
def test_an_mbox_is_cut_at_its_from_lines_whatever_its_line_ends(tmp_path: Path, line: str, end: str) -> None:
    body = "From here on it is easy: press 10:30\nFrom Monday 10:30 2026 we help\nFrom: me"
    content = mbox(*(eml(body + GUIDE[:0] + f"\n{GUIDE}", number=number) for number in (1, 2, 3)), line=line, end=end)
    found = world(tmp_path, {"sent.mbox": content})
    assert found.messages == []
    assert found.rows("select _row, links from landing.mail__messages order by _row") == [
        (n, [GUIDE]) for n in (1, 2, 3)
    ]


def test_a_from_line_that_nobody_quoted_does_not_cut_a_message(tmp_path: Path) -> None:
    content = mbox(eml("x", number=1), eml("x", number=2)).replace(
        b"x\n", b"x\n\nFrom next week we answer within 10 minutes\nBye\n"
    )
    assert world(tmp_path, {"sent.mbox": content}).rows("select count(*) from landing.mail__messages") == [(2,)]


@pytest.mark.parametrize("name", ["all.mbox", "all.mbx", "all.mbox.gz", "Sent.mbox/mbox", "all.zip"])
def test_mail_is_found_under_the_names_exporters_give(tmp_path: Path, name: str) -> None:
    content = mbox(eml(number=1), eml(number=2))
    if name.endswith(".gz"):
        content = gzip.compress(content)
    if name.endswith(".zip"):
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as packed:
            packed.writestr("Takeout/Mail/Sent.mbox", content)
        content = held.getvalue()
    (tmp_path / "exports" / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / "exports" / name).write_bytes(content)
    programs = [ProgramConfig(id="harborline", name="H", staff_domains=("staff.example",), sources=(MAIL,))]
    ready = acquire(tmp_path / ".waystage", programs)[0].sources[0]
    found = landed(tmp_path, {}, ready, staff_domains=("staff.example",))
    assert found.messages == []
    assert found.rows("select count(*) from landing.mail__messages") == [(2,)]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (eml(headers={"Date": None}), "is empty, but required"),
        (eml(headers={"Date": "Mon, 05 Jan 1970 10:00:00 +0000"}), "is before 1990"),
        (eml(headers={"From": None}), "is empty, but required"),
        (eml(headers={"From": "/O=EXCHANGELABS/OU=GROUP/CN=ADA"}), "is not an e-mail address"),
        (eml(headers={"To": None}), "names nobody it was sent to"),
        (eml(headers={"To": "undisclosed-recipients:;"}), "names nobody it was sent to"),
        (b"Subject: " + b"x" * 600_000 + b"\n\nbody", "has headers of more than 524,288 bytes"),
    ],
)  # fmt: skip
def test_a_broken_message_is_refused_with_its_place_and_the_others_land(
    tmp_path: Path, broken: bytes, reason: str
) -> None:
    # the time a mailbox took a message in stands in for its date, so these lines have none
    first, last = mbox(eml(number=1)), mbox(eml(number=3))
    found = world(tmp_path, {"sent.mbox": first + b"From x 10:00\n" + broken + b"\n\n" + last})
    load = found.report.files[0]
    assert load.rows_read == load.rows_loaded + load.rows_rejected
    told = [(row, text) for row, _, text in found.rejected if row is not None]
    assert told[0][0] == 2
    assert told[0][1].startswith(f"message 2 at byte {len(first):,}: ")
    assert reason in told[0][1]
    assert found.rows("select _row from landing.mail__messages order by _row") == [(1,), (3,)]


def test_what_stands_before_the_first_message_is_told(tmp_path: Path) -> None:
    found = world(tmp_path, {"a.mbox": b"From nobody\n\nsaved by a tool\n\n" + mbox(eml())})
    assert found.rejected[0][2].startswith("message 1: has no headers")
    assert found.rows("select _row from landing.mail__messages") == [(2,)]


def test_a_recipient_that_is_no_address_is_refused_alone(tmp_path: Path) -> None:
    found = world(tmp_path, {"a.eml": raw(f"To: {BO}\nCc: /O=ORG/CN=LOST")})
    assert [(column, reason) for _, column, reason in found.rejected] == [
        (
            "address",
            "message 1: the value is not an e-mail address; legal: name@domain; map the column that holds addresses",
        )
    ]
    assert found.rows("select role from landing.mail__recipients") == [("to",)]


@pytest.mark.parametrize(
    ("date", "sent"),
    [
        ("Mon, 5 Jan 2026 10:00:00 +0100", "2026-01-05T09:00:00Z"),
        ("Mon, 05 Jan 2026 10:00:00 -0000", "2026-01-05T10:00:00Z"),
        ("5 Jan 26 10:00 EST", "2026-01-05T15:00:00Z"),
        ("Mon, 05 Jan 2026 10:00:00", "2026-01-05T10:00:00"),
        ("Mon, 05-Jan-26 10:00:00 GMT", "2026-01-05T10:00:00Z"),
        ("Mon, 05 Jan 2026 10:00:00 +0100 (CET)", "2026-01-05T09:00:00Z"),
        ("=?utf-8?q?Mon=2C_05_Jan_2026_10=3A00=3A00_=2B0000?=", "2026-01-05T10:00:00Z"),
        ("yesterday", None),
        ("Mon, 99 Jan 2026 10:00:00 +0000", None),
    ],
)
def test_dates_are_read_as_mail_programs_write_them(date: str, sent: str | None) -> None:
    assert read(raw(f"Date: {date}"))["sent_at"] == sent


def test_without_a_date_the_server_or_the_mailbox_says_when(tmp_path: Path) -> None:
    received = (
        "Received: from a by b; Tue, 06 Jan 2026 11:00:00 +0000\nReceived: from x by a; Tue, 06 Jan 2026 10:59:00 +0000"
    )
    assert read(raw(f"Date: unknown\n{received}"))["sent_at"] == "2026-01-06T11:00:00Z"
    found = world(tmp_path, {"a.mbox": mbox(raw("Date: never"), line="From x@y Wed Jan 07 12:00:00 2026")})
    assert found.rows("select sent_at from landing.mail__messages") == [(dt.datetime(2026, 1, 7, 12),)]


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ("Subject: Re: guide", "message"),
        ("Auto-Submitted: no", "message"),
        ("Auto-Submitted: auto-replied", "auto_reply"),
        ("Subject: =?utf-8?Q?Automatische_Antwort=3A_Urlaub?=", "auto_reply"),
        ("Subject: Out of office", "auto_reply"),
        ("Return-Path: <>", "auto_reply"),
        ("Precedence: bulk", "list"),
        ("List-Id: <news.staff.example>", "list"),
        ("List-Unsubscribe: <mailto:x@staff.example>", "list"),
        ("Content-Type: multipart/report; report-type=delivery-status; boundary=x", "bounce"),
        ("From: MAILER-DAEMON@staff.example", "bounce"),
        ("X-Gmail-Labels: =?UTF-8?Q?Entw=C3=BCrfe,Ge=C3=B6ffnet?=", "draft"),
        ("X-Gmail-Labels: Sent,Important,\"Big customers\"", "message"),
        ("X-Gmail-Labels: Chat", "chat"),
        ("X-Unsent: 1", "draft"),
    ],
)  # fmt: skip
def test_what_nobody_wrote_or_sent_is_told_apart(headers: str, kind: str) -> None:
    assert read(raw(headers))["kind"] == kind


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("a@x.example, B <b@x.example>", ["a@x.example", "b@x.example"]),
        ("Lovelace, Ada <a@x.example>", ["a@x.example"]),
        ("Team: a@x.example, b@x.example;", ["a@x.example", "b@x.example"]),
        ("=?utf-8?Q?J=C3=B6rg?= <j@x.example>", ["j@x.example"]),
        ("=?utf-8?Q?a=40x=2Eexample?=", ["a@x.example"]),
        ("<mailto:a@x.example>", ["a@x.example"]),
        ('"a@x.example" <a@x.example>', ["a@x.example"]),
        ("undisclosed-recipients:;", []),
    ],
)
def test_addresses_are_read_in_every_spelling(header: str, found: list[str]) -> None:
    assert [one["address"] for one in read(raw(f"To: {header}"))["recipients"]] == found


def test_pictures_invitations_and_signatures_are_no_files() -> None:
    made = message("Hi", html=f'<img src="https://t.staff.example/o.gif"><img src="cid:logo"><a href="{GUIDE}">x</a>')
    html = made.get_payload()[1]
    assert isinstance(html, EmailMessage)
    html.add_related(b"png", "image", "png", cid="<logo>", filename="logo.png")
    made.add_attachment(b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", filename="invite.ics")
    made.add_attachment(b"sig", maintype="application", subtype="pkcs7-signature", filename="smime.p7s")
    made.add_attachment("BEGIN:VCARD", subtype="vcard", filename="ada.vcf")
    made.add_attachment(b"png", maintype="image", subtype="png", filename="screen.png")
    made.add_attachment(PDF, maintype="application", subtype="pdf", filename="Guide.pdf", disposition="inline")
    assert names(made.as_bytes()) == ["screen.png", "Guide.pdf"]
    assert links(made.as_bytes()) == [GUIDE]


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="=?utf-8?Q?Einf=C3=BChrung.pdf?="', "Einführung.pdf"),
        ("attachment; filename*=UTF-8''Einf%C3%BChrung.pdf", "Einführung.pdf"),
        ("attachment; filename*0=Ein; filename*1=fuehrung.pdf", "Einfuehrung.pdf"),
        ('attachment; filename="../../etc/Guide.pdf"', "../../etc/Guide.pdf"),
        ("attachment", "unnamed.pdf"),
    ],
)
def test_names_of_files_are_read_in_every_spelling(disposition: str, name: str) -> None:
    content = raw(
        f"Content-Type: application/pdf\nContent-Disposition: {disposition}\nContent-Transfer-Encoding: base64",
        encoded(PDF),
    )
    assert names(content) == [name]


def test_a_file_is_the_same_however_it_was_wrapped_and_wherever_it_is() -> None:
    headers = "Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64"
    ways = [raw(headers, encoded(PDF, width)) for width in (76, 64, 40)]
    ways += [raw(headers, encoded(PDF)).replace(b"\n", b"\r\n"), raw(headers, encoded(PDF * 1)[:-1] + "")]
    hashes = [read(way)["attachments"][0]["content_hash"] for way in ways]
    assert len(set(hashes[:4])) == 1
    inner = message(files={"other name.pdf": PDF})
    outer = message()
    outer.add_attachment(inner)
    forwarded = read(outer.as_bytes())["attachments"]
    assert [(one["name"], one["content_hash"]) for one in forwarded] == [("other name.pdf", hashes[0])]
    assert read(raw(headers, encoded(PDF + b"!")))["attachments"][0]["content_hash"] != hashes[0]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (f'<a href="{GUIDE}">x</a><a href="{GUIDE}?v=2">again</a>', [GUIDE]),
        (f"<a class=x href={GUIDE}>x</a>", [GUIDE]),
        ('<a href="https://a.example/x?a=1&amp;b=2">x</a>', ["https://a.example/x"]),
        (f'<p>ok</p><blockquote type="cite"><a href="{GUIDE}">x</a><blockquote>y</blockquote></blockquote>', []),
        (f'<blockquote style="margin:0 40px;border:none"><a href="{GUIDE}">x</a></blockquote>', [GUIDE]),
        (f'<blockquote>q</blockquote><a href="{GUIDE}">below</a>', [GUIDE]),
        (f'<div id="divRplyFwdMsg">From: Bo</div><a href="{GUIDE}">x</a>', []),
        (f'<div class="gmail_signature"><a href="{GUIDE}">x</a></div>', []),
        ('<a href="https://news.example/unsubscribe?u=1">off</a><a href="mailto:a@b.example">m</a>', []),
        (f'<a href="https://nam02.safelinks.protection.outlook.com/?url={QUOTED}&data=x">x</a>', [GUIDE]),
        (f'<a href="https://urldefense.com/v3/__{GUIDE}__;!!x">x</a>', [GUIDE]),
        ('<a href="https://urldefense.proofpoint.com/v2/url?u=https-3A__help.staff.example_a&d=x">x</a>', ["https://help.staff.example/a"]),
        (f'<a href="https://click.mail.example/t?u={GUIDE}">x</a>', [GUIDE]),
        (f'<a href="https://www.google.com/url?q={GUIDE}&sa=D">x</a>', [GUIDE]),
        ('<a href="https://help.staff.example/u/bo%40customer.example">x</a>', []),
        ('<a href="https://bo:secret@help.staff.example/a">x</a>', ["https://help.staff.example/a"]),
        ('<a href="http://[broken/a">x</a>', []),
    ],
)  # fmt: skip
def test_links_count_where_the_writer_gave_them_and_lead_where_they_lead(html: str, expected: list[str]) -> None:
    assert links(eml("see below", html=html)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"See {GUIDE}.\n\n> {GUIDE}/old\n", [GUIDE]),
        (f"Thanks\n\n-----Original Message-----\nFrom: Bo\n{GUIDE}", []),
        (f"Danke\n\nVon: Bo\nGesendet: heute\n{GUIDE}", []),
        (f"Best\n-- \nAda, {GUIDE}", []),
        (f"---------- Forwarded message ---------\n> {GUIDE}\n{GUIDE}", [GUIDE]),
    ],
)
def test_links_of_a_plain_text_stop_at_the_quote_and_the_signature(text: str, expected: list[str]) -> None:
    assert links(eml(text)) == expected


def test_what_is_forwarded_is_new_to_those_it_goes_to_and_a_reply_is_not() -> None:
    marker = '<div class="gmail_signature">Ada</div><div>---------- Forwarded message ---------</div>'
    quoted = f'{marker}<blockquote type="cite"><a href="{GUIDE}">x</a></blockquote>'
    assert links(eml("x", html=quoted, headers={"Subject": "Fwd: guide"})) == [GUIDE]
    assert links(eml("x", html=quoted, headers={"Subject": "WG: Anleitung"})) == [GUIDE]
    assert links(eml("x", html=quoted, headers={"Subject": "Re: Fwd: guide"})) == []


@pytest.mark.parametrize(
    "charset", ["utf-8", "iso-8859-1", "no-such-charset", "unicode_escape", "punycode", "utf-16", "zlib", '"']
)
def test_a_wrong_charset_costs_no_message(charset: str) -> None:
    content = raw(
        f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit", f"Grüße {GUIDE} \udcff"
    )
    record = read(content)
    assert "trouble" not in record
    assert record["links"] == [GUIDE] or charset == "utf-16"


def test_of_alternatives_the_html_tells_and_within_it_files_count() -> None:
    assert links(eml("https://plain.example/a", html=f'<a href="{GUIDE}">x</a>')) == [GUIDE]
    inner = EmailMessage()
    inner.set_content(f'<a href="{GUIDE}">x</a>', subtype="html")
    inner.make_mixed()
    inner.add_attachment(PDF, maintype="application", subtype="pdf", filename="in.pdf")
    outer = message("plain")
    outer.make_alternative()
    outer.attach(inner)
    assert names(outer.as_bytes()) == ["in.pdf"]


def test_the_same_message_in_two_folders_has_one_key_also_without_an_id() -> None:
    sent = eml(headers={"Bcc": "secret@customer.example"})
    received = b"Received: from x by y; Mon, 05 Jan 2026 10:00:09 +0000\n" + eml()
    assert read(sent)["message_key"] == read(received)["message_key"]
    without = eml(f"see {GUIDE}", headers={"Message-ID": None})
    anonymous = [without, b"Message-ID: \n" + without, b"Message-ID: <>\n" + without]
    assert len({read(one)["message_key"] for one in anonymous}) == 1
    assert read(anonymous[0])["message_key"] != read(eml("other", headers={"Message-ID": None}))["message_key"]


def test_one_id_for_every_message_of_a_broken_program_loses_none() -> None:
    keys = {read(eml(number=number, headers={"Message-ID": "<1@x>"}))["message_key"] for number in (1, 2)}
    assert len(keys) == 2


@pytest.mark.parametrize(
    "hostile",
    [
        FROM_TO + MIXED + (b"--x\n" + MIXED) * 3000,
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000)),
        b"From: a@b.example\nTo: " + b"(" * 100_000 + b"\n\nx",
        b"From: a@b.example\nTo: " + b'"' * 100_000 + b"\n\nx",
        b"From: a@b.example\nTo: " + b"a@b.example," * 20_000 + b"\n\nx",
        b"From: a@b.example\nSubject: " + b"=?utf-8?Q?" * 20_000 + b"\n\nx",
        FROM_TO + b"Content-Type: text/html\n\n" + b"<a " * 300_000,
        FROM_TO + b"Content-Type: text/html\n\n" + b"<blockquote>" * 100_000,
        FROM_TO + b"\n" + b"-" * 1_000_000,
        FROM_TO + b"\n" + b"https://" * 100_000,
        FROM_TO + b"\n" + b"\n--" * 30_000,
        FROM_TO + b"Content-Transfer-Encoding: base64\nContent-Type: a/b; name=x\n\n=====" + b"A" * 77,
        FROM_TO + b"Content-Type: application/pdf; name=x\n\nWaystageTaken000000009\n",
        FROM_TO + b"Content-Type: text/plain; charset*=''%00\n\nx",
    ],
)  # fmt: skip
def test_hostile_messages_are_read_or_refused_in_little_time(hostile: bytes) -> None:
    began = dt.datetime.now(dt.UTC)
    record = read(hostile)
    assert record.get("trouble") or record["message_key"]
    json.dumps(record)
    assert (dt.datetime.now(dt.UTC) - began).total_seconds() < 5


def test_memory_follows_the_largest_message_and_not_the_file(tmp_path: Path) -> None:
    path = tmp_path / "large.mbox"
    one = mbox(eml(files={"film.mp4": PDF * 100}))
    with path.open("wb") as file:
        for _ in range(40):
            file.write(one)
    assert path.stat().st_size > 50_000_000
    tracemalloc.start()
    messages_as_json(path, tmp_path / "out.json", is_one=False, head_only=False)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 8 * len(one)
    assert sum(1 for _ in (tmp_path / "out.json").open()) == 40


def test_a_message_larger_than_any_server_delivers_is_refused_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.mail_pieces.MOST_BYTES", 5000)
    found = world(tmp_path, {"a.mbox": mbox(eml(number=1), eml("x" * 6000, number=2), eml(number=3))})
    assert found.rows("select _row from landing.mail__messages order by _row") == [(1,), (3,)]
    assert "bytes; legal: at most" in found.rejected[0][2]


def test_pieces_cover_a_file_from_its_first_message_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "a.mbox"
    path.write_bytes(b"\n" + mbox(eml(number=1), eml(number=2)))
    found = list(pieces(path))
    assert [piece.number for piece in found] == [1, 2]
    assert path.read_bytes()[found[1].offset :].startswith(b"From - ")


def test_many_eml_files_land_as_one_by_one(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {f"{number}.eml": eml(f"see {GUIDE}", number=number) for number in range(40)}
    files["broken.eml"] = raw("Date: never")
    found = world(tmp_path, files)
    assert found.rows("select count(*), count(distinct message_key) from landing.mail__messages") == [(40, 40)]
    assert [reason.split("; ")[0] for _, _, reason in found.rejected] == ["message 1: is empty, but required"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.eml", b"hello", "the name ends in .eml, but the file does not begin like mail"),
        ("a.mbox", b"<html>", "the name ends in .mbox, but the file does not begin like mail"),
        ("a.csv", b"From,To\na,b\n", "the headers fit none"),
    ],
)
def test_what_is_no_mail_is_told(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    assert said in world(tmp_path, {name: content}).messages[0]


def test_outlooks_own_files_are_told_with_the_way_out(tmp_path: Path) -> None:
    config = MAIL.model_copy(update={"paths": ("exports/a.msg",)})
    found = landed(tmp_path, {"a.msg": b"\xd0\xcf\x11\xe0" + b"\0" * 600}, config, staff_domains=("staff.example",))
    assert ".msg is a format of Outlook's own" in found.messages[0]


def test_mail_under_another_connector_is_told_as_mail(tmp_path: Path) -> None:
    config = SourceConfig(name="s", connector="zendesk_support", paths=("exports",))
    message_ = landed(tmp_path, {"a.eml": eml()}, config).messages[0]
    assert "it looks like mail (messages, recipients, attachments)" in message_


def test_without_staff_domains_nothing_can_be_told_and_that_is_said(tmp_path: Path) -> None:
    found = landed(tmp_path, {"a.eml": eml()}, MAIL)
    assert "names no `staff_domains`" in found.messages[0]
    problems = check_source(tmp_path, ProgramConfig(id="p", name="P"), MAIL)
    assert "names no `staff_domains`" in str(problems[0])


def test_check_looks_at_the_beginning_only(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "a.mbox").write_bytes(mbox(*(eml(number=number) for number in range(300))))
    program = ProgramConfig(id="p", name="P", staff_domains=("staff.example",))
    assert check_source(tmp_path, program, MAIL) == []
    out = messages_as_json(tmp_path / "exports" / "a.mbox", tmp_path / "o", is_one=False, head_only=True)
    assert len(out.read_text().splitlines()) == 100


def test_mail_needs_no_draft(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.eml").write_bytes(eml())
    assert cli.main(["init", str(tmp_path / "w")]) == 0
    assert cli.main(["new", "connector", "post", "--from", str(tmp_path / "a.eml"), "-w", str(tmp_path / "w")]) != 0
    assert "name it with `connector: mail`" in capsys.readouterr().err


def test_a_table_of_mail_can_be_mapped_by_hand(tmp_path: Path) -> None:
    config = source("staff_send", columns={"sent_at": "sent_at", "form": {"value": "link"}, "asset": {"value": "x"}})
    assert landed(tmp_path, {"a.eml": eml()}, config).messages == []


PIECES = [
    b"From - Mon Jan  5 09:00:00 2026\n",
    b"From: a@staff.example\n",
    b"To: b@c.example\n",
    b"Date: Mon, 05 Jan 2026 10:00:00 +0000\n",
    b"Subject: =?utf-8?B?/////w==?=\n",
    b"Content-Type: multipart/mixed; boundary=x\n",
    b"--x\n",
    b"--x--\n",
    b"\n",
    b"\r",
    b"\x00",
    b"Content-Type: text/html; charset=utf-7\n",
    b"Content-Type: message/rfc822\n",
    b"Content-Transfer-Encoding: base64\n",
    b"=?",
    b"<a href=",
    b"Content-Type: application/pdf; name*0*=''%ff\n",
    b"Content-Disposition: attachment; filename=x\n",
    b"AAAA\nAAAA\nAAAA\n",
    b"https://[",
    b"\xff\xfe",
    b"To: a:b;c:\n",
    b"Message-ID: <1>\n",
    b"Content-Transfer-Encoding: x-uuencode\n\nbegin 644 x\n#",
    b">From \n",
    b"\xf0\x9f\x92\xa9",
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=40)), max_size=40).map(b"".join))
@example(b"From x\n")
@example(b"\r")
def test_any_bytes_are_messages_read_or_refused(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.mbox")
        path.write_bytes(content or b"\n")
        cut = list(pieces(path))
        assert [piece.number for piece in cut] == list(range(1, len(cut) + 1))
        assert cut[-1].offset + cut[-1].size <= path.stat().st_size
        out = messages_as_json(path, Path(folder, "out"), is_one=False, head_only=False)
        records = duckdb.execute(
            "select json ->> 'trouble', json ->> 'message_key'"
            f" from read_json_objects('{out}', format='newline_delimited')"
        ).fetchall()
        assert len(records) == len(cut)
        assert all(trouble or key for trouble, key in records)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(st.one_of(st.sampled_from(PIECES[1:]), st.binary(max_size=20)), max_size=12).map(b"".join), max_size=6
    )
)
def test_every_message_of_a_file_is_loaded_or_rejected(tmp_path: Path, bodies: list[bytes]) -> None:
    folder = Path(tempfile.mkdtemp(dir=tmp_path))
    content = b"".join(b"From - Mon Jan  5 09:00:00 2026\nX-Number: 1\n" + body + b"\n" for body in bodies)
    found = world(folder, {"a.mbox": content or b"From - Mon Jan  5 09:00:00 2026\n\n"})
    load = found.report.files[0]
    assert load.rows_read == load.rows_loaded + load.rows_rejected
    landed_rows = (
        {row for (row,) in found.rows("select _row from landing.mail__messages")} if load.rows_loaded else set()
    )
    refused = {
        int(str(reason).split()[1].rstrip(":")) for row, _, reason in found.rejected if row and "message " in reason
    }
    count = sum(1 for _ in pieces(folder / "exports" / "a.mbox"))
    assert landed_rows | refused >= set(range(1, count + 1)) or load.status == "rejected"


def test_of_a_whole_mailbox_each_thing_sent_to_a_customer_counts_once(tmp_path: Path) -> None:
    guide = eml(f"see {GUIDE}", files={"Guide.pdf": PDF}, headers={"Bcc": "cy@customer.example"}, number=1)
    received = b"Received: from a by b; Mon, 05 Jan 2026 10:00:09 +0000\n" + guide.replace(
        b"Bcc: cy@customer.example\n", b""
    )
    answer = eml("thanks", headers={"From": BO, "To": ADA}, files={"logs.pdf": PDF}, number=2)
    reply = eml(f"you are welcome\n\n> {GUIDE}", headers={"Subject": "Re: The guide"}, number=3)
    again = eml("here it is again", files={"Guide (1).pdf": PDF}, number=4)
    inside = eml(f"fyi {GUIDE}", headers={"To": "eve@staff.example"}, number=5)
    away = eml(f"away, see {GUIDE}", headers={"Auto-Submitted": "auto-replied"}, number=6)
    files = {"Sent.mbox": mbox(guide, reply, again, inside, away), "All mail.mbox": mbox(received, answer, again)}
    found = world(tmp_path, dict(files))
    assert found.messages == []
    found.con.execute("create schema config")
    found.con.execute(
        "create table config.program as select 'harborline' as program_id, ['staff.example'] as staff_domains"
    )
    query = QUERY.read_text(encoding="utf-8")
    counts = "count(*), count(distinct content_hash)"
    sends = f"select strftime(sent_at, '%M:%S'), form, asset, {counts} from ({query}) group by all"
    assert sorted(found.rows(sends)) == [
        ("00:01", "attachment", "Guide.pdf", 2, 1),
        ("00:01", "link", GUIDE, 2, 0),
        ("00:04", "attachment", "Guide (1).pdf", 1, 1),
    ]
    hashes = found.rows(f"select count(distinct content_hash), count(distinct recipient) from ({query})")
    assert hashes == [(1, 2)]
