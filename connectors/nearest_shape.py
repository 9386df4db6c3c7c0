"""Which of a connector's shapes an export that fits none is most like, and what differs."""

from collections.abc import Callable, Mapping, Sequence

from connectors.contract import Stream
from connectors.problem import listing

MOST_SHAPES = 4
MOST_NAMES = 8

Sign = tuple[str, ...]  # spellings of one name, of which any will do
Shows = Callable[[Sign], str | None]  # the name by which the export shows a sign


def overlap(common: int, one: int, other: int) -> float:
    """How alike two sets of names are, 0 to 1, from what they share and their sizes; the same from either side."""
    return 2 * common / (one + other) if one + other else 0.0


def nearest_shapes(
    names: Sequence[str], streams: Mapping[str, Stream], wanted: Callable[[Stream], Sequence[Sign]], shows: Shows
) -> tuple[str, str]:
    """The likeliest shapes, the nearest first, in words; and how the export differs from the nearest.

    Nearest is whose wanted names overlap most with the names of the export; of two alike, whose fields do.
    """

    def nearness(name: str) -> tuple[float, float]:
        signs = wanted(streams[name])
        fields = [field.paths for field in streams[name].fields.values()]
        found = len({shown for sign in signs if (shown := shows(sign))})
        taken = len({shown for sign in fields if (shown := shows(sign))})
        return overlap(found, len(signs), len(names)), overlap(taken, len(fields), len(names))

    alike = sorted(streams, key=nearness, reverse=True)  # of equals the first declared
    words = [f"{name} with {listing(_first(wanted(streams[name])))}" for name in alike[:MOST_SHAPES]]
    more = f"; {len(alike) - MOST_SHAPES} more" if len(alike) > MOST_SHAPES else ""
    if not alike:
        return "", ""
    return "; ".join(words) + more, _differs(alike[0], names, streams[alike[0]], wanted(streams[alike[0]]), shows)


def _first(signs: Sequence[Sign]) -> list[str]:
    return list(dict.fromkeys(sign[0] for sign in signs))


def _differs(nearest: str, names: Sequence[str], stream: Stream, signs: Sequence[Sign], shows: Shows) -> str:
    lacking = _first([sign for sign in signs if shows(sign) is None])
    fields = [field.paths for field in stream.fields.values()]
    known = {shown for sign in [*signs, *fields] if (shown := shows(sign))}
    strange = [name for name in names if name not in known]
    said = [f"it lacks {listing(lacking, MOST_NAMES)}"] if lacking else []
    said += [f"{nearest} does not have {listing(strange, MOST_NAMES)}"] if strange else []
    return f"the nearest is {nearest}: {'; '.join(said)}" if said else f"the nearest is {nearest}"
