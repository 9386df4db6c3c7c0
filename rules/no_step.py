"""Why there is no next step: exports keep only an item's latest edit, so some past months can never be told."""

from collections.abc import Iterable, Mapping
from typing import Any

HIDDEN = "because later edits hide earlier ones"


def why_no_step(stage_low: int, findings: Iterable[Mapping[str, Any]]) -> str | None:
    """A sentence for a month without a next step, from its findings (stage, condition, outcome, reason).

    None where nothing in the lowest gate that is not held is hidden by later edits.
    """
    above = [one for one in findings if one["stage"] > stage_low]
    gate = min((one["stage"] for one in above), default=None)
    hidden = [
        f"{str(one['condition']).replace('_', ' ')} was {one['reason'].removesuffix(HIDDEN).rstrip(', ')}"
        for one in above
        if one["stage"] == gate and one["outcome"] == "unknown" and (one["reason"] or "").endswith(HIDDEN)
    ]
    if not hidden:
        return None
    return f"None that would settle this month: {' and '.join(hidden)}, {HIDDEN}, and no later export will tell."
