-- description: One row per row of source.learning_event that repeats or corrects-away another, or completes en masse, and is left out.
-- grain: [program_id, file, row_number]
-- columns:
--   program_id: program the row belongs to
--   file: file of the row
--   row_number: row in the file

-- Sorting tens of millions of rows to find that nothing repeats would be the dearest step of all, so rows are
-- first counted by a hash of what makes them one fact; only rows that share a hash are compared in full. Where
-- landing has found every event to have its own id, there is nothing to count.
with doubted as (
    select program.program_id
    from config.program as program
    left join source.repeat_free as repeat_free
        on repeat_free.program_id = program.program_id
        and repeat_free.entity = 'learning_event'
    where repeat_free.program_id is null
),

suspects as (
    select
        hash(
            event.program_id, event.content_id, event.event_id,
            case when event.event_id is null then event.occurred_at end,
            case when event.event_id is null then event.verb end,
            case when event.event_id is null then event.learner_id end,
            case when event.event_id is null then event.email end
        ) as fact_hash
    from source.learning_event as event
    inner join doubted on doubted.program_id = event.program_id
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
                event.content_id,
                event.event_id,
                case when event.event_id is null then event.occurred_at end,
                case when event.event_id is null then event.verb end,
                case when event.event_id is null then event.learner_id end,
                case when event.event_id is null then event.email end,
                case when event.event_id is null then event.duration_s end,
                case when event.event_id is null then event.surface end
            order by event.version desc nulls last, event.file desc, event.row_number desc
        ) as place
    from source.learning_event as event
    inner join suspects
        on suspects.fact_hash = hash(
            event.program_id, event.content_id, event.event_id,
            case when event.event_id is null then event.occurred_at end,
            case when event.event_id is null then event.verb end,
            case when event.event_id is null then event.learner_id end,
            case when event.event_id is null then event.email end
        )
)

select
    program_id,
    file,
    row_number
from compared
where place > 1
union
select
    event.program_id,
    event.file,
    event.row_number
from source.learning_event as event
inner join staging.mass_completion as mass
    on mass.program_id = event.program_id
    and mass.minute_at = date_trunc('minute', event.occurred_at)
where event.verb in ('completed', 'passed')
