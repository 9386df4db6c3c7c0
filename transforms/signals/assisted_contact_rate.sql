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
-- fields: [[usage_event.person_key, account_month.active_users, account_month.seats]]
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
)

select
    base.program_id,
    base.month,
    coalesce(contacts.contacts, 0) as numerator,
    base.user_count / 100.0 as denominator,
    base.user_count as sample_size
from staging.active_user_month as base
left join contacts
    on base.program_id = contacts.program_id
    and base.month = contacts.month
