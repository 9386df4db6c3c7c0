-- description: One row per address of an owner or user of the portal, which are its staff.
-- grain: [_program_id, email]
with staff as (
    select _program_id, _source, _file, _row, id, email, email_domain, created_at, modified_at, synced_at
    from landing.hubspot__owners
    union all
    -- users are numbered apart from owners, and records name their owner
    select _program_id, _source, _file, _row, null, email, email_domain, null, null, synced_at
    from landing.hubspot__users
    where not coalesce(is_removed, false)
)

select *
from staff
where email is not null
qualify row_number() over (
    partition by _program_id, email
    order by id nulls last, modified_at desc nulls last, synced_at desc nulls last, _file desc, _row desc
) = 1
