"""Ways in which an export is known to mislead about what content and learning were.

Written in the vendors' shapes, nothing here is a recording. How a connector reads one stream in all its variants is in
the cases beside its SQL; here the same hazard goes the whole way from a file to `source.*` and `staging.*`.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from tests.landing_world import source
from tests.staged_world import staged
from tests.zendesk_pages import article, ticket, user


class TestContent:
    def test_html_bodies_are_read_through_to_the_links_behind_the_words(self, tmp_path: Path) -> None:
        body = (
            '<p>It&rsquo;s <a href="https://help.harborline.example/hc/en-us/articles/360001-Exports?a=1&amp;b=2">here</a>'
            " &lt;a href=&quot;https://not.example&quot;&gt;</p>"
        )
        comment = {
            "id": 5, "author_id": 71, "public": True, "html_body": body, "body": "It's here", "attachments": [],
            "created_at": "2026-01-05T11:00:00Z",
        }  # fmt: skip
        export = {
            "tickets": [ticket(1)],
            "users": [user(70, "ada@quarry.example"), user(71, "a@desk.example", "agent")],
        }
        world = staged(
            tmp_path, "zendesk_support", {"tickets.json": export, "tickets/1/comments.json": {"comments": [comment]}}
        )
        assert world.rows("select is_staff, link_count from staging.ticket_comment") == [(True, 1)]

    def test_per_locale_drafts_leave_the_article_published_where_one_language_is(self, tmp_path: Path) -> None:
        listed = [
            article(1), article(1, locale="de", draft=True),
            article(2, draft=True), article(2, locale="de", draft=True),
        ]  # fmt: skip
        world = staged(tmp_path, "zendesk_guide", {"articles.json": {"articles": listed}})
        assert world.rows("select content_id, status from staging.content_item order by 1") == [
            ("zendesk_guide:1", "published"), ("zendesk_guide:2", "draft"),
        ]  # fmt: skip
        assert world.rows("select content_id, locale from staging.content_variant where status = 'published'") == [
            ("zendesk_guide:1", "en")
        ]

    def test_a_topic_vocabulary_renamed_since_leaves_no_article_under_both_names(self, tmp_path: Path) -> None:
        header = "content_id,topic\n"
        files: dict[str, Any] = {
            "2026-01.csv": header + "a1,download-and-install\na2,sync\n",
            "2026-06.csv": header + "a1,installation-and-updates\na2,sync\n",
        }
        world = staged(tmp_path, source("content_item"), files)
        assert world.rows("select content_id, topic from staging.content_item order by 1") == [
            ("a1", "installation-and-updates"), ("a2", "sync"),
        ]  # fmt: skip

    def test_lifetime_counters_are_turned_into_trends_by_dated_snapshots(self, tmp_path: Path) -> None:
        def snapshot(count: int, total: int) -> dict[str, Any]:
            return {"articles": [article(1, vote_count=count, vote_sum=total)]}

        totals = {
            "2025-12-31": (1000, 600),
            "2026-01-31": (1004, 604),
            "2026-02-28": (1010, 606),
            "2026-03-31": (1009, 605),
        }
        files = {f"{day}/articles.json": snapshot(*counted) for day, counted in totals.items()}
        world = staged(tmp_path, "zendesk_guide", files)
        by_month = "select month, value, count(*) from staging.content_vote group by all order by 1, 2"
        assert world.rows(by_month) == [
            (dt.date(2026, 1, 1), 1, 4), (dt.date(2026, 2, 1), -1, 2), (dt.date(2026, 2, 1), 1, 4),
        ]  # fmt: skip
        alone = staged(tmp_path / "alone", "zendesk_guide", {"2025-12-31/articles.json": snapshot(1000, 600)})
        assert alone.rows(by_month) == []

    def test_deletions_seen_only_by_absence_take_effect_once_the_older_export_is_gone(self, tmp_path: Path) -> None:
        both, left = {"articles": [article(1), article(2)]}, {"articles": [article(1)]}
        listed = "select content_id from staging.content_item order by 1"
        world = staged(tmp_path, "zendesk_guide", {"articles.json": both})
        assert world.rows(listed) == [("zendesk_guide:1",), ("zendesk_guide:2",)]
        # a page without it is no proof, since pages and incremental exports leave most articles out
        world = staged(tmp_path, "zendesk_guide", {"later.json": left})
        assert world.rows(listed) == [("zendesk_guide:1",), ("zendesk_guide:2",)]
        (tmp_path / "exports" / "articles.json").unlink()
        world = staged(tmp_path, "zendesk_guide", {"later.json": left})
        assert world.rows(listed) == [("zendesk_guide:1",)]


class TestLearning:
    def test_completed_videos_are_not_completed_courses(self, tmp_path: Path) -> None:
        def statement(number: int, verb: str, object_id: str, kind: str, **context: Any) -> dict[str, Any]:
            return {
                "id": f"s{number}", "actor": {"account": {"homePage": "https://lms.example", "name": "u1"}},
                "verb": {"id": f"http://adlnet.gov/expapi/verbs/{verb}"}, "timestamp": f"2026-01-0{number}T10:00:00Z",
                "object": {"id": object_id, "definition": {"type": kind}}, "context": {"contextActivities": context},
            }  # fmt: skip

        course = "http://adlnet.gov/expapi/activities/course"
        video = "https://w3id.org/xapi/video/activity-type/video"
        said = [statement(1, "registered", "c1", course)]
        parent = [{"id": "c1", "definition": {"type": course}}]
        said += [statement(2, "completed", "v1", video, parent=parent)]
        enrolled = "select content_id, completed_at from staging.enrollment"
        world = staged(tmp_path, "xapi", {"1.ndjson": "\n".join(map(json.dumps, said))})
        ((content_id, completed_at),) = world.rows(enrolled)
        assert completed_at is None
        world = staged(tmp_path, "xapi", {"2.json": [statement(3, "completed", "c1", course)]})
        assert world.rows(enrolled) == [(content_id, dt.datetime(2026, 1, 3, 10))]

    def test_two_enrolments_sharing_one_progress_are_one_completion(self, tmp_path: Path) -> None:
        person = {"id": "u1", "email": "ada@quarry.example"}
        course = {"id": "c1", "title": "Basics", "required_lesson_count": 4}
        progress = {
            "course_progress_id": "cp1", "completed_lesson_count": 4, "completed_required_lesson_count": 4,
            "completed_at": "2026-02-09T09:00:00Z", "latest_activity": "2026-02-09T09:00:00Z", "score": 9,
            "max_score": 10, "success_status": "PASSED",
        }  # fmt: skip
        ids = ("e1", "e2")
        both = [{"course_progress_id": "cp1", "active": True, "enrollment_id": one} for one in ids]
        enrolled = [
            {"id": one, "user": person, "enrolled_at": f"2026-0{month}-01T09:00:00Z", "active": True}
            for month, one in enumerate(ids, start=1)
        ]
        files = {
            "published-courses.json": {"results": [
                {"id": "pc1", "slug": "b", "course": course, "unique_progress_per_enrollment": False}]},
            "published-courses/pc1/enrollments.json": {"results": enrolled},
            "users/u1/published-courses.json": [
                {"published_course_id": "pc1", "enrollment_id": "e2", "course": course, "course_progress": progress,
                 "enrolled_at": "2026-02-01T09:00:00Z", "all_enrollments": both}],
        }  # fmt: skip
        world = staged(tmp_path, "skilljar", files)
        assert world.rows("select count(*), count(completed_at) from staging.enrollment") == [(2, 1)]
