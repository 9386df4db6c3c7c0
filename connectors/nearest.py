"""The legal name a person most likely meant by one that is not legal."""

from collections.abc import Iterable
from difflib import get_close_matches

LONGEST_SHOWN = 60  # characters of a name
MOST_LISTED = 20  # names


def is_showable(name: str) -> bool:
    """Whether a name found in an export may be repeated: where a header is missing, its names are people's data."""
    return "@" not in name and len(name) <= LONGEST_SHOWN


def nearest(name: str, legal: Iterable[str]) -> str:
    """`did you mean 'x'?`, or the empty string where nothing comes close; upper and lower case are alike."""
    folded = {candidate.casefold(): candidate for candidate in legal if is_showable(candidate)}
    close = get_close_matches(str(name).casefold(), list(folded), n=1, cutoff=0.5)
    return f"did you mean '{folded[close[0]]}'?" if close else ""


def nearest_or_legal(name: str, legal: Iterable[str]) -> str:
    """As `nearest`, or `legal: a, b` where nothing comes close."""
    names = list(legal)
    more = f" and {len(names) - MOST_LISTED} more" if len(names) > MOST_LISTED else ""
    return nearest(name, names) or f"legal: {', '.join(names[:MOST_LISTED]) or '(none)'}{more}"


def legal_and_nearest(name: str, legal: Iterable[str]) -> str:
    """`legal: a, b`, and what was probably meant where something comes close."""
    names = list(legal)
    hint = nearest(name, names)
    return f"legal: {', '.join(names)}" + (f"; {hint}" if hint else "")
