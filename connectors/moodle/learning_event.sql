-- description: One row per view, step and completion of a learner.
with events as (
    select * from landing._moodle__event
    where verb <> 'enrolled'
        and coalesce(module_id, course_id) is not null
)

select
    _program_id,
    min(_source) as _source,
    min(_file) as _file,
    min(_row) as _row,
    occurred_at,
    learner_id,
    'moodle:' || coalesce('cm:' || module_id, course_id) as content_id,
    verb,
    event_id,
    'lms' as surface
from events
-- overlapping downloads tell an event again
group by _program_id, occurred_at, learner_id, coalesce('cm:' || module_id, course_id), verb, event_id
union all
select
    _program_id,
    min(_source),
    min(_file),
    min(_row),
    completed_at,
    user_id,
    'moodle:cm:' || module_id,
    case when state = 3 then 'failed' when state = 2 then 'passed' else 'completed' end,
    null,
    'lms'
from landing.moodle__statuses
where completed_at is not null
    and state in (1, 2, 3)
    and module_id is not null
group by _program_id, completed_at, user_id, module_id, state
