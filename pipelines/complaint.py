"""One problem in a file that a person wrote."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, order=True)
class Complaint:
    """One problem in a file a person wrote. `line` counts from 1; 0 means the whole file."""

    file: str
    line: int
    where: str
    seen: str
    legal: str
    do: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        parts = [f"{place}: {self.where}: {self.seen}" if self.where else f"{place}: {self.seen}"]
        if self.legal:
            parts.append(f"legal: {self.legal}")
        if self.do:
            parts.append(self.do)
        return "; ".join(parts)

    def as_dict(self) -> dict[str, object]:
        return asdict(self)
