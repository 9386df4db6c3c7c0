"""Tickets as they really arrive: without words, with other people's words, without end, in other scripts."""

from __future__ import annotations

import base64
import time
from hashlib import sha256

import pytest

from transforms.intent import classify
from transforms.ticket_text import customer_text
from transforms.topic import Topics

BLOB = base64.b64encode(b"".join(sha256(bytes([n])).digest() for n in range(200))).decode()
LINES = "\n".join(BLOB[at : at + 76] for at in range(0, len(BLOB), 76))

SAYS_NOTHING = {
    "nothing": (None, None),
    "blanks": ("  ", "\n\t \u00a0"),
    "an emoji": ("\U0001f6a8", "\U0001f44d\U0001f44d"),
    "only a signature": (None, "-- \nAnna Berg\nTraining Lead | Acme\nBook our training, ask for the guide!"),
    "only a closing": (None, "Best regards,\nAnna Berg\nTraining Lead"),
    "a blob": (None, BLOB),
    "an image": (None, f'<img src="data:image/png;base64,{BLOB}">'),
    "styles and scripts": (None, "<style>.guide{resend:1}</style><script>var lost='guide'</script><p></p>"),
    "Arabic, which is not taught": (None, "لا أستطيع تسجيل الدخول"),
    "Hebrew, which is not taught": (None, "אבדתי את המדריך ששלחתם, אפשר לשלוח שוב?"),
    "Korean, which is not taught": (None, "로그인이 안 됩니다"),
}


@pytest.mark.parametrize(("subject", "body"), SAYS_NOTHING.values(), ids=SAYS_NOTHING)
def test_what_cannot_be_read_is_other_and_not_sure(subject: str | None, body: str | None) -> None:
    (label,) = classify([subject], [body])
    assert label.intent == "other"
    assert label.probability < 0.5


NOT_ASKED = {
    "a staff macro": "Hi Ann,\nThank you for contacting us.\nWe have resent the onboarding guide to you.\nSupport Team",
    "staff quoted": "Thanks, all good now!\n\nOn 3 May 2026, Support <help@x.example> wrote:\n> I resent the guide.",
    "only a quotation": "On 3 May 2026, Support wrote:\n> I have resent the guide",
    "staff quoted in HTML": '<div>It works.</div><div class="gmail_quote">On Mon Ann wrote: <blockquote>I have resent '
    "the onboarding guide you lost</blockquote></div>",
    "staff quoted by Outlook": "Perfect, solved.\r\n\r\nFrom: Support\r\nSent: Monday\r\nTo: Jo\r\n"
    "Subject: RE: guide\r\n\r\nPlease find the guide resent.",
}


@pytest.mark.parametrize("body", NOT_ASKED.values(), ids=NOT_ASKED)
def test_what_staff_wrote_is_not_what_is_asked(body: str) -> None:
    assert classify([None], [body])[0].intent == "other"


ASKED = {
    "in capitals": ("PLEASE RESEND THE ONBOARDING GUIDE YOU SENT US, WE LOST IT", "resend_request"),
    "with signs nobody sees": ("p\u200blease re\u200bsend the gu\u200bide you sent us, we lost it", "resend_request"),
    "with hard blanks": ("Please\u00a0resend\u00a0the\u00a0guide you sent us, we lost it.", "resend_request"),
    "in three languages": ("Ich kann mich nicht einloggen, my password reset mail never arrives", "access_login"),
    "among emoji": ("\U0001f525 login broken, can't get in \U0001f62d", "access_login"),
    "above a disclaimer": (
        "My login is blocked.\n\nThis e-mail is confidential. If you are not the intended recipient "
        "please resend it to the sender and delete the guide.",
        "access_login",
    ),
    "after an image": (f'<img src="data:image/png;base64,{BLOB * 200}"><p>The chart is empty since noon.</p>', "bug"),
    "between lines of a blob": (f"{LINES}\nSaving a rule gives an error since noon.\n{LINES}", "bug"),
}


@pytest.mark.parametrize(("body", "intent"), ASKED.values(), ids=ASKED)
def test_what_is_asked_is_found(body: str, intent: str) -> None:
    assert classify([None], [body])[0].intent == intent


ENDLESS = (
    *("a", " ", "\n", "<", "<div>", "<blockquote>", "> x\n", "on a ", "From: x\n", "-", "&amp;", "資料を再送", "a@"),
    *("\U0001f642", "a@b.cc ", "?!.;:", "hi ", "thanks,\n", "2026-03-01 10:01:22 ERROR a\n", "the guide fails "),
)


@pytest.mark.parametrize("piece", ENDLESS)
def test_a_megabyte_of_anything_costs_no_more_than_a_moment(piece: str) -> None:
    body = piece * (1_000_000 // len(piece))
    started = time.process_time()
    (label,) = classify([piece], [body])
    Topics([]).asked("1", customer_text(None, body), "p")
    assert time.process_time() - started < 1
    assert 0 <= label.probability <= 1
