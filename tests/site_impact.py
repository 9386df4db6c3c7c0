"""What training goes with, in the small published database: two outcomes that differ, two that may not."""

from __future__ import annotations

from typing import Any

OUTCOMES = {
    "adoption": ("pp", "higher", 12.0, 8.0),
    "time_to_value": ("days", "lower", -9.0, 7.5),
    "support": ("per account", "lower", 0.4, 0.6),
    "retention": ("pp", "higher", 3.0, 5.0),
}


def impact_rows(at: dict[str, Any], *, is_told: bool) -> list[dict[str, Any]]:
    """One row per outcome; of a program whose sources tell none, why not."""
    if not is_told:
        silent = {"status": "unknown", "reason": "needs product use", "trained_accounts": 0}
        return [{**at, "business_outcome": outcome, **silent} for outcome in OUTCOMES]
    return [
        {
            **at,
            "business_outcome": outcome,
            "unit": unit,
            "better": better,
            "status": "observed",
            "trained_accounts": 84,
            "untrained_accounts": 61,
            "compared_accounts": 130,
            "match_rate": 0.94,
            "unadjusted": value * 1.5,
            "unadjusted_low": value * 1.5 - spread,
            "unadjusted_high": value * 1.5 + spread,
            "adjusted": value,
            "adjusted_low": value - spread,
            "adjusted_high": value + spread,
            "adjusted_for": "size, start date, segment",
        }
        for outcome, (unit, better, value, spread) in OUTCOMES.items()
    ]
