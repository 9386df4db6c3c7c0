"""Plain tables as spreadsheets and warehouses hand them over, each with headers of its own."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from world.clock import AS_OF, iso
from world.facts import Item, World

from shapes.files import write_csv
from shapes.links import content_id, url_of


def accounts(world: World, path: Path) -> None:
    """Customer accounts as a CRM report: days, day first."""
    write_csv(
        path,
        ["Account ID", "Account Name", "Website", "Customer Since", "Churned On", "Segment"],
        [
            [
                a.account_id,
                a.name,
                a.domain,
                a.started_at.strftime("%d/%m/%Y %H:%M"),
                a.ended_at and _churned(a.ended_at),
                a.segment,
            ]
            for a in world.accounts
        ],
    )


def _churned(at: datetime) -> str | None:
    return at.strftime("%d/%m/%Y %H:%M") if at.date() <= AS_OF else None


def videos(world: World, path: Path) -> None:
    """The video host's library list."""
    write_csv(
        path,
        [
            "video_id",
            "title",
            "topic",
            "area",
            "folder",
            "tags",
            "journey",
            "phase",
            "owner_email",
            "state",
            "uploaded",
            "replaced",
            "link",
        ],
        [
            [
                content_id(i),
                i.title,
                i.topic.words,
                i.topic.area,
                _folder(i),
                _tags(i),
                i.journey,
                i.lifecycle if i.audience else None,
                world.staff[i.author].email,
                "published",
                iso(i.published_at),
                iso(i.edited_at),
                url_of(world, i),
            ]
            for i in world.items
            if i.kind == "video"
        ],
    )


def _tags(item: Item) -> str | None:
    """`analyst;daily-work`; empty for an untagged item."""
    return f"{item.audience};{item.use_case}" if item.audience else None


def _folder(item: Item) -> str | None:
    return f"{item.topic.area} for {item.audience}s" if item.audience else None


def paths(world: World, path: Path) -> None:
    """Learning paths as the academy lists them."""
    write_csv(
        path,
        ["path_id", "name", "audience", "phase", "live_since", "updated"],
        [
            [content_id(i), i.title, i.audience, i.lifecycle, iso(i.published_at), iso(i.edited_at)]
            for i in world.items
            if i.kind == "path"
        ],
    )


def views(world: World, path: Path, zone: str) -> None:
    """The hub's view log in local time, with a few doubled lines and the staff's own reading, as such logs have."""
    local = ZoneInfo(zone)
    rows: list[list[object]] = []
    for n, view in enumerate(world.views):
        account = None if n % 9 == 4 or view.person.account is None else view.person.account.account_id
        row: list[object] = [
            view.at.astimezone(local).isoformat(),
            content_id(view.item),
            view.person.email,
            f"v{n // 2:06d}",
            account,
            view.surface,
            None if n % 13 == 5 else view.entry,
        ]
        rows.append(row)
        if n % 97 == 3:
            rows.append(list(row))
        if n % 11 == 0:
            reader = world.staff[n % len(world.staff)]
            rows.append(
                [
                    (view.at + timedelta(minutes=7)).astimezone(local).isoformat(),
                    content_id(view.item),
                    reader.email,
                    f"s{n:06d}",
                    None,
                    "portal",
                    "search",
                ]
            )
    write_csv(path, ["viewed_at", "content_id", "email", "session", "account", "surface", "entry"], rows)


def searches(world: World, path: Path) -> None:
    """The search engine's log; a tenth of searches are typed again within the half hour."""
    rows: list[list[object]] = []
    for n, s in enumerate(world.searches):
        row: list[object] = [
            iso(s.at),
            s.query,
            s.results,
            s.clicked and content_id(s.clicked),
            s.person.email,
            f"q{n:06d}",
            s.surface,
            s.person.locale,
        ]
        if n % 10 == 7:
            rows.append(
                [
                    iso(s.at - timedelta(seconds=40)),
                    s.query.upper(),
                    s.results,
                    None,
                    s.person.email,
                    f"q{n:06d}",
                    s.surface,
                    s.person.locale,
                ]
            )
        rows.append(row)
    write_csv(path, ["time", "query", "hits", "clicked", "user", "session", "where", "lang"], rows)


def sends(world: World, path: Path) -> None:
    """The customer team's log of material sent by mail."""
    write_csv(
        path,
        ["sent", "account", "to", "content", "as", "asset"],
        [
            [
                iso(s.at),
                s.person.account and s.person.account.account_id,
                s.person.email,
                s.item and content_id(s.item),
                s.form,
                s.asset,
            ]
            for s in world.sends
        ],
        delimiter=";",
    )


HEADERS: dict[str, list[str]] = {
    "release": ["release_id", "released_at", "product_area", "title", "is_customer_facing"],
    "account_month": [
        "account_id",
        "month",
        "active_users",
        "seats",
        "lifecycle",
        "start_arr",
        "expansion_arr",
        "contraction_arr",
        "churned_arr",
    ],
    "usage_event": ["occurred_at", "email", "account_id", "feature", "is_value_event"],
    "opportunity": ["opportunity_id", "created_at", "account_id", "contact_email", "amount", "is_won"],
    "certification": ["email", "content_id", "certified_at", "expires_at"],
    "live_session": ["started_at", "duration_s", "email", "account_id", "content_id", "session_id"],
    "guide_event": ["occurred_at", "guide_id", "event", "email", "account_id", "step_count", "is_educational"],
    "enrollment": [
        "enrollment_id",
        "email",
        "content_id",
        "enrolled_at",
        "enrollment_type",
        "started_at",
        "completed_at",
        "last_activity_at",
        "progress",
    ],
}


def plain(world: World, entity: str, path: Path) -> None:
    """A warehouse table under the canonical column names."""
    write_csv(path, HEADERS[entity], world.rows[entity])
