"""Numbers that no program can have. They are told and left out: an infinity would meet any threshold."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from transforms.header import SignalHeader
from transforms.interval import Floats

Texts = NDArray[np.object_]
ROUNDING = 1e-9
SHARES = ("share", "state_share")
COUNTED = (*SHARES, "rate", "ratio")  # differences may have parts below zero


def impossible(header: SignalHeader, value: Floats, numerator: Floats, denominator: Floats, sample: Floats) -> Texts:
    """Of each element why it cannot be, None where it can; arrays of one shape, NaN where nothing is known."""
    texts = np.full(value.shape, None, dtype=object)
    low, high = header.range
    least = -np.inf if low is None else low - ROUNDING
    most = np.inf if high is None else high + ROUNDING
    if header.kind in SHARES:
        least, most = max(least, -ROUNDING), min(most, 1 + ROUNDING)
    # the most telling last: it stands
    _below_zero(texts, "sample", sample)
    for cell in zip(*np.nonzero((value < least) | (value > most)), strict=True):
        texts[cell] = f"its value {value[cell]:g} lies outside {_range(header)}"
    if header.kind in SHARES:
        for cell in zip(*np.nonzero(numerator > denominator * (1 + ROUNDING)), strict=True):
            texts[cell] = f"it counts {numerator[cell]:g} of {denominator[cell]:g}, more than there are"
    if header.kind in COUNTED:
        _below_zero(texts, "numerator", numerator)
        _below_zero(texts, "denominator", denominator)
    for name, part in (("sample", sample), ("value", value), ("numerator", numerator), ("denominator", denominator)):
        texts[np.isinf(part)] = f"its {name} is infinite"
    return texts


def _below_zero(texts: Texts, name: str, part: Floats) -> None:
    for cell in zip(*np.nonzero(part < 0), strict=True):
        texts[cell] = f"its {name} {part[cell]:g} is below zero"


def _range(header: SignalHeader) -> str:
    low, high = (0.0, 1.0) if header.kind in SHARES else header.range
    if low is None or high is None:
        return f"{low:g} and more" if low is not None else f"{high:g} and less"
    return f"{low:g} to {high:g}"
