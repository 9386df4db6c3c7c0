-- description: One row per row of source.usage_event that repeats another, and is left out.
-- grain: [program_id, file, row_number]
-- columns:
--   program_id: program the row belongs to
--   file: file of the row
--   row_number: row in the file

-- as for learning events: count by hash first, compare in full only rows that share one
with suspects as (
    select hash(program_id, occurred_at, user_id, email, account_id, feature) as fact_hash
    from source.usage_event
    group by fact_hash
    having count(*) > 1
),

compared as (
    select
        event.program_id,
        event.file,
        event.row_number,
        row_number() over (
            partition by
                event.program_id,
                event.occurred_at,
                event.user_id,
                event.email,
                event.account_id,
                event.feature,
                event.is_value_event
            order by event.file, event.row_number
        ) as place
    from source.usage_event as event
    inner join suspects
        on suspects.fact_hash = hash(
            event.program_id, event.occurred_at, event.user_id, event.email, event.account_id, event.feature
        )
)

select
    program_id,
    file,
    row_number
from compared
where place > 1
