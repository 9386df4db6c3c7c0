"""Numbers and reasons in plain words."""

import numpy as np

from rules.condition import ERROR, NOT_APPLICABLE, NOT_MET, UNKNOWN, WAIVED, Judged
from rules.grid import Bools, Grid
from rules.left_open import BY_CHANCE
from rules.no_step import HIDDEN
from transforms.header import SignalHeader

Texts = np.ndarray


def number_text(value: float, header: SignalHeader, decimals: int = 0) -> str:
    """A value as people say it: shares as percentages, the rest with as few decimals as it needs."""
    if header.kind in ("share", "state_share") and header.unit == "ratio":
        return f"{100 * value:.{decimals}f}%"
    text = f"{value:.{max(decimals, 0 if abs(value) >= 10 else 2)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def apart(value: float, threshold: float, header: SignalHeader) -> tuple[str, str]:
    """Value and threshold, the value with as many decimals as it takes to differ (at most six)."""
    needed = number_text(threshold, header)
    for decimals in range(7):
        now = number_text(value, header, decimals)
        if now != needed:
            break
    return now, needed


def things(hits: float, total: float, measured_as: str, header: SignalHeader) -> str | None:
    """A share of fewer than 100 things in things: '11 of 14 published items are …' from 'of published items are …'.

    None where it is no such share, or where one single thing would not go with the plural verb that follows.
    """
    is_share = header.kind in ("share", "state_share") and header.unit == "ratio" and measured_as.startswith("of ")
    if not is_share or not 0 < total < 100 or hits == 1 or hits != round(hits) or total != round(total):
        return None
    rest = measured_as.removeprefix("of ")
    article, rest = ("the ", rest.removeprefix("the ")) if rest.startswith("the ") else ("", rest)
    return f"{hits:.0f} of {article}{total:.0f} {rest}"


def counted(number: str, measured_as: str) -> str:
    """A number with what it counts, which of one is in the singular: '1 destination per onboarding'."""
    noun, *rest = measured_as.split(" ")
    if number != "1" or not noun.endswith(("s", "people")):
        return f"{number} {measured_as}"
    one = "person" if noun == "people" else f"{noun[:-3]}y" if noun.endswith("ies") else noun[:-1]
    verb = {"have": "has", "are": "is"}
    return " ".join([number, one, *(verb.get(word, word) for word in rest[:1]), *rest[1:]])


def reasons(
    judged: Judged,
    header: SignalHeader,
    grid: Grid,
    *,
    missing: Texts,
    partial: Texts,
    untold: Texts,
    waived: Texts,
    faults: Texts,
) -> Texts:
    """Why each outcome is what it is, where value and threshold do not say so; None elsewhere.

    `missing` gives the words for a signal without a source, `partial` those for one of which a part is seen, `untold`
    those for one whose sources hold nothing to measure (None where they do), `waived` those for a waiver, `faults`
    those for a signal in error; all (programs, months).
    """
    reading = judged.reading
    texts = np.full(grid.shape, None, dtype=object)
    unsettled = (judged.outcome == UNKNOWN) | (judged.outcome == NOT_MET)
    _hold_texts(texts, judged, unsettled)
    texts[(judged.outcome == NOT_MET) & (judged.truth_at_best == 0) & (texts == None)] = BY_CHANCE  # noqa: E711
    texts[judged.is_kept] = f"met before, may slip to {number_text(judged.condition.keep_threshold, header)}"
    texts[judged.is_doubtful] = "met before, and its sample is too small to say that it no longer is"
    unknown = judged.outcome == UNKNOWN
    bounds = sorted((judged.condition.keep_threshold, judged.condition.threshold))
    low, high = (number_text(bound, header) for bound in bounds)
    texts[unknown & judged.is_between] = f"between {low} and {high}, and whether it was met before is not known"
    texts[unknown & judged.is_launch] = "launch window"
    short_in_part = unknown & judged.is_partial
    texts[short_in_part] = partial[short_in_part]
    short = unknown & reading.is_observed & ~reading.is_assessable
    _sample_texts(texts, judged, header, short)
    texts[short & (header.kind == "count") & np.isnan(reading.value)] = "its source does not say"
    is_untold = short & (untold != None)  # noqa: E711  element by element
    texts[is_untold] = untold[is_untold]
    _bound_texts(texts, judged, header, short & reading.is_open)
    absent = unknown & ~reading.is_observed
    texts[absent] = missing[absent]
    texts[absent & _before_first_complete(grid)] = "no complete month yet"
    is_error = judged.outcome == ERROR
    texts[is_error] = faults[is_error]
    texts[judged.outcome == NOT_APPLICABLE] = "does not apply"
    is_waived = judged.outcome == WAIVED
    texts[is_waived] = waived[is_waived]
    is_mixed = reading.is_mixed & (texts == None)  # noqa: E711  element by element
    texts[is_mixed] = f"its {header.window_months} months were counted by two tools, one after the other"
    return texts


def _hold_texts(texts: Texts, judged: Judged, where: Bools) -> None:
    hold = judged.condition.hold
    unseen = where & (judged.outcome == NOT_MET) & ~judged.reading.is_assessable
    texts[unseen] = f"not met earlier in the last {hold} months, needed in each; this month is not known"
    for months in range(1, hold):
        texts[where & (judged.months_met == months)] = f"met in {months} of {hold} months, needed in each"


def _sample_texts(texts: Texts, judged: Judged, header: SignalHeader, where: Bools) -> None:
    samples = np.floor(np.nan_to_num(judged.reading.sample_size[where])).astype(np.int64)
    sizes, back = np.unique(samples, return_inverse=True)
    words = [
        f"{size} of {header.minimum_sample} needed" if size < header.minimum_sample else "nothing to measure"
        for size in sizes
    ]
    texts[where] = np.array(words, dtype=object)[back]
    texts[where & judged.reading.is_cut] += ", counted only since the tool was changed"


def _bound_texts(texts: Texts, judged: Judged, header: SignalHeader, where: Bools) -> None:
    for cell in zip(*np.nonzero(where), strict=True):
        least, most = (number_text(float(part[cell]), header) for part in (judged.reading.least, judged.reading.most))
        texts[cell] = f"anything from {least} to {most}, {HIDDEN}"


def _before_first_complete(grid: Grid) -> Bools:
    return np.asarray(~np.maximum.accumulate(grid.is_complete, axis=1))
