"""The shape of a rule pack: stages in order, what each requires, and what to do next.

A pack is data, in a closed vocabulary; a third maturity model needs no Python.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Window = Literal["T1", "T2", "T3", "T4", "T5", "T6", "T9", "T12"]
Lifecycle = Literal["experimental", "stable", "deprecated"]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Sentence = Annotated[str, Field(min_length=1)]

SCHEMA_FILE = Path(__file__).parent / "model.schema.json"


class Closed(BaseModel):
    """Frozen, no key but those named, and no value of another type: `yes` is no 1, and "0.5" no 0.5."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=True)


class Condition(Closed):
    """One signal compared with one threshold."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["at_least"]}, {"required": ["at_most"]}]})

    id: Name = Field(default="", description="Name of the condition; the signal's name unless it is used twice.")
    signal: Name = Field(description="A signal of transforms/signals/.")
    window: Window = Field(default="T3", description="The most months that may be pooled to reach the minimum sample.")
    at_least: float | None = Field(default=None, description="Met from this value up. Either this or at_most.")
    at_most: float | None = Field(default=None, description="Met from this value down. Either this or at_least.")
    keep: float | None = Field(default=None, description="Looser value a condition already met may slip to.")
    hold: int = Field(default=1, ge=1, le=24, description="Months in a row it must be met.")
    unknown_prior: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="Probability that it is met where it is unknown, in place of the pack's; what else its gate "
        "shows does not move it.",
    )
    reach: bool = Field(default=False, description="True where a launch cannot newly satisfy it.")
    why: Sentence = Field(description="Why the stage asks for this.")
    next_step: Sentence = Field(description="What to do when it is unmet, in plain words.")
    measured_as: Sentence = Field(
        description="What the value counts, to be read after it: '8 files and links per onboarding'."
    )

    @model_validator(mode="before")
    @classmethod
    def _name_after_signal(cls, given: Any) -> Any:
        if isinstance(given, dict) and "id" not in given and isinstance(given.get("signal"), str):
            return {**given, "id": given["signal"]}
        return given

    @model_validator(mode="after")
    def _one_operator(self) -> "Condition":
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("give exactly one of at_least and at_most")
        return self

    @property
    def is_at_least(self) -> bool:
        """True for `>=`, false for `<=`."""
        return self.at_least is not None

    @property
    def comparison(self) -> str:
        return ">=" if self.is_at_least else "<="

    @property
    def threshold(self) -> float:
        return self.at_least if self.at_least is not None else float(self.at_most or 0.0)

    @property
    def keep_threshold(self) -> float:
        """The value a held condition may slip to: `keep`, or the threshold itself."""
        return self.threshold if self.keep is None else self.keep

    @property
    def window_months(self) -> int:
        return int(self.window[1:])


class Group(Closed):
    """At least `count` of these conditions."""

    count: int = Field(ge=1, description="How many of them must be met.")
    of: list[Condition] = Field(min_length=1, description="The conditions to choose from.")


class Gate(Closed):
    """What a stage requires: all of some conditions, and so many of each group of others."""

    all: list[Condition] = Field(default_factory=list, description="Conditions that must each be met.")
    at_least: list[Group] = Field(default_factory=list, description="One group, or a list of groups.")

    @field_validator("at_least", mode="before", json_schema_input_type=Group | list[Group])
    @classmethod
    def _one_or_many(cls, given: Any) -> Any:
        return [given] if isinstance(given, dict) else given

    @property
    def conditions(self) -> list[Condition]:
        return [*self.all, *(condition for group in self.at_least for condition in group.of)]


class Phase(Closed):
    """Stages that belong together, and what they change taken as one."""

    name: Sentence = Field(description="What stages give as their phase.")
    job: Name = Field(description="The job the phase is about; one of the pack's jobs.")
    summary: Sentence = Field(description="What happens in it.")
    friction: Sentence | None = Field(default=None, description="What is felt until it is done, in words.")
    key_benefit: Sentence | None = Field(default=None, description="What it brings.")
    primary_challenge: Sentence | None = Field(default=None, description="What makes it hard.")


class JobNote(Closed):
    """What one job is, and how machines and people share its work."""

    summary: Sentence = Field(description="What it means to have solved the job.")
    ai_takes_over: list[Sentence] = Field(default_factory=list, description="Work of the job that AI does.")
    people_decide: list[Sentence] = Field(default_factory=list, description="What stays a decision of people.")


class Stage(Closed):
    """One rung of the ladder."""

    number: int = Field(ge=0, description="Its place; each stage is one above the stage before.")
    name: Sentence = Field(description="What the stage is called.")
    phase: Sentence | None = Field(default=None, description="The phase it belongs to; one of the pack's phases.")
    job: Name = Field(description="The job this stage belongs to; one of the pack's jobs.")
    summary: Sentence = Field(description="What a program at this stage does.")
    fixes: list[Annotated[str, Field(pattern=r"^F\d\d$")]] = Field(
        default_factory=list, description="Frictions that holding this stage clears."
    )
    key_benefit: Sentence | None = Field(default=None, description="What holding the stage brings.")
    primary_challenge: Sentence | None = Field(default=None, description="What makes the next stage hard from here.")
    tooling: list[Sentence] = Field(default_factory=list, description="Tools the stage asks for.")
    practices: list[Sentence] = Field(
        default_factory=list,
        description="Plays that lead on from this stage, in order; those of the top stage hold it.",
    )
    gate: Gate | None = Field(default=None, description="What the stage requires; absent for the lowest only.")

    @property
    def conditions(self) -> list[Condition]:
        return self.gate.conditions if self.gate else []


@dataclass(frozen=True)
class Knowledge:
    """What a pack knows of its conditions beside their samples; see rules/confidence.py."""

    dependence: float = 0.0
    doubt: float = 0.0
    persistence: float = 0.0


class Pack(Closed):
    """A maturity model."""

    name: Name = Field(description="What users call it; the name of its folder, where - may stand for _.")
    title: Sentence = Field(description="Its name in full.")
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")] = Field(
        description="Three numbers; raised whenever what it asks for changes."
    )
    lifecycle: Lifecycle = Field(description="How settled it is.")
    source: Sentence = Field(description="Who wrote the model, where it is published, and what is our own judgement.")
    evidence_floor: float = Field(
        ge=0,
        le=1,
        description="Share of conditions up to the next gate that must be assessable before naming a stage.",
    )
    unknown_prior: float = Field(ge=0, le=1, description="Probability that an unknown condition is met.")
    dependence: float = Field(
        default=0.0,
        ge=0,
        le=1,
        description="How far conditions come and go together: 0 independent, 1 only the least probable one counts.",
    )
    doubt: float = Field(
        default=0.0,
        ge=0,
        lt=0.5,
        description="How probably a gate is other than its conditions say although all are measured beyond doubt.",
    )
    persistence: float = Field(
        default=0.0,
        ge=0,
        lt=1,
        description="How much of the doubt about a condition its verdict removes, because programs change seldom.",
    )
    straddle_share: float = Field(
        default=0.35,
        gt=0,
        le=0.5,
        description="Probability of the neighbouring stage from which both are named.",
    )
    jobs: list[Name] = Field(min_length=1, description="In the order in which ties are broken.")
    job_notes: dict[Name, JobNote] = Field(default_factory=dict, description="What each job is, by its name.")
    phases: list[Phase] = Field(default_factory=list, description="Phases that stages are gathered in, in order.")
    stages: list[Stage] = Field(min_length=1, description="The ladder, lowest first.")

    @property
    def knowledge(self) -> Knowledge:
        """What is known of its conditions beside their samples."""
        return Knowledge(self.dependence, self.doubt, self.persistence)

    def prior_of(self, condition: Condition) -> float:
        """Probability that a condition is met where it is unknown."""
        return self.unknown_prior if condition.unknown_prior is None else condition.unknown_prior

    @property
    def conditions(self) -> list[Condition]:
        """Every condition, in the order of the stages."""
        return [condition for stage in self.stages for condition in stage.conditions]


def schema_text() -> str:
    """The JSON Schema of model.yaml, as committed in model.schema.json for editors."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Pack.model_json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write_schema() -> None:
    """Regenerate model.schema.json."""
    SCHEMA_FILE.write_text(schema_text(), encoding="utf-8")


if __name__ == "__main__":
    write_schema()
