-- description: One row per contact that is there, as last exported.
-- grain: [_program_id, id]
with ranked as (
    select *,
        row_number() over (
            partition by _program_id, id
            order by modified_at desc nulls last, version_at desc nulls last, is_active desc nulls last,
                synced_at desc nulls last, _file desc, _row desc
        ) as recency
    from landing.salesforce__contacts
)

select
    _program_id,
    _source,
    _file,
    _row,
    id,
    email,
    email_domain,
    account_id,
    role,
    language,
    created_at,
    coalesce(modified_at, synced_at) as _version
from ranked
where recency = 1
    -- a contact merged into another is deleted too, and its cases go to the one that stays
    and not coalesce(is_deleted, false)
    and not coalesce(is_removed, false)
    and coalesce(is_active, true)
