-- description: One row per account, as last exported, with the id that other exports know it by.
-- grain: [_program_id, id]
with versions as (
    select * from landing.pendo__accounts
    union all by name
    select * from landing.pendo__account_versions
),

ranked as (
    select
        *,
        row_number() over (
            partition by _program_id, id
            order by updated_at desc nulls last, _file desc, _row desc
        ) as recency
    from versions
)

select
    _program_id,
    _source,
    _file,
    _row,
    id,
    coalesce(crm_id, id) as account_id,
    name,
    segment,
    updated_at
from ranked
where recency = 1
    and is_deleted is not true
