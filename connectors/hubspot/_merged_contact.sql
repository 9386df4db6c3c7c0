-- description: One row per old id of a contact that was merged into another, and the contact that stays.
-- grain: [_program_id, merged_id]
select
    _program_id,
    merged_id,
    max_by(contact_id, coalesce(told_at, timestamp '1990-01-01')) as contact_id
from (
    select _program_id, unnest(merged_ids) as merged_id, id as contact_id, coalesce(modified_at, synced_at) as told_at
    from landing.hubspot__contacts
    union all
    select _program_id, merged_id, contact_id, synced_at
    from landing.hubspot__contact_merges
    where not coalesce(is_removed, false)
) as told
where merged_id <> contact_id
group by _program_id, merged_id
