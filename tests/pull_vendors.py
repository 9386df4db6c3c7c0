"""The other vendors, as their pages document them: small worlds that answer what the declarations ask."""

from __future__ import annotations

from typing import Any

from tests.pull_world import EPOCH, Asked, Page, Reply, Vendor, stamp

ISO_DAY = slice(0, 10)


def numbered(asked: Asked, records: list[Any], size: int) -> tuple[int, list[Any]]:
    """The page that `page` names, and how many there are."""
    page = int(asked.query.get("page", "1"))
    return -(-len(records) // size), records[(page - 1) * size : page * size]


class Guide:
    """A help centre: articles by cursor, votes and translations per article by next_page."""

    def __init__(self, articles: int = 7) -> None:
        self.articles = [
            {"id": n, "section_id": 1, "title": f"Article {n}", "name": f"Article {n}", "locale": "en-us",
             "source_locale": "en-us", "draft": False, "vote_count": n % 3, "vote_sum": n % 3, "author_id": 9,
             "created_at": stamp(n), "edited_at": stamp(n), "updated_at": stamp(n),
             "html_url": f"https://acme.example/{n}"}
            for n in range(1, articles + 1)
        ]  # fmt: skip
        self.sections = [{"id": 1, "category_id": 2, "name": "Reports", "locale": "en-us", "position": 0}]
        self.categories = [{"id": 2, "name": "Guides", "locale": "en-us", "position": 0}]
        root = "/api/v2/help_center/"
        self.vendor = Vendor(
            {
                f"{root}articles.json": lambda asked: self.by_cursor(asked, "articles", 3),
                f"{root}sections.json": lambda asked: self.by_cursor(asked, "sections", 3),
                f"{root}categories.json": lambda asked: self.by_cursor(asked, "categories", 3),
                f"{root}user_segments.json": lambda _asked: {"user_segments": [], "next_page": None, "count": 0},
                f"{root}articles/": self.of_article,
            }
        )

    def by_cursor(self, asked: Asked, name: str, size: int) -> Page:
        start = int(asked.query.get("page[after]", "0"))
        records = getattr(self, name)
        more = start + size < len(records)
        link = f"https://acme.zendesk.com{asked.path}?page[size]={size}&page[after]={start + size}"
        return {name: records[start : start + size], "meta": {"has_more": more}, "links": {"next": link}}

    def of_article(self, asked: Asked) -> Page | Reply:
        *_, article, what = asked.path.split("/")
        found = next((one for one in self.articles if str(one["id"]) == article), None)
        if found is None:
            return Reply(404, {"error": "RecordNotFound"})
        if what == "votes.json":
            votes = [
                {"id": found["id"] * 10 + n, "user_id": 50 + n, "item_id": found["id"], "item_type": "Article",
                 "value": 1, "created_at": stamp(n), "updated_at": stamp(n)}
                for n in range(found["vote_count"])
            ]  # fmt: skip
            total, page = numbered(asked, votes, 1)
            number = int(asked.query.get("page", "1"))
            link = f"https://acme.zendesk.com{asked.path}?page={number + 1}" if number < total else None
            return {"votes": page, "next_page": link, "count": len(votes)}
        translation = {"id": 7, "source_id": found["id"], "source_type": "Article", "locale": "de", "title": "…",
                       "draft": False, "outdated": False, "updated_at": stamp(3)}  # fmt: skip
        return {"translations": [translation], "next_page": None, "count": 1}


class Academy:
    """Skilljar: pages of count, next and results; progress as a bare list per learner."""

    def __init__(self, users: int = 5) -> None:
        self.users = [
            {
                "user": {"id": f"u{n}", "email": f"p{n}@quarry.example"},
                "marketing_optin": False,
                "enrolled_at": stamp(n),
            }
            for n in range(users)
        ]
        self.size = 2
        self.hidden: set[str] = set()  # pages that the vendor leaves empty
        self.vendor = Vendor({"/v1/": self.route})

    def route(self, asked: Asked) -> Page | Reply:
        parts = asked.path.strip("/").split("/")[1:]
        courses = [{"id": f"pc{n}", "course": {"id": f"c{n}", "title": f"Course {n}", "required_lesson_count": 1},
                    "course_url": f"https://learn.example/{n}"} for n in range(3)]  # fmt: skip
        match parts:
            case ["domains", _, "published-courses"]:
                return self.page(asked, courses)
            case ["domains", _, "published-courses", course, "enrollments"]:
                return self.page(
                    asked,
                    [{"id": f"{course}-{one['user']['id']}", **one, "enrolled_at": stamp(30), "active": True}
                     for one in self.users],
                )  # fmt: skip
            case ["domains", _, "published-courses", course, "tags"]:
                return self.page(asked, [{"tag": {"id": "t", "name": "topic:reports"}}])
            case ["domains", _, "published-paths"] | ["courses"] | ["lessons"]:
                return self.page(asked, [])
            case ["vilt-session-events"] | ["vilt-session-registrations"]:
                return self.page(asked, [])
            case ["domains", _, "users"]:
                return self.page(asked, self.users)
            case ["domains", _, "users", user]:
                found = next(one for one in self.users if one["user"]["id"] == user)
                fields = [{"signup_field": {"id": "f", "label": "Company"}, "value": "Quarry"}]
                return {**found, "signup_fields": fields}
            case ["users", user, "published-courses"]:
                return [
                    {"published_course_id": "pc0", "domain_name": "learn.example", "enrolled_at": stamp(30),
                     "enrollment_id": f"pc0-{user}", "course": {"id": "c0", "required_lesson_count": 1},
                     "course_progress": {"course_progress_id": f"cp-{user}", "completed_lesson_count": 1,
                                         "completed_required_lesson_count": 1, "completed_at": stamp(40)}}
                ]  # fmt: skip
        return Reply(404, {"detail": "Not found."})

    def page(self, asked: Asked, records: list[Any]) -> Page:
        number = int(asked.query.get("page", "1"))
        total, page = numbered(asked, records, self.size)
        link = f"{asked.host}{asked.path}?page={number + 1}&page_size={self.size}" if number < total else None
        if f"{asked.path}#{number}" in self.hidden:
            page = []
        return {"count": len(records), "next": link, "previous": None, "results": page}


class Desk:
    """Freshdesk: bare lists by page number, tickets from updated_since on, and nothing beyond a last page."""

    def __init__(self, tickets: int = 23, most: int = 300) -> None:
        self.tickets = [self.ticket(n, n) for n in range(1, tickets + 1)]
        self.most = most
        self.vendor = Vendor({"/api/v2/": self.route})

    @staticmethod
    def ticket(number: int, changed: int) -> dict[str, Any]:
        return {"id": number, "requester_id": 5, "responder_id": 6, "status": 2, "subject": f"Export {number}?",
                "source": 2, "created_at": stamp(number), "updated_at": stamp(changed)}  # fmt: skip

    def route(self, asked: Asked) -> Page | Reply:
        parts = asked.path.strip("/").split("/")[2:]
        size = int(asked.query.get("per_page", "30"))
        if int(asked.query.get("page", "1")) > self.most:
            return Reply(400, {"description": "Validation failed"})
        match parts:
            case ["tickets"] if "filter" not in asked.query:
                since = asked.query["updated_since"]
                found = sorted(self.tickets, key=lambda one: (one["updated_at"], one["id"]))
                return numbered(asked, [one for one in found if one["updated_at"] >= since], size)[1]
            case ["tickets", ticket, "conversations"]:
                return [{"id": int(ticket) * 10, "ticket_id": int(ticket), "incoming": False, "private": False,
                         "user_id": 6, "body": "…", "created_at": stamp(1), "updated_at": stamp(1)}]  # fmt: skip
            case ["solutions", "categories"]:
                return [{"id": 1, "name": "General", "visible_in_portals": [1]}]
            case ["solutions", "categories", "1", "folders"]:
                return [{"id": 2, "name": "Reports", "visibility": 1}]
            case ["solutions", "folders", "2", "articles"]:
                return [{"id": 3, "folder_id": 2, "agent_id": 6, "title": "Export", "status": 2, "type": 1,
                         "created_at": stamp(1), "updated_at": stamp(2)}]  # fmt: skip
        return []


class Messenger:
    """Intercom: searches by cursor in the body, articles by page number, companies by scroll."""

    def __init__(self, conversations: int = 7) -> None:
        self.conversations = [
            {"type": "conversation", "id": str(n), "created_at": EPOCH + n * 3600, "updated_at": EPOCH + n * 86400,
             "state": "open", "read": True, "title": f"Export {n}?"}
            for n in range(1, conversations + 1)
        ]  # fmt: skip
        self.scrolls = 0
        self.vendor = Vendor({"/": self.route})

    def route(self, asked: Asked) -> Page | Reply:
        match asked.path.strip("/").split("/"):
            case ["conversations", "search"]:
                return self.search(asked, "conversations", self.conversations)
            case ["tickets", "search"]:
                return self.search(asked, "tickets", [])
            case ["contacts", "search"]:
                return self.search(asked, "data", [])
            case ["conversations", number]:
                found = next(one for one in self.conversations if one["id"] == number)
                part = {"id": f"p{number}", "part_type": "comment", "body": "…", "created_at": EPOCH,
                        "author": {"type": "admin", "id": "1"}}  # fmt: skip
                return {**found, "conversation_parts": {"conversation_parts": [part]}}
            case ["companies", "scroll"]:
                self.scrolls += 1
                ask = asked.query.get("scroll_param")
                records = [{"id": f"i{n}", "company_id": f"c{n}", "name": f"Quarry {n}", "user_count": 1}
                           for n in range(2)] if ask in (None, "once") and self.scrolls < 3 else []  # fmt: skip
                return {"type": "list", "data": records, "scroll_param": "once"}
            case ["articles"]:
                articles = [{"id": str(n), "author_id": 1, "state": "published", "title": f"A{n}",
                             "created_at": EPOCH, "updated_at": EPOCH} for n in range(3)]  # fmt: skip
                total, page = numbered(asked, articles, 2)
                pages = {"type": "pages", "page": int(asked.query["page"]), "per_page": 2, "total_pages": total}
                return {"type": "list", "data": page, "total_count": 3, "pages": pages}
            case ["help_center", "collections"]:
                return {"type": "list", "data": [], "total_count": 0, "pages": {"page": 1, "total_pages": 0}}
            case ["admins"]:
                return {
                    "type": "admin.list",
                    "admins": [{"id": "1", "email": "a@acme.example", "away_mode_enabled": False}],
                }
        return Reply(404, {"type": "error.list"})

    def search(self, asked: Asked, key: str, records: list[Any]) -> Page:
        newer = [one for one in records if one["updated_at"] > asked.body["query"]["value"]]
        start = int(asked.body["pagination"].get("starting_after", "0"))
        pages: dict[str, Any] = {"type": "pages", "page": 1, "per_page": 3, "total_pages": 1}
        if start + 3 < len(newer):
            pages["next"] = {"page": 2, "starting_after": str(start + 3)}
        return {"type": "list", key: newer[start : start + 3], "total_count": len(newer), "pages": pages}


class Crm:
    """HubSpot: lists with paging.next.after, archived records apart, pipelines in one page."""

    def __init__(self, tickets: int = 5) -> None:
        self.tickets = tickets
        self.vendor = Vendor({"/crm/v3/": self.route})

    def route(self, asked: Asked) -> Page | Reply:
        is_archived = asked.query.get("archived") == "true"
        match asked.path.strip("/").split("/")[2:]:
            case ["objects", "tickets"]:
                wanted = asked.query["properties"].split(",")
                assert asked.query["associations"] == "contacts,companies"
                records = [
                    {"id": str(n), "createdAt": stamp(n), "updatedAt": stamp(n), "archived": is_archived,
                     "properties": {name: f"{name} {n}" for name in wanted if name in ("subject", "hs_pipeline_stage")}}
                    for n in (range(90, 91) if is_archived else range(self.tickets))
                ]  # fmt: skip
                start = int(asked.query.get("after", "0"))
                link = {"next": {"after": str(start + 2), "link": "https://api.hubapi.com/…"}}
                more = {"paging": link} if start + 2 < len(records) else {}
                return {"results": records[start : start + 2], **more}
            case ["pipelines", _]:
                stages = [{"id": "1", "label": "New", "metadata": {"ticketState": "OPEN"}}]
                return {"results": [{"id": "0", "label": "Support", "stages": stages}]}
        return {"results": []}
