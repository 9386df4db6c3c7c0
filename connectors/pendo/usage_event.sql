-- description: One row per visitor, hour and feature, page or track event.
with told as (
    select * from landing.pendo__usage
),

-- an hour is split by browser and address, and comes again, fuller, with a later export
hours as (
    select
        *,
        coalesce(feature_id, track_type_id, nullif(page_id, 'allevents')) as used_id,
        row_number() over (
            partition by _program_id, visitor_id, account_id, hour, feature_id, track_type_id, page_id
            order by num_events desc nulls last, _file desc, _row desc
        ) as recency
    from told
),

definitions as (
    select
        _program_id,
        id,
        max_by(name, coalesce(updated_at, timestamp '1990-01-01')) as name,
        max_by(is_core, coalesce(updated_at, timestamp '1990-01-01')) as is_core
    from (
        select * from landing.pendo__definitions
    ) as known
    group by _program_id, id
)

select
    hours._program_id,
    hours._source,
    hours._file,
    hours._row,
    hours.hour as occurred_at,
    hours.visitor_id as user_id,
    hours.visitor_email as email,
    case when hours.visitor_email is not null then hours.visitor_email_domain end as email_domain,
    coalesce(accounts.account_id, hours.account_id) as account_id,
    coalesce(definitions.name, hours.used_id) as feature,
    definitions.is_core as is_value_event
from hours
left join definitions
    on definitions._program_id = hours._program_id
    and definitions.id = hours.used_id
left join landing._pendo__account as accounts
    on accounts._program_id = hours._program_id
    and accounts.id = hours.account_id
where hours.recency = 1
    and hours.visitor_id is not null
    -- an hour in which nothing happened is no use
    and coalesce(hours.num_events, 1) > 0
