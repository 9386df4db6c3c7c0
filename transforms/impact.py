"""Proof of impact: trained against comparable untrained accounts by program, month and outcome, in `impact.estimate`,
and the accounts that were compared, in `impact.account`.

Every account is compared at the same age (`staging.account_outcome`): training comes before its landmark, the outcome
after, so nobody counts as trained for having stayed long. Only accounts count whose learning and outcome were
recorded for the whole of those windows. A month looks back on the outcomes that fell due in its twelve months.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import duckdb
import numpy as np
import pandas as pd

from transforms.comparison import LEAST_ACCOUNTS, LEAST_IN_ARM, Accounts, Comparison, Difference, TooFew, compare
from transforms.inputs import input_columns

LEARNING = ("content_view", "enrollment", "guide_event", "learning_event", "live_session")


@dataclass(frozen=True)
class Outcome:
    """One outcome: its unit, what one account's value is multiplied by, how far two may be apart, what tells it."""

    unit: str
    times: float
    scale: float
    better: str
    source: str
    needs: str


OUTCOMES = {
    "adoption": Outcome("pp", 100, 1, "higher", "usage_event", "product use with value events"),
    "time_to_value": Outcome("days", 1, 150, "lower", "usage_event", "product use with value events"),
    "support": Outcome("per account", 1, 1, "lower", "ticket", "tickets with their accounts"),
    "retention": Outcome("pp", 100, 1, "higher", "account", "when accounts ended, or revenue lost"),
    "expansion": Outcome("pp", 100, 1, "higher", "account_month", "revenue gained by account and month"),
}

# Accounts whose training and outcome were recorded throughout, and whose time is up. A list of accounts without ends
# leaves churn to the revenue, which is recorded month by month.
ACCOUNTS = f"""
create or replace table impact.account as
with need as (
    select program_id, month, 'learning' as need, bool_or(is_covered) as is_covered
    from coverage.entity_month
    where entity in {LEARNING}
    group by program_id, month
    union all
    select program_id, month, entity as need, is_covered
    from coverage.entity_month
    where entity in ('usage_event', 'ticket', 'account', 'account_month')
),

gap as (
    select
        program_id,
        month,
        need,
        case when is_covered then 0 else 1 end as is_gap,
        sum(case when is_covered then 0 else 1 end) over (partition by program_id, need order by month) as gaps
    from need
),

ended as (
    select distinct program_id from staging.account where ended_at is not null
),

needed as (
    select
        outcome.*,
        account.started_at,
        account.users,
        account.prior_use,
        account.segment,
        case
            when outcome.outcome in ('adoption', 'time_to_value') then 'usage_event'
            when outcome.outcome = 'support' then 'ticket'
            when outcome.outcome = 'expansion' or ended.program_id is null then 'account_month'
            else 'account'
        end as need
    from staging.account_outcome as outcome
    inner join staging.account_learning as account
        on outcome.program_id = account.program_id
        and outcome.account_key = account.account_key
    left join ended on outcome.program_id = ended.program_id
)

select
    needed.program_id,
    needed.outcome,
    needed.account_key,
    needed.started_at,
    needed.landmark_at,
    needed.due_at,
    needed.is_trained,
    needed.value,
    needed.users,
    needed.segment,
    needed.prior_use
from needed
inner join staging.program as program
    on needed.program_id = program.program_id
    and needed.due_at <= program.closes_at
inner join gap as started
    on needed.program_id = started.program_id
    and started.need = 'learning'
    and started.month = cast(date_trunc('month', needed.started_at) as date)
inner join gap as learned
    on needed.program_id = learned.program_id
    and learned.need = 'learning'
    and learned.month = cast(date_trunc('month', needed.landmark_at) as date)
inner join gap as opened
    on needed.program_id = opened.program_id
    and needed.need = opened.need
    and opened.month = cast(date_trunc('month', needed.landmark_at) as date)
inner join gap as due
    on needed.program_id = due.program_id
    and needed.need = due.need
    and due.month = cast(date_trunc('month', needed.due_at) as date)
where learned.gaps = started.gaps - started.is_gap
    and due.gaps = opened.gaps - opened.is_gap
"""

# The order must not hang on the key of the workspace, or sums would differ in their last digit.
ORDERED = """
select
    program_id,
    outcome,
    due_at,
    is_trained,
    value,
    coalesce(cast(users as double), 'nan'::double) as users,
    coalesce(prior_use, 'nan'::double) as prior_use,
    date_diff('day', date '1990-01-01', cast(started_at as date)) as started,
    coalesce(segment, '') as segment
from impact.account
order by program_id, outcome, due_at, users, prior_use, started, segment, is_trained, value
"""

MONTHS = """
select month.program_id, month.month, least(month.ends_at, program.closes_at) as through
from staging.program_month as month
inner join staging.program as program on month.program_id = program.program_id
order by month.program_id, month.month
"""
YEAR = np.timedelta64(365, "D")


def build_impact(con: duckdb.DuckDBPyConnection) -> int:
    """Writes `impact.account` and `impact.estimate` from `staging.account_outcome` and coverage; estimates written.

    An estimate has a row for every outcome in every month of a program: `observed`, `too_few` or `unknown`, and why.
    """
    columns = input_columns()["impact.estimate"]
    con.execute("create schema if not exists impact")
    con.execute(ACCOUNTS)
    declared = ", ".join(f'"{name}" {sql_type}' for name, sql_type in columns.items())
    con.execute(f"create or replace table impact.estimate ({declared})")
    told = set(con.execute("select distinct program_id, outcome from staging.account_outcome").fetchall())
    groups = dict(iter(con.execute(ORDERED).df().groupby(["program_id", "outcome"], sort=False)))
    rows = [
        row
        for program_id, months in con.execute(MONTHS).df().groupby("program_id", sort=False)
        for outcome in OUTCOMES
        for row in _estimates(
            str(program_id), months, outcome, groups.get((program_id, outcome)), (program_id, outcome) in told
        )
    ]
    if rows:
        con.register("estimated", pd.DataFrame(rows, columns=list(columns)))
        con.execute("insert into impact.estimate by name select * from estimated")
        con.unregister("estimated")
    return len(rows)


def _estimates(
    program_id: str, months: pd.DataFrame, outcome: str, accounts: pd.DataFrame | None, is_told: bool
) -> Iterator[dict[str, object]]:
    """One row per month of the program."""
    shape = OUTCOMES[outcome]
    due = accounts["due_at"].to_numpy("datetime64[us]") if accounts is not None else np.empty(0, "datetime64[us]")
    everyone = _accounts(accounts) if accounts is not None else None

    @cache
    def found(first: int, last: int) -> dict[str, object]:
        """Of the accounts due in a year; where none began or fell out of it, the next month has the same."""
        return _found(everyone.at(slice(first, last)), shape) if everyone else {}

    for month, through in zip(months["month"], months["through"].to_numpy("datetime64[us]"), strict=True):
        row: dict[str, object] = {
            "program_id": program_id, "month": month, "outcome": outcome, "unit": shape.unit, "better": shape.better
        }  # fmt: skip
        first, last = np.searchsorted(due, [through - YEAR, through], side="right")
        if everyone is None or first == last:
            reason = "no account's time is up, or not all of it was recorded" if is_told else f"needs {shape.needs}"
            yield row | {"status": "unknown", "reason": reason, "trained_accounts": 0, "untrained_accounts": 0}
            continue
        yield row | found(int(first), int(last))


def _found(cohort: Accounts, shape: Outcome) -> dict[str, object]:
    counts = {
        "trained_accounts": int(cohort.is_trained.sum()),
        "untrained_accounts": int((~cohort.is_trained).sum()),
    }
    found = compare(cohort, shape.scale)
    return counts | (_too_few(found) if isinstance(found, TooFew) else _told(cohort, found, shape))


def _accounts(rows: pd.DataFrame) -> Accounts:
    value, users, prior_use, started = (
        rows[name].to_numpy(float) for name in ("value", "users", "prior_use", "started")
    )
    return Accounts(value, rows["is_trained"].to_numpy(bool), users, prior_use, started, rows["segment"].to_numpy(str))


def _too_few(found: TooFew) -> dict[str, object]:
    reason = (
        f"comparable accounts worth {found.trained:.0f} trained and {found.untrained:.0f} untrained ones; "
        f"{LEAST_IN_ARM} of each and {LEAST_ACCOUNTS} in all needed"
    )
    return {"status": "too_few", "reason": reason}


def _told(cohort: Accounts, found: Comparison, shape: Outcome) -> dict[str, object]:
    means = {
        f"{arm}_value": shape.times * float(cohort.value[rows].mean())
        for arm, rows in {"trained": cohort.is_trained, "untrained": ~cohort.is_trained}.items()
    }
    rests_on = {
        "status": "observed",
        "compared_accounts": found.compared,
        "match_rate": found.matched_share,
        "imbalance": found.imbalance,
        "imbalance_left": found.imbalance_left,
        "adjusted_for": ", ".join(found.adjusted_for),
    }
    differences = {
        f"{which}{end}": number
        for which, difference in {"unadjusted": found.unadjusted, "adjusted": found.adjusted}.items()
        for end, number in _ends(difference, shape)
    }
    return rests_on | means | differences


def _ends(difference: Difference, shape: Outcome) -> Iterator[tuple[str, float]]:
    """Value, low and high in the unit of the outcome; no share differs from another by more than all. What is beyond
    nine places is arithmetic, not evidence."""
    most = shape.times if shape.unit == "pp" else np.inf
    for end, number in {"": difference.value, "_low": difference.low, "_high": difference.high}.items():
        yield end, round(float(np.clip(shape.times * number, -most, most)), 9) + 0.0
