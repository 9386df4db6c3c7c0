-- description: One row per customer account.
-- grain: [program_id, account_key]
-- columns:
--   program_id: program the row belongs to
--   account_key: hashed identity of the account
--   domain: corporate e-mail domain, lower case; null for personal domains
--   started_at: when the account became a customer
--   ended_at: when it stopped being one; null if it still is
--   segment: customer segment
--   start_month: program-local month in which it started

with newest as (
    select *
    from source.account
    qualify row_number() over (
        partition by program_id, source, account_id
        order by version desc nulls last, file desc, row_number desc
    ) = 1
),

-- several sources may each know a part of an account: the newest source that says anything is believed
ranked as (
    select
        *,
        row_number() over (
            partition by program_id, account_id
            order by version nulls first, file, row_number
        ) as recency
    from newest
),

merged as (
    select
        program_id,
        account_id as account_key,
        max_by(lower(trim(domain)), recency) filter (where domain is not null) as domain,
        max_by(started_at, recency) filter (where started_at is not null) as started_at,
        max_by(ended_at, recency) filter (where ended_at is not null) as ended_at,
        max_by(segment, recency) filter (where segment is not null) as segment
    from ranked
    group by program_id, account_id
)

select
    merged.program_id,
    merged.account_key,
    case when personal.domain is null then merged.domain end as domain,
    merged.started_at,
    merged.ended_at,
    merged.segment,
    cast(
        case
            when merged.started_at >= calendar.ends_at then calendar.month + interval 1 month
            else calendar.month
        end as date
    ) as start_month
from merged
left join config.personal_domain as personal on personal.domain = merged.domain
left join staging.program as program on program.program_id = merged.program_id
-- twelve hours back is never after the local month and at most one month before it
left join config.calendar as calendar
    on calendar.timezone = program.timezone
    and calendar.month = cast(date_trunc('month', merged.started_at - interval 12 hours) as date)
