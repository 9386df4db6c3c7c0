"""How a value is written, without what it says: `31/02/2026` is 99/99/9999 and `Ada L.` is Aaa A.

What an operator reads of an export is published with the verdicts, so it never repeats what may name somebody.
"""

import re
import unicodedata
from collections.abc import Sequence

LONGEST = 40  # characters shown
# in this order: what one step writes, the next ones leave
STEPS = ((r"\p{Lu}", "A"), (r"[^A\P{L}]|\p{M}", "a"), (r"\p{N}", "9"), ("[^ -~]", "?"))
NO_HEADER = re.compile(r".*@.*|[\d\s.,:/+%$€£-]*\d[\d\s.,:/+%$€£-]*|\d{4}-\d\d-\d\d[T ].*", re.DOTALL)
IN_QUOTES = re.compile(r"\"[^\"]*\"|'[^']*'")


def outline(text: str) -> str:
    """The first characters of a text, every letter as `a` or `A` and every digit as 9."""
    return "".join(map(_mark, text[:LONGEST])) + ("…" if len(text) > LONGEST else "")


def _mark(character: str) -> str:
    kind = unicodedata.category(character)
    if kind[0] in "LM":
        return "A" if kind == "Lu" else "a"
    return "9" if kind[0] == "N" else character if " " <= character <= "~" else "?"


def outline_sql(text: str) -> str:
    """SQL for the outline of a text."""
    shown = f"left({text}, {LONGEST})"
    for found, mark in STEPS:
        shown = f"regexp_replace({shown}, '{found}', '{mark}', 'g')"
    return f"{shown} || case when length({text}) > {LONGEST} then '…' else '' end"


def quotes_outlined(message: str) -> str:
    """A message of another program, whose quotations may be of people's data."""
    return IN_QUOTES.sub(lambda quote: quote[0][0] + outline(quote[0][1:-1]) + quote[0][-1], message)


def is_row_of_data(names: Sequence[str]) -> bool:
    """Whether what stands where the header should be is a row of data: addresses, numbers and times name no column."""
    return any(NO_HEADER.fullmatch(name) for name in names)
