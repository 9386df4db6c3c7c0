"""The shape of frictions.yaml."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from connectors.declaration import read, validate
from rules.model import Closed, Name, Sentence

FRICTIONS_FILE = Path(__file__).parent / "frictions.yaml"
FrictionId = Annotated[str, Field(pattern=r"^F\d\d$")]


class FrictionSignal(Closed):
    """A signal by which a friction shows: fine on one side of a value, at its worst at another."""

    signal: Name
    at_least: float | None = None
    at_most: float | None = None
    worst: float
    measured_as: Sentence

    @model_validator(mode="after")
    def _worst_is_worse(self) -> "FrictionSignal":
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("give exactly one of at_least and at_most")
        if self.worst == self.good or (self.worst > self.good) == (self.at_least is not None):
            raise ValueError(f"worst {self.worst:g} must lie on the wrong side of {self.good:g}")
        return self

    @property
    def good(self) -> float:
        """The value from which the signal is fine."""
        return self.at_least if self.at_least is not None else float(self.at_most or 0.0)

    @property
    def worse_is(self) -> float:
        """+1 where a higher value is worse, -1 where a lower one is."""
        return 1.0 if self.at_most is not None else -1.0


class Friction(Closed):
    """One friction."""

    id: FrictionId
    name: Name
    job: Name
    cleared_at: dict[Name, int] = Field(description="Stage, by model, at which it is expected to be gone.")
    says: Annotated[str, Field(pattern=r"\{now\}")]
    looks_like: Sentence
    signals: list[FrictionSignal] = Field(min_length=1, description="The first that is observed leads the events.")


class DeliveryWall(Closed):
    """The named pattern: content up or flat, learners down, requests to resend up."""

    friction: FrictionId
    content: Name
    learners: Name
    resends: Name
    says: Sentence

    @property
    def signals(self) -> dict[str, str]:
        """The signals read, by what they are read for."""
        return {"content": self.content, "learners": self.learners, "resends": self.resends}


class LaunchSpike(Closed):
    """The named pattern: learners peak with a launch and fall to half and less within half a year."""

    friction: FrictionId
    learners: Name
    says: Sentence


class Pattern(Closed):
    """A named pattern of one signal: a share that is odd from a value on, and was lower by so much before.

    Without `rises_by` its exports hold no history, as those of tags do: it is told in the last complete month.
    """

    kind: Name
    friction: FrictionId
    signal: Name
    at_least: float
    rises_by: float | None = Field(default=None, gt=0)
    is_integrity: bool = Field(default=False, description="Whether it may make a program look more mature than it is.")
    says: Annotated[str, Field(pattern=r"\{after\}", description="One sentence; may use {month}, {before}, {after}.")]


class Frictions(Closed):
    """All frictions."""

    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    frictions: list[Friction] = Field(min_length=1)
    delivery_wall: DeliveryWall
    launch_spike: LaunchSpike
    patterns: list[Pattern] = Field(default=[])

    @model_validator(mode="after")
    def _ids_are_unique(self) -> "Frictions":
        ids = [friction.id for friction in self.frictions]
        repeated = sorted({name for name in ids if ids.count(name) > 1})
        if repeated:
            raise ValueError(f"friction {repeated[0]} is given twice; keep one")
        named = {"delivery_wall": self.delivery_wall.friction, "launch_spike": self.launch_spike.friction}
        for name, friction in {**named, **{one.kind: one.friction for one in self.patterns}}.items():
            if friction not in ids:
                raise ValueError(f"{name} names {friction}, which is no friction here")
        return self

    @property
    def event_kinds(self) -> dict[str, bool]:
        """Every kind of event that may be told, and whether it is a flag on integrity."""
        plain = dict.fromkeys(["rise", "fall", "migration_break", "delivery_wall", "launch_spike"], False)
        return plain | {one.kind: one.is_integrity for one in self.patterns}

    @property
    def signal_names(self) -> list[str]:
        """Every signal read, each once."""
        names = [one.signal for friction in self.frictions for one in friction.signals]
        names += [*self.delivery_wall.signals.values(), self.launch_spike.learners]
        return list(dict.fromkeys([*names, *(one.signal for one in self.patterns)]))


def load_frictions(file: Path = FRICTIONS_FILE) -> Frictions:
    """The frictions of a file. Raises DeclarationError with file and line for everything that is wrong."""
    return validate(Frictions, read(file))
