"""Exports that are a whole each: what the newest leaves out is gone, what is dated stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from connectors.contract import SourceConfig
from tests.landing_world import source
from tests.staged_world import staged
from tests.zendesk_pages import article

GUIDE = SourceConfig(name="s", connector="zendesk_guide", paths=("exports",), snapshot=True)


def listed(*numbers: int, **more: Any) -> dict[str, Any]:
    return {"articles": [article(number, **more) for number in numbers]}


def items(workspace: Path, config: SourceConfig, files: dict[str, Any]) -> list[str]:
    world = staged(workspace, config, files)
    return [str(item) for (item,) in world.rows("select content_id from staging.content_item order by 1")]


def test_an_article_that_the_newest_whole_export_leaves_out_is_gone(tmp_path: Path) -> None:
    files = {"2026-01-31/articles.json": listed(1, 2, 3), "2026-02-28/articles.json": listed(1, 3)}
    assert items(tmp_path, GUIDE, files) == ["zendesk_guide:1", "zendesk_guide:3"]
    # it is back where the newest export has it again, and where nobody said that exports are whole
    assert items(tmp_path, GUIDE, {"2026-03-31/articles.json": listed(1, 2)}) == ["zendesk_guide:1", "zendesk_guide:2"]
    said_nothing = GUIDE.model_copy(update={"snapshot": False})
    assert len(items(tmp_path / "other", said_nothing, files)) == 3


def test_a_list_that_became_what_it_was_two_exports_ago_is_the_newest_one(tmp_path: Path) -> None:
    first, second = listed(1, 2), listed(1, 3)
    files = {"2026-01-31.json": first, "2026-02-28.json": second, "2026-03-31.json": first}
    assert items(tmp_path, GUIDE, files) == ["zendesk_guide:1", "zendesk_guide:2"]


def test_each_list_has_its_own_newest_export(tmp_path: Path) -> None:
    section = {"sections": [{"id": 5, "category_id": 6, "name": "Setup"}]}
    files = {
        "2026-01-31/articles.json": listed(1, 2),
        "2026-01-31/sections.json": section,
        "2026-02-28/articles.json": listed(1),
    }
    world = staged(tmp_path, GUIDE, files)
    assert world.rows("select content_id, collections from staging.content_item") == [("zendesk_guide:1", ["Setup"])]


def test_what_is_dated_stays_history(tmp_path: Path) -> None:
    vote = {
        "id": 9,
        "item_id": 2,
        "item_type": "Article",
        "value": 1,
        "user_id": 70,
        "created_at": "2026-01-05T10:00:00Z",
    }
    later = {**vote, "id": 10, "item_id": 1, "created_at": "2026-02-05T10:00:00Z"}
    files = {
        "2026-01-31/articles.json": listed(1, 2),
        "2026-01-31/votes.json": {"votes": [vote]},
        "2026-02-28/articles.json": listed(1),
        "2026-02-28/votes.json": {"votes": [later]},
    }
    world = staged(
        tmp_path,
        GUIDE,
        files | {"2026-02-27/votes.json": {"votes": [vote | {"id": n, "user_id": n} for n in range(3, 9)]}},
    )
    assert (world.rows("select count(*) from staging.content_vote"), world.not_whole) == ([(8,)], ())
    assert world.rows("select content_id from staging.content_item") == [("zendesk_guide:1",)]


def test_a_table_of_accounts_is_replaced_too(tmp_path: Path) -> None:
    files = {
        "crm-20260131.csv": "account_id,name\na,Quarry\nb,Fernleaf\n",
        "crm-20260228.csv": "account_id,name\nb,Fern\n",
    }
    world = staged(tmp_path, source("account", snapshot=True), files)
    assert world.rows("select count(*) from staging.account") == [(1,)]


@pytest.mark.parametrize(
    ("newest", "told"),
    [
        ({"2026-02-28/articles.json": listed(1)}, "has 1 rows of zendesk_guide__articles and that of 2026-01-31 had 5"),
        ({"articles.json": listed(6)}, "has no day in its name"),
    ],
    ids=["brings what is new only", "is not dated"],
)
def test_an_export_that_cannot_be_whole_is_told_and_nothing_is_lost(
    tmp_path: Path, newest: dict[str, Any], told: str
) -> None:
    world = staged(tmp_path, GUIDE, {"2026-01-31/articles.json": listed(1, 2, 3, 4, 5), **newest})
    assert {f"zendesk_guide:{number}" for number in range(1, 6)} <= {
        item for (item,) in world.rows("select content_id from staging.content_item")
    }
    (problem,) = world.not_whole
    assert told in problem
