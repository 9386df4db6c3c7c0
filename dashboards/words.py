"""Numbers, months and degrees of belief as a leader reads them: at most three digits, units, plain words."""

from __future__ import annotations

import math
import re
from datetime import date, datetime

import pandas as pd

DASH = "–"
MINUS = "\u2212"
JOBS = {
    "create": ("Create", "creating content"),
    "deliver": ("Deliver", "delivery"),
    "scale": ("Scale", "scaling"),
}
OUTCOMES = {
    "met": "met",
    "not_met": "not met",
    "unknown": "unknown",
    "not_applicable": "does not apply",
    "waived": "waived",
    "error": "could not be measured",
}
DIRECTIONS = {"up": "higher is better", "down": "lower is better", "context": "for context only"}
UNITS = {
    "ratio": "share or quotient",
    "pp": "percentage points",
    "per account": "per customer account",
}
CAUSES = {
    "data": "the evidence changed",
    "rules": "the rules changed",
    "sources": "the set of sources changed",
    "scope": "the scope changed",
}


def present(value: object) -> bool:
    """Whether there is a value: neither None, nor one of pandas' words for none, nor a float without a size."""
    if value is None or value is pd.NA or value is pd.NaT:
        return False
    return not (isinstance(value, float) and not math.isfinite(value))


def job_title(job: str) -> str:
    """What a job is called; a model may have jobs of its own."""
    return JOBS[job][0] if job in JOBS else human(job)


def job_work(job: str) -> str:
    """The work of a job, to be read within a sentence."""
    return JOBS[job][1] if job in JOBS else human(job).lower()


def month_name(month: date | datetime) -> str:
    """`October 2026`."""
    return f"{month:%B %Y}"


def month_short(month: date | datetime) -> str:
    """`Oct 2026`."""
    return f"{month:%b %Y}"


def day(moment: date | datetime) -> str:
    """`18 Nov 2026`."""
    return f"{moment.day} {moment:%b %Y}"


def digits(value: float) -> str:
    """At most three significant digits; thousands keep their magnitude (`12,300`)."""
    if value == 0:
        return "0"
    places = max(0, 2 - math.floor(math.log10(abs(value))))
    rounded = (
        round(value, places) if abs(value) < 100 else round(value, -max(0, math.floor(math.log10(abs(value))) - 2))
    )
    text = f"{rounded:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def exact(count: object) -> str:
    """A count in full, as bookkeeping needs it: `12,345`."""
    return f"{int(count):,}" if present(count) else "unknown"  # type: ignore[call-overload]


def is_share(unit: str | None, kind: str | None, *values: object) -> bool:
    """Whether a measure is read as a percentage: a share by its kind, or a ratio that never leaves 0 to 1."""
    if kind:
        return kind in {"share", "state_share"}
    return unit == "ratio" and all(0 <= float(v) <= 1 for v in values if present(v))  # type: ignore[arg-type]


def amount(value: object, unit: str | None, *, share: bool = False) -> str:
    """A value with its unit: `78%`, `79 per 100`, `12 days`, `6`; `unknown` when there is none."""
    if not present(value):
        return "unknown"
    number = float(value)  # type: ignore[arg-type]
    if share:
        return f"{digits(round(number * 100, 1 if abs(number) < 0.1 else 0))}%"
    if unit == "pp":
        return f"{digits(number)} {'point' if number == 1 else 'points'}"
    if unit in {None, "", "ratio", "count"}:
        return digits(number)
    if unit in {"days", "hours"} and number == 1:
        return f"1 {unit[:-1]}"
    return f"{digits(number)} {unit}"


def interval(low: object, high: object, unit: str | None, *, share: bool = False) -> str:
    """`61–84%`; empty when either end is missing or both are the same."""
    if not present(low) or not present(high) or low == high:
        return ""
    first, last = amount(low, unit, share=share), amount(high, unit, share=share)
    suffix = re.sub(r"^[-\d.,]+", "", last)
    return (
        f"{first.removesuffix(suffix)} to {last}"
        if first.startswith("-")
        else f"{first.removesuffix(suffix)}{DASH}{last}"
    )


def needs(comparison: str | None, threshold: object, unit: str | None, *, share: bool = False) -> str:
    """`at least 60%`, `at most 20 per 100`."""
    if not present(threshold):
        return ""
    return f"{'at most' if comparison == '<=' else 'at least'} {amount(threshold, unit, share=share)}"


def out_of(value: object, sample: object) -> str | None:
    """A share of fewer than 100 things as things, `11 of 14`; None when that would not say the value."""
    if not present(value) or not present(sample):
        return None
    total, share = float(sample), float(value)  # type: ignore[arg-type]
    hits = share * total
    if not 0 < total < 100 or abs(total - round(total)) > 1e-6 or abs(hits - round(hits)) > 1e-6:
        return None
    return f"{round(hits)} of {round(total)}"


def sureness(confidence: object) -> str:
    """`fairly sure (78%)`."""
    if not present(confidence):
        return "unsure"
    belief = float(confidence)  # type: ignore[arg-type]
    word = next(
        (word for floor, word in ((0.9, "very sure"), (0.7, "fairly sure"), (0.5, "leaning")) if belief >= floor),
        "unsure",
    )
    return f"{word} ({min(99, max(1, round(belief * 100)))}%)"


def human(identifier: object) -> str:
    """`resend_request_rate` as `Resend request rate`."""
    text = str(identifier or "").replace("_", " ").replace("-", " ").strip()
    return text[:1].upper() + text[1:]


def listed(items: list[str], limit: int = 3) -> str:
    """`a, b and c`, `a, b, c and 4 more`."""
    if len(items) > limit:
        return f"{', '.join(items[:limit])} and {len(items) - limit} more"
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """`1 program`, `3 programs`."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def level(value: object) -> str:
    """A friction's level in [0, 1] in words."""
    if not present(value):
        return "unknown"
    number = float(value)  # type: ignore[arg-type]
    return "high" if number >= 2 / 3 else "moderate" if number >= 1 / 3 else "low"


def trend(value: object) -> str:
    """Which way a friction goes, in words."""
    return str(value) if present(value) and value != "too short" else "too short for a trend"


def shortened(text: str, width: int) -> str:
    """`text` cut to `width` characters with an ellipsis; for labels inside figures only."""
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"
