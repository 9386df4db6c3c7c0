"""The words of the sample's generator, which knows how customers write and what products are about."""

from __future__ import annotations

import sys
from pathlib import Path

GENERATE = Path(__file__).parents[2] / "data" / "sample" / "generate"
if str(GENERATE) not in sys.path:
    sys.path.append(str(GENERATE))

from world.phrases import COLLEAGUES, DOCUMENTS, PHRASES  # type: ignore[import-not-found]  # noqa: E402
from world.phrases import MONTHS as MONTH_NAMES  # noqa: E402
from world.vocabulary import topics  # type: ignore[import-not-found]  # noqa: E402

__all__ = ["COLLEAGUES", "DOCUMENTS", "MONTH_NAMES", "PHRASES", "topics"]
