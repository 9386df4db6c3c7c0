"""Exports as they come night by night: growing, late, twice, corrected, cut off, renamed, gone for a while and back.

Program alder keeps a full dump of its tickets and daily files of learning events; birch has pages of a help desk's
interface and a full dump of events that now and then is no file at all. Nothing is chance but for the seed.
"""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Mapping
from pathlib import Path

from tests import tiny_world
from tests.tiny_world import CANARY, Rows, write_csv
from tests.zendesk_pages import ticket, user

FIRST_NIGHT = dt.date(2025, 3, 5)
BEFORE = (FIRST_NIGHT - tiny_world.FIRST_DAY.date()).days
DESK = """      - {connector: zendesk_support, path: exports/birch/desk/}
"""
EVENT_HEADER = ["Event", "When", "Learner", "Content", "Verb"]
CONTENT_HEADER = ["ID", "Title", "Type", "State", "Author", "Published"]
Day = int  # since the first ticket; what is of that day arrives with that night or later


class NightlyWorld:
    """The exports of a workspace, one night after the other."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.dice = folder, random.Random(seed)  # noqa: S311  (deliveries, not secrets)
        self.day = BEFORE - 1
        self.delays: dict[str, int] = {}
        self.later: list[tuple[Day, Path, bytes]] = []  # what comes another night
        (folder / "mini").mkdir(parents=True)
        (folder / "mini/model.yaml").write_text(tiny_world.PACK, encoding="utf-8")
        alder = tiny_world.PROGRAM.format(id="alder", name="Alder", timezone="Europe/Berlin")
        birch = tiny_world.PROGRAM.format(id="birch", name="Birch", timezone="America/New_York")
        head, _, rest = birch.partition("      - connector: table\n")
        _, _, others = rest.partition("      - connector: table\n")
        settings = tiny_world.WORKSPACE.format(as_of=tiny_world.AS_OF) + alder
        settings += f"{head}{DESK}      - connector: table\n{others}"
        (folder / "waystage.yaml").write_text(settings, encoding="utf-8")
        for program in ("alder", "birch"):
            (folder / "exports" / program / "desk").mkdir(parents=True)
        (folder / "exports/alder/desk").rmdir()
        self._deliver_events("alder", range(BEFORE))
        self.next_night()

    @property
    def as_of(self) -> dt.date:
        """The last day judged tonight."""
        return tiny_world.FIRST_DAY.date() + dt.timedelta(days=self.day)

    def next_night(self) -> None:
        """What arrives until tonight."""
        self.day += 1
        due = [one for one in self.later if one[0] <= self.day]
        self.later = [one for one in self.later if one[0] > self.day]
        for _, path, content in due:
            path.write_bytes(content)
        self._dump_tickets()
        self._deliver_events("alder", range(max(0, self.day - 2), self.day + 1))
        self._page_tickets()
        self._dump_events()
        self._edit_content()
        self._upset_files()

    def _has_arrived(self, what: str, day: Day) -> bool:
        """Most come with their day, some up to three weeks late."""
        late = self.delays.setdefault(what, self.dice.randrange(1, 21) if self.dice.random() < 0.1 else 0)
        return day + late <= self.day

    def _dump_tickets(self) -> None:
        """All of alder's tickets so far, in any order, some twice; open ones are solved a week later."""
        rows: Rows = []
        for day, row in enumerate(tiny_world.tickets(0)[: self.day + 1]):
            if self._has_arrived(str(row[0]), day):
                solved = "solved" if self.day - day > 7 else row[-1]
                rows += [[*row[:-1], solved]] * (2 if self.dice.random() < 0.05 else 1)
        self.dice.shuffle(rows)
        path = self.folder / "exports/alder/tickets.csv"
        if self.dice.random() < 0.9:  # some nights nobody exports
            write_csv(path, tiny_world.TICKET_HEADER, rows)
        write_csv(self.folder / "exports/alder/accounts.csv", ["Account ID", "Start", "Contact"],
                  tiny_world.accounts(0)[: 6 + self.day // 40])  # fmt: skip

    def _deliver_events(self, program: str, days: range) -> None:
        """A file of tonight's events and those of the nights before; it may come later, or cut off and then whole."""
        rows = [row for day in days for row in self._events(0, day)]
        late = [row for day in range(max(0, self.day - 20), days.start) for row in self._events(0, day, is_late=True)]
        path = self.folder / "exports" / program / f"events-{self.as_of:%Y%m%d}.csv"
        write_csv(path, EVENT_HEADER, [*rows, *late])
        content, chance = path.read_bytes(), self.dice.random()
        if len(days) > 10 or chance > 0.2:
            return
        self.later.append((self.day + self.dice.randrange(1, 4), path, content))
        if chance > 0.1:
            path.unlink()
        else:
            path.write_bytes(content[: self.dice.randrange(len(content))])

    def _events(self, number: int, day: Day, *, is_late: bool = False) -> Rows:
        every = tiny_world.events(number)
        if day >= len(every) or not self._has_arrived(str(every[day][0]), day):
            return []
        return [] if is_late and not self.delays[str(every[day][0])] else [every[day]]

    def _page_tickets(self) -> None:
        """Pages of birch's desk: what was opened, and what changed since; the newest version of a ticket holds."""
        changed = [self.day, *(day for day in range(self.day) if self.dice.random() < 0.02)]
        if self.day == BEFORE:
            changed = list(range(self.day + 1))
        records = []
        for day in changed:
            created = tiny_world.FIRST_DAY + dt.timedelta(days=day)
            updated = tiny_world.FIRST_DAY + dt.timedelta(days=self.day, hours=self.dice.randrange(12))
            said = tiny_world.tickets(1)[day] if day < 302 else tiny_world.tickets(1)[0]
            records.append(
                ticket(
                    1000 + day, requester_id=70 + day % 9, subject=said[4], description=said[5],
                    status=self.dice.choice(["open", "pending", "solved", "closed", "deleted"]),
                    created_at=_stamp(created), updated_at=_stamp(updated),
                    generated_timestamp=int(updated.replace(tzinfo=dt.UTC).timestamp()),
                )
            )  # fmt: skip
        folder = self.folder / "exports/birch/desk"
        if self.dice.random() < 0.93:
            (folder / f"tickets-{self.day}.json").write_text(json.dumps({"tickets": records}), encoding="utf-8")
        people = [user(70 + one, f"{CANARY}.{one}@company{one}.example") for one in range(4 + self.day // 40)]
        (folder / "users.json").write_text(json.dumps({"users": people}), encoding="utf-8")

    def _dump_events(self) -> None:
        rows = [row for day in range(self.day + 1) for row in self._events(1, day)]
        path = self.folder / "exports/birch/events.csv"
        write_csv(path, EVENT_HEADER, rows)
        chance = self.dice.random()
        if chance < 0.03:
            path.write_bytes(b"")
        elif chance < 0.06:
            path.write_text("<html><body>Please sign in</body></html>", encoding="utf-8")
        elif chance < 0.09:
            path.unlink()
        write_csv(
            self.folder / "exports/birch/accounts.csv", ["Account ID", "Start", "Contact"], tiny_world.accounts(1)
        )

    def _edit_content(self) -> None:
        for number, program in enumerate(("alder", "birch")):
            rows = [list(row) for row in tiny_world.content(number)]
            for row in rows:
                if self.dice.random() < 0.1:
                    row[3] = "archived"
                if self.dice.random() < 0.1:
                    row[1] = f"{row[1]}, edited on day {self.day}"
            write_csv(self.folder / "exports" / program / "content.csv", CONTENT_HEADER, rows)

    def _upset_files(self) -> None:
        """A daily file goes for some nights, or gets another name; a page of the desk is there twice."""
        daily = sorted((self.folder / "exports/alder").glob("events-*.csv"))
        waiting = {path for _, path, _ in self.later}
        whole = [path for path in daily if path not in waiting]
        chance = self.dice.random()
        if chance < 0.08 and len(whole) > 3:
            path = self.dice.choice(whole)
            self.later.append((self.day + self.dice.randrange(1, 5), path, path.read_bytes()))
            path.unlink()
        elif chance < 0.14 and whole:
            path = self.dice.choice(whole)
            path.rename(path.with_name(f"events-again-{self.day}-{path.name[7:]}"))
        elif chance < 0.2:
            pages = sorted((self.folder / "exports/birch/desk").glob("tickets-*.json"))
            path = self.dice.choice(pages)
            path.with_name(f"copy-of-{path.name}").write_bytes(path.read_bytes())


def _stamp(time: dt.datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"


def differences(one: Mapping[str, list[str]], other: Mapping[str, list[str]]) -> list[str]:
    """What is in the one and not in the other, by table."""
    said = []
    for table in sorted(set(one) | set(other)):
        here, there = one.get(table, []), other.get(table, [])
        if here != there:
            mine = [row for row in here if row not in there][:3]
            theirs = [row for row in there if row not in here][:3]
            said.append(f"{table}: {len(here)} and {len(there)} rows; {mine} and {theirs}")
    return said
