-- description: One row per person as last listed.
-- grain: [_program_id, person_id]
select *
from (
    select *,
        -- the report of a screen has no id
        coalesce(id, username, email) as person_id,
        row_number() over (
            partition by _program_id, coalesce(id, username, email)
            order by updated_at desc nulls last, synced_at desc nulls last, _file desc, _row desc
        ) as recency
    from landing.lms__users
) as listed
where recency = 1
    and person_id is not null
