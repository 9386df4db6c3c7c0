"""Which findings leave more than one stage possible: what is unknown, and what may be missed by chance alone."""

from collections.abc import Mapping
from typing import Any

BY_CHANCE = "missed by so little that it may be chance"


def is_left_open(finding: Mapping[str, Any]) -> bool:
    """Whether a finding (outcome, reason) widens the range of stages."""
    return finding["outcome"] in {"unknown", "error"} or finding["reason"] == BY_CHANCE
