-- description: >-
--   One row per program and month: tickets asking to send learning material again, per 100 onboardings
--   started in the month.
-- job: deliver
-- unit: per 100
-- direction: down
-- kind: rate
-- per: 100
-- window: T12
-- minimum_sample: 3
-- sources: [ticket, account]
-- fields: [account.started_at]
-- friction: [F08, F10]
-- range: [0, null]
-- notes: >-
--   An onboarding starts when an account becomes a customer. Requests of every account count, since material
--   is asked for again long after the first weeks; onboardings only say how much was sent out. Requests made
--   by mail to a person are not seen, so the rate is a lower bound. Not applicable where fewer than three accounts
--   started within a year: who takes on hardly anybody has no onboarding to get right.

with resend as (
    select program_id, month, count(*) as requests
    from staging.ticket
    where duplicate_of is null
        and is_internal is not true
        and intent = 'resend_request'
    group by program_id, month
),

onboarding as (
    select program_id, start_month as month, count(*) as started
    from staging.account
    where start_month is not null
    group by program_id, start_month
)

select
    program_month.program_id,
    program_month.month,
    coalesce(resend.requests, 0) as numerator,
    coalesce(onboarding.started, 0) / 100 as denominator,
    coalesce(onboarding.started, 0) as sample_size,
    year_of.started is null or year_of.started >= 3 as is_applicable
from staging.program_month as program_month
left join staging.onboarding_year as year_of
    on program_month.program_id = year_of.program_id
    and program_month.month = year_of.month
left join resend
    on program_month.program_id = resend.program_id
    and program_month.month = resend.month
left join onboarding
    on program_month.program_id = onboarding.program_id
    and program_month.month = onboarding.month
