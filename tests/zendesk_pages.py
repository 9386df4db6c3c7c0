"""Records as pages of Zendesk have them, for tests that need some."""

from __future__ import annotations

from typing import Any


def ticket(number: int, **more: Any) -> dict[str, Any]:
    """A ticket as Zendesk's incremental export has it."""
    return {
        "id": number, "requester_id": 70, "subject": "How do I export?", "description": "Please help.",
        "status": "open", "via": {"channel": "web", "source": {"from": {}, "to": {}, "rel": None}}, "tags": [],
        "created_at": "2026-01-05T10:00:00Z", "updated_at": "2026-01-06T10:00:00Z",
        "generated_timestamp": 1767693600, **more,
    }  # fmt: skip


def user(number: int, email: str, role: str = "end-user") -> dict[str, Any]:
    return {"id": number, "email": email, "role": role, "created_at": "2025-01-01T00:00:00Z"}


def article(number: int, **more: Any) -> dict[str, Any]:
    """An article as Zendesk's help centre lists it."""
    return {
        "id": number, "title": "Exports", "section_id": 5, "locale": "en", "source_locale": "en", "draft": False,
        "html_url": f"https://help.harborline.example/hc/en-us/articles/{number}-Exports", "label_names": [],
        "created_at": "2025-01-01T00:00:00Z", "edited_at": "2025-01-02T00:00:00Z",
        "updated_at": "2025-01-02T00:00:00Z", **more,
    }  # fmt: skip
