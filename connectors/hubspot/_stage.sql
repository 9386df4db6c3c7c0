-- description: One row per stage of a pipeline, whether it ends a ticket or deal, and how.
-- grain: [_program_id, pipeline, stage]
with told as (
    select
        _program_id, pipeline, id as stage, label, coalesce(is_closed, ticket_state = 'CLOSED') as is_closed,
        is_closed and probability = 1 as is_won, cast(null as timestamp) as synced_at, _file, _row
    from landing.hubspot__pipelines
    union all
    select
        _program_id, pipeline_id, stage_id, label, coalesce(is_closed, ticket_state = 'CLOSED'),
        null, synced_at, _file, _row
    from landing.hubspot__ticket_stages
    where not coalesce(is_removed, false)
    union all
    select
        _program_id, pipeline_id, stage_id, label, coalesce(is_closed, is_won),
        coalesce(is_won, is_closed and probability = 1), synced_at, _file, _row
    from landing.hubspot__deal_stages
    where not coalesce(is_removed, false)
)

select _program_id, pipeline, stage, label, is_closed, is_won
from told
qualify row_number() over (
    partition by _program_id, pipeline, stage
    order by synced_at desc nulls last, _file desc, _row desc
) = 1
