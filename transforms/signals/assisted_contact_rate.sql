-- description: >-
--   One row per program and month: customer tickets per 100 people who used the product in the month.
-- job: scale
-- unit: per 100
-- direction: down
-- kind: rate
-- per: 100
-- window: T3
-- minimum_sample: 30
-- sources: [ticket, [usage_event, account_month]]
-- friction: [F15]
-- range: [0, null]
-- notes: >-
--   Fewer tickets alone are not success: read it with usage, retention and search. Out-of-office replies,
--   spam and internal tests are not contacts. Users as in learner_reach_rate.

with contacts as (
    select program_id, month, count(*) as contacts
    from staging.ticket
    where duplicate_of is null
        and is_internal is not true
        and intent is distinct from 'other'
    group by program_id, month
),

used as (
    select program_id, month, count(distinct person_key) as users
    from staging.usage_event
    where is_internal is not true
    group by program_id, month
),

reported as (
    select program_id, month, sum(active_users) as active_users, sum(seats) as seats
    from staging.account_month
    group by program_id, month
),

base as (
    select
        program_month.program_id,
        program_month.month,
        coalesce(nullif(used.users, 0), nullif(reported.active_users, 0), nullif(reported.seats, 0), 0) as users
    from staging.program_month as program_month
    left join used
        on program_month.program_id = used.program_id
        and program_month.month = used.month
    left join reported
        on program_month.program_id = reported.program_id
        and program_month.month = reported.month
)

select
    base.program_id,
    base.month,
    coalesce(contacts.contacts, 0) as numerator,
    base.users / 100.0 as denominator,
    base.users as sample_size
from base
left join contacts
    on base.program_id = contacts.program_id
    and base.month = contacts.month
where base.users > 0
