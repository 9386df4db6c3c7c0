"""The section on how people of several systems became one, how they got their account, and where systems disagree."""

from __future__ import annotations

import duckdb

from dashboards.html import Markup, name, table, tag
from dashboards.layout import section
from dashboards.published import Row, records
from dashboards.words import amount, counted, exact

MATCHES = """
select coalesce(any_value(p.name), i.program_id) as name,
    max(i.total_count) filter (i.kind = 'identifier') as identifiers,
    max(i.total_count) filter (i.kind = 'person') as people,
    sum(i.share) filter (i.kind = 'person' and i.method = 'email_beside_id') as by_email_beside_id,
    sum(i.share) filter (i.kind = 'person' and i.method = 'same_email') as by_same_email,
    sum(i.share) filter (i.kind = 'person' and i.method = 'same_id') as by_same_id,
    sum(i.share) filter (i.kind = 'account' and i.method = 'named') as account_named,
    sum(i.share) filter (i.kind = 'account' and i.method = 'domain') as account_by_domain,
    sum(i.share) filter (i.kind = 'account' and i.method in ('none', 'named_unlisted')) as account_unknown,
    sum(i.item_count) filter (i.method = 'id_with_several_emails') as id_with_several_emails,
    sum(i.item_count) filter (i.method = 'domain_of_several_accounts') as domain_of_several_accounts,
    sum(i.item_count) filter (i.method = 'person_of_several_accounts') as person_of_several_accounts
from identity_match as i left join program as p using (program_id)
group by i.program_id order by name, i.program_id
"""
HEADINGS = [
    "Program",
    "Ids and addresses",
    "People",
    "In several sources",
    "Account named by a source",
    "By e-mail domain",
    "In no known account",
    "Conflicts",
]
CONFLICTS = {
    "id_with_several_emails": ("id with several addresses", "ids with several addresses"),
    "domain_of_several_accounts": ("domain of several accounts", "domains of several accounts"),
    "person_of_several_accounts": ("person named under several accounts", "people named under several accounts"),
}
METHODS = {
    "by_email_beside_id": "by an address beside the id",
    "by_same_email": "by the same address",
    "by_same_id": "by the same id",
}


def identity_section(connection: duckdb.DuckDBPyConnection) -> Markup:
    """One row per program: what identifiers became, the accounts of external people, and conflicts."""
    rows = records(connection, MATCHES)
    if not rows:
        return section("People and accounts", tag("p", "No source names a person yet."))
    cells = [
        [
            name(row["name"]),
            exact(row["identifiers"]),
            exact(row["people"]),
            _several(row),
            amount(row["account_named"], None, share=True),
            amount(row["account_by_domain"], None, share=True),
            amount(row["account_unknown"], None, share=True),
            _conflicts(row),
        ]
        for row in rows
    ]
    says = (
        "Ids become one person where an e-mail address stands beside them, or where sources share the id. People "
        "without an account get that of their corporate e-mail domain, if one account alone owns it. Where sources "
        "disagree, the newest list decides an address, an account that is in a list goes before one that is not, and "
        "a domain of several accounts decides nothing."
    )
    return section(
        "People and accounts",
        tag("p", says, class_="says"),
        table(HEADINGS, cells, caption="How people were matched", class_="stack", numeric=frozenset({1, 2, 4, 5, 6})),
    )


def _several(row: Row) -> str:
    """The share of people whom several sources name, and by what they are known to be the same."""
    known = [(amount(row[key], None, share=True), words) for key, words in METHODS.items() if row[key]]
    return ", ".join(f"{share} {words}" for share, words in known) or "nobody"


def _conflicts(row: Row) -> str:
    found = [counted(int(row[key]), *words) for key, words in CONFLICTS.items() if row[key]]
    return ", ".join(found) or "none"
