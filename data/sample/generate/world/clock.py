"""Months and moments as a program lives them: local wall clock in, UTC out."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from world.dice import Dice

AS_OF = date(2026, 7, 6)  # the last day the sample knows
LAST_MONTH = "2026-07"


def months(first: str, last: str = LAST_MONTH) -> list[str]:
    """Every month from `first` to `last`, as YYYY-MM."""
    year, month = int(first[:4]), int(first[5:])
    out = []
    while f"{year:04d}-{month:02d}" <= last:
        out.append(f"{year:04d}-{month:02d}")
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return out


def shift(month: str, by: int) -> str:
    """The month `by` months after `month`."""
    n = int(month[:4]) * 12 + int(month[5:]) - 1 + by
    return f"{n // 12:04d}-{n % 12 + 1:02d}"


def steps(first: str, changes: dict[str, float], last: str = LAST_MONTH) -> dict[str, float]:
    """A value per month that holds until the next month named in `changes` (zero before the first)."""
    out, value = {}, 0.0
    for month in months(first, last):
        value = changes.get(month, value)
        out[month] = value
    return out


class Clock:
    """Moments in one program's time zone, returned in UTC to the second."""

    def __init__(self, zone: str, dice: Dice) -> None:
        self.zone = ZoneInfo(zone)
        self._dice = dice

    def days(self, month: str) -> int:
        """Days of `month` that the sample covers: all of them, or those up to the as-of day."""
        if month == LAST_MONTH:
            return AS_OF.day - 1  # the export is taken during the as-of day
        return calendar.monthrange(int(month[:4]), int(month[5:]))[1]

    def at(self, month: str, day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
        """That local wall-clock moment."""
        local = datetime(int(month[:4]), int(month[5:]), day, hour, minute, second, tzinfo=self.zone)
        return local.astimezone(UTC)

    def during(self, month: str, first_day: int = 1, last_day: int = 31) -> datetime:
        """A moment in working hours of `month`; one in twenty falls in the first or last local hour."""
        last = min(last_day, self.days(month))
        first = min(first_day, last)
        minute, second = self._dice.below(60), self._dice.below(60)
        if self._dice.share() < 0.05 and first_day == 1 and last_day == 31:
            late = self._dice.share() < 0.5
            return self.at(month, last if late else 1, 23 if late else 0, minute, second)
        return self.at(month, self._dice.between(first, last), self._dice.between(7, 18), minute, second)

    def soon(self, after: datetime, low_hours: int, high_hours: int) -> datetime:
        """A moment some hours after another."""
        return after + timedelta(seconds=self._dice.between(low_hours * 3600, high_hours * 3600))

    def month_of(self, moment: datetime) -> str:
        """The program's own month of a UTC moment."""
        return moment.astimezone(self.zone).strftime("%Y-%m")


def iso(moment: datetime | None) -> str | None:
    """`2026-05-01T07:25:37Z`, as most vendors write it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None
