-- description: One row per opportunity that is there, as last exported, and how it ended.
-- grain: [_program_id, opportunity_id]
with ranked as (
    select *,
        row_number() over (
            -- reports cut ids to 15 characters, which are whole: the other three only guard against a change of case
            partition by _program_id, left(id, 15)
            order by modified_at desc nulls last, version_at desc nulls last, is_active desc nulls last,
                synced_at desc nulls last, _file desc, _row desc
        ) as recency
    from landing.salesforce__opportunities
)

select
    _program_id,
    _source,
    _file,
    _row,
    left(id, 15) as opportunity_id,
    account_id,
    contact_id,
    -- a report may write USD 1,234.50
    try_cast(replace(regexp_replace(amount, '^[A-Z]{3} ?', ''), ',', '') as double) as amount,
    case
        when is_won or lower(stage) = 'closed won' then true
        when is_closed or lower(stage) = 'closed lost' then false
    end as is_won,
    close_date,
    created_at,
    coalesce(modified_at, synced_at) as _version
from ranked
where recency = 1
    and not coalesce(is_deleted, false)
    and not coalesce(is_removed, false)
    and coalesce(is_active, true)
