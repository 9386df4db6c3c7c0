"""HubSpot: a loader's tables somebody else made, and the vendor's other envelopes written from its reference."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.crm_world import KEY, REAL, Crm, crm, written

TABLES = REAL / "hubspot_fivetran"
AT = "2026-04-30T07:25:37.123Z"


def table(name: str) -> list[dict[str, str]]:
    with (TABLES / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def thing(number: str, archived: bool = False, associated: dict[str, str] | None = None, **properties: Any) -> Any:
    """An object of the CRM as the API gives it."""
    shown: dict[str, Any] = {
        "id": number, "properties": {**properties, "hs_object_id": number}, "createdAt": AT, "updatedAt": AT,
        "archived": archived,
    }  # fmt: skip
    if associated:
        shown["associations"] = {kind: {"results": [{"id": to, "type": "any"}]} for kind, to in associated.items()}
    return shown


def page(*results: Any) -> dict[str, Any]:
    return {"results": list(results), "paging": {"next": {"after": "2", "link": "https://api.example/?after=2"}}}


TICKET = thing(
    "1", associated={"contacts": "101", "companies": "501"}, subject="How?", content="Please help.", hs_pipeline="0",
    hs_pipeline_stage="4", createdate=AT, closed_date="2026-05-01T00:00:00Z", hs_lastmodifieddate="1777600000000",
)  # fmt: skip
COMPANY = thing("501", name="Quarry", domain="quarry.example", createdate=AT)
CONTACT = thing(
    "101", email="Bo@Quarry.example", firstname="Bo", associatedcompanyid="501", hs_merged_object_ids="99;98"
)
PIPELINES = page(
    {
        "id": "0", "label": "Support", "createdAt": "1970-01-01T00:00:00Z", "archived": False,
        "stages": [
            {"id": "1", "label": "New", "metadata": {"ticketState": "OPEN", "isClosed": "false"}},
            {"id": "4", "label": "Closed", "metadata": {"ticketState": "CLOSED", "isClosed": "true"}},
        ],
    }
)  # fmt: skip


class TestLoaderTables:
    @pytest.fixture(scope="class")
    @staticmethod
    def tables(tmp_path_factory: pytest.TempPathFactory) -> Crm:
        return crm(tmp_path_factory.mktemp("tables"), "hubspot", TABLES)

    def test_every_row_of_every_table_lands_where_it_belongs(self, tables: Crm) -> None:
        stream = {
            "ticket": "tickets", "ticket_pipeline_stage": "ticket_stages", "ticket_contact": "ticket_contacts",
            "ticket_company": "ticket_companies", "ticket_engagement": "ticket_engagements", "company": "companies",
            "contact": "contacts", "contact_merge_audit": "contact_merges", "deal": "deals",
            "deal_contact": "deal_contacts", "deal_company": "deal_companies", "deal_pipeline_stage": "deal_stages",
            "merged_deal": "deal_merges", "owner": "owners", "users": "users", "engagement_email": "emails",
            "engagement_note": "notes",
        }  # fmt: skip
        expected: dict[str, Any] = {
            f"{name}.csv": ("loaded", [target], len(table(name)), 0) for name, target in stream.items()
        }
        expected |= {name: ("rejected", [], 3, 3) for name in ("deal_stage.csv", "contact_property_history.csv")}
        assert tables.loads() == expected

    def test_tickets_companies_and_deals_are_as_many_as_in_the_tables(self, tables: Crm) -> None:
        for entity, name in (("ticket", "ticket"), ("account", "company"), ("opportunity", "deal")):
            assert tables.rows(f"select count(*) from {entity}") == [(len(table(name)),)]

    def test_merged_contacts_are_one_person_though_their_old_rows_are_there(self, tables: Crm) -> None:
        old = {name for row in table("contact") for name in row["property_hs_merged_object_ids"].split(";") if name}
        stay = {row["id"] for row in table("contact")} - old
        assert old
        keys = {key for (key,) in tables.rows("select learner_id from learner where learner_id is not null")}
        assert keys == {KEY.hashed("hubspot", name) for name in stay}

    def test_users_are_staff_and_hashed_addresses_are_none(self, tables: Crm) -> None:
        emails = {KEY.hashed("email", row["email"]) for row in table("users")}
        assert {email for (email,) in tables.rows("select email from learner where is_staff")} == emails

    def test_a_ticket_in_a_stage_known_as_open_is_not_solved(self, tables: Crm) -> None:
        told: dict[str, str | None] = dict(tables.rows("select ticket_id, cast(solved_at as varchar) from ticket"))
        assert told["350123456"] is None
        assert told["238832209"] == "2020-11-10 14:54:50"


def test_every_object_of_the_api_is_told_by_its_properties_whatever_the_file_is_called(tmp_path: Path) -> None:
    told = written(
        tmp_path,
        "hubspot",
        {
            "1.json": page(TICKET),
            "2.json": page(COMPANY),
            "3.json": [CONTACT],
            "4.json": page(
                thing("901", associated={"contacts": "99"}, dealname="D", amount="3000", dealstage="closedwon")
            ),
            "5.json": PIPELINES,
            "6.json": page(thing("7", associated={"tickets": "1"}, hs_email_text="Hi", hs_timestamp=AT)),
            "7.json": page(thing("8", associated={"tickets": "1"}, hs_note_body="Hm", hs_timestamp=AT)),
            "8.json": page({"id": "33", "email": "sam@staff.example", "userId": 1, "archived": False}),
            "9.json": page(thing("66", name="Licence", price="10", hs_sku="x")),
            "10.json": page(),
        },
    )
    streams = {name: load[1] for name, load in told.loads().items() if len(load[1]) <= 1}
    assert streams == {
        "1.json": ["tickets"], "2.json": ["companies"], "3.json": ["contacts"], "4.json": ["deals"],
        "5.json": ["pipelines"], "6.json": ["emails"], "7.json": ["notes"], "8.json": ["owners"], "9.json": [],
    }  # fmt: skip
    assert told.loads()["10.json"][0] == "empty"
    assert told.rows("select status, cast(solved_at as varchar), body from ticket") == [
        ("Closed", "2026-05-01 00:00:00", "Please help.")
    ]
    # the deal names the contact by the id it had before it was merged
    asked = KEY.hashed("email", "bo@quarry.example")
    assert told.rows("select contact_email, amount, is_won from opportunity") == [(asked, 3000.0, True)]
    assert told.rows("select requester_email, requester_email_domain from ticket") == [(asked, "quarry.example")]
    assert told.rows("select count(*) from ticket_comment") == [(2,)]


def test_three_spellings_of_one_instant_are_one_instant(tmp_path: Path) -> None:
    def asked(number: str, **properties: Any) -> Any:
        return thing(number, subject="x", hs_pipeline="0", hs_pipeline_stage="1", **properties)

    spelled = [asked("1", createdate=AT), asked("2"), asked("3", createdate="1777533937123")]
    told = written(tmp_path, "hubspot", {"t.json": page(*spelled)})
    assert told.rows("select distinct cast(created_at as varchar) from ticket") == [("2026-04-30 07:25:37.123",)]


def test_a_ticket_archived_since_is_gone_and_one_page_again_changes_nothing(tmp_path: Path) -> None:
    gone = thing("1", archived=True, subject="How?", hs_pipeline="0", hs_pipeline_stage="4",
                 hs_lastmodifieddate="2026-06-01T00:00:00Z")  # fmt: skip
    other = thing("2", subject="Other", hs_pipeline="0", hs_pipeline_stage="1")
    told = written(tmp_path, "hubspot", {"a.json": page(TICKET, other), "b.json": page(other), "z.json": page(gone)})
    assert told.rows("select ticket_id from ticket") == [("2",)]


SCREEN = {
    "hubspot-crm-exports-all-tickets.csv": "\ufeffTicket ID,Ticket name,Ticket status,Pipeline,Create date,Close date,"
    "Source,Associated Contact IDs,Associated Company IDs\n"
    '11,"How, please?",Closed,Support,2026-05-01 07:25,2026-05-02 08:00,Email,101;103,501\n'
    "12,Second,New,Support,2026-05-01 07:25,,Form,,\n",
    "companies.csv": "Record ID,Company name,Company Domain Name,Create Date\n"
    "501,Quarry,quarry.example,2026-01-01 00:00\n",
    "people.csv": "Record ID,First Name,Last Name,Email,Job Title,Associated Company IDs\n"
    '101,Bo,"O""Neil <b>",bo@quarry.example,CTO,501;502\n',
    "deals.csv": "Record ID,Deal Name,Deal Stage,Close Date,Amount,Create Date,Associated Contact IDs\n"
    "902,D,Closed won,2026-12-31 00:00,3000.0,2026-05-01 07:25,101\n",
}


def test_the_screens_csv_joins_by_its_lists_of_ids_on_the_clock_of_the_portal(tmp_path: Path) -> None:
    told = written(tmp_path, "hubspot", SCREEN, timezone="America/New_York")
    assert {load[0] for load in told.loads().values()} == {"loaded"}
    asked = KEY.hashed("email", "bo@quarry.example")
    ((account,),) = told.rows("select account_id from account")
    assert told.rows(
        "select ticket_id, requester_email, account_id, status, cast(created_at as varchar), cast(solved_at as varchar)"
        " from ticket order by 1"
    ) == [
        ("11", asked, account, "Closed", "2026-05-01 11:25:00", "2026-05-02 12:00:00"),
        ("12", None, None, "New", "2026-05-01 11:25:00", None),
    ]
    assert told.rows("select account_id from learner") == [(account,)]
    assert told.rows("select contact_email, account_id, is_won from opportunity") == [(asked, account, True)]
    assert "Neil" not in str(told.rows("select * from landing.hubspot__contacts"))


def test_airbyte_records_land_alike(tmp_path: Path) -> None:
    flat = {**TICKET, "contacts": ["101"], "companies": ["501"], "associations": None, "properties_subject": "How?"}
    sent = [
        {"type": "RECORD", "record": {"stream": "tickets", "data": flat, "emitted_at": 1}},
        {"type": "RECORD", "record": {"stream": "contacts", "data": CONTACT, "emitted_at": 1}},
        {"type": "RECORD", "record": {"stream": "deal_splits", "data": {"id": "1"}, "emitted_at": 1}},
        {"type": "STATE", "state": {}},
    ]
    told = written(tmp_path, "hubspot", {"sync.jsonl": "\n".join(map(json.dumps, sent))})
    assert told.rows("select requester_email from ticket") == [(KEY.hashed("email", "bo@quarry.example"),)]
    assert "deal_splits" in (told.report.files[0].reason or "")


def test_a_file_that_feeds_nothing_is_told_what_it_is_most_like(tmp_path: Path) -> None:
    told = written(
        tmp_path,
        "hubspot",
        {
            "a.csv": "ticket_id,deal_id,category\n1,2,x\n",
            "b.json": page(thing("66", hs_timestamp=AT, hs_call_body="Ring")),
        },
    )
    table, call = (file.reason or "" for file in told.report.files)
    assert "legal: ticket_contacts with 'ticket_id', 'contact_id', 'category'; " in table
    assert "emails with 'properties.hs_email_text', 'properties.hs_timestamp', 'id'" in call
    assert len(table) < 600


def test_another_vendors_files_are_refused(tmp_path: Path) -> None:
    told = written(
        tmp_path,
        "hubspot",
        {
            "sf.json": {"totalSize": 1, "done": True, "records": [{"attributes": {"type": "Case"}, "Id": "500"}]},
            "zen.csv": "id,subject,status,requester_id,created_at\n1,x,open,3,2026-01-01\n",
            "fresh.csv": "Ticket ID,Subject,Status,Created time,Email\n1,x,Open,2026-01-01 00:00:00,a@b.example\n",
        },
    )
    assert {load[0] for load in told.loads().values()} == {"rejected"}
