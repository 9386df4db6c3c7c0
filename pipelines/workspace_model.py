"""The shape of waystage.yaml: every legal key, its type and its default."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from connectors.contract import ColumnMap
from connectors.written_dates import DateOrder

MOST = (59, 23, 31, 12, 7)  # minute, hour, day, month, weekday of a cron line
DEFAULT_MODELS = ["trainn", "thought_industries"]
NUMBER = re.compile(r"(?<!/)\b\d+")


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is not an IANA time zone") from error
    return name


def _five_fields(cron: str) -> str:
    fields = cron.split()
    in_range = (
        int(number) <= most for field, most in zip(fields, MOST, strict=False) for number in NUMBER.findall(field)
    )
    if len(fields) != len(MOST) or not all(in_range):
        raise ValueError(f"{cron!r} is not a cron line of five fields, such as '0 2 * * *'")
    return cron.strip()


TimeZone = Annotated[str, AfterValidator(_known_zone)]
ProgramId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=100)]
QueryName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]+$", max_length=100)]
SparkKey = Annotated[str, StringConstraints(pattern=r"^spark\.[A-Za-z0-9_.-]+$", max_length=200)]
Month = Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]

Period = Annotated[str, StringConstraints(pattern=r"^[1-9]\d{0,2} (day|month|year)s?$")]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceModel(_Closed):
    """Where one export lies and how to read it."""

    connector: str
    path: Annotated[str, StringConstraints(min_length=1)] | None = None
    url: Annotated[str, StringConstraints(min_length=1)] | None = None
    connection: Annotated[str, StringConstraints(min_length=1)] | None = None
    query: Annotated[str, StringConstraints(min_length=1)] | dict[QueryName, str] | None = None
    options: dict[str, Any] = Field(default_factory=dict)
    unpack_limit_gb: float = Field(default=20, gt=0)
    pull: dict[str, str | int | float | bool | dt.date] | None = Field(default=None, repr=False)
    name: str | None = None
    entity: str | None = None
    columns: dict[str, ColumnMap] = Field(default_factory=dict)
    timezone: TimeZone | None = None
    delimiter: Annotated[str, StringConstraints(pattern=r'^[^"\r\n]$')] | None = None
    encoding: str | None = None
    sheet: str | None = None
    instance: Annotated[str, StringConstraints(min_length=1)] | None = None
    observed_through: dt.date | None = None
    stale_after_days: int = Field(default=45, ge=1)
    ended: dt.date | None = None
    snapshot: bool = False
    date_order: DateOrder | None = None


class ProgramModel(_Closed):
    """One program: who it is, whose staff to leave out, and its exports."""

    id: ProgramId
    name: Annotated[str, StringConstraints(min_length=1)]
    timezone: TimeZone = "UTC"
    staff_domains: list[str] = Field(default_factory=list)
    locales: list[str] = Field(default_factory=list)
    sources: list[SourceModel] = Field(min_length=1)


class LaunchModel(_Closed):
    """A launch or campaign: from this month reach rules wait for three months."""

    program: str
    from_month: Month = Field(alias="from")
    surface: str = "any"

    @field_validator("from_month", mode="before")
    @classmethod
    def _month_text(cls, value: object) -> object:
        return value.strftime("%Y-%m") if isinstance(value, dt.date) else value


class WaiverModel(_Closed):
    """A condition set aside, by whom, why and until when."""

    program: str
    condition: str
    reason: Annotated[str, StringConstraints(min_length=1)]
    owner: Annotated[str, StringConstraints(min_length=1)]
    until: dt.date
    model: str | None = None


class ReviewModel(_Closed):
    """A formal review of where a program stands, held by people on this day."""

    program: str
    date: dt.date


class RetentionModel(_Closed):
    """How long what people wrote is kept; what was derived of it stays."""

    ticket_text: Period | None = None


class SparkModel(_Closed):
    """The Spark that `--engine spark` runs on: this machine's, or a cluster's."""

    master: Annotated[str, StringConstraints(min_length=1)] = "local[*]"
    configuration: dict[SparkKey, str | int | float | bool] = Field(default_factory=dict, repr=False)
    path: Annotated[str, StringConstraints(min_length=1)] | None = None
    options: dict[str, Any] = Field(default_factory=dict, repr=False)

    @model_validator(mode="after")
    def _path_is_one_we_reach(self) -> SparkModel:
        if self.address and self.address.split("://")[0] not in ("s3", "gs", "az"):
            raise ValueError(f"path is {self.path!r}; give a folder, or s3://…, gs://… or az://…")
        if self.options and not self.address:
            raise ValueError("options are those of an object store; give its address as path, or remove them")
        return self

    @property
    def address(self) -> str | None:
        """The path, where it is a prefix of an object store and no folder."""
        return self.path if self.path and "://" in self.path else None


class WorkspaceModel(_Closed):
    """waystage.yaml."""

    programs: list[ProgramModel] = Field(min_length=1)
    models: list[str] = Field(default_factory=lambda: list(DEFAULT_MODELS), min_length=1)
    launches: list[LaunchModel] = Field(default_factory=list)
    waivers: list[WaiverModel] = Field(default_factory=list)
    reviews: list[ReviewModel] = Field(default_factory=list)
    retention: RetentionModel = Field(default_factory=RetentionModel)
    spark: SparkModel = Field(default_factory=SparkModel)
    publish: str = "published/"
    schedule: Annotated[str, AfterValidator(_five_fields)] = "0 2 * * *"
    schedule_timezone: TimeZone = "UTC"
    alerts: list[str] = Field(default_factory=list)
    site_url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s?#]+$")] | None = None
    as_of: dt.date | None = None
