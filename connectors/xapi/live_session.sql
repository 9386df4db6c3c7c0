-- description: One row per person, live session and day.
with attended as (
    select told.*, taken.seconds as taken_s, planned.seconds as planned_s
    from landing._xapi__activity_statement as told
    left join landing._xapi__duration as taken
        on taken.written = told.duration
    left join landing._xapi__duration as planned
        on planned.written = told.planned_duration
    where verb_word = 'attended'
        -- joining and leaving are told apart from attending by some stores and not by others: one day is one attendance
        or (is_live and verb_word in (
            'participated', 'completed', 'experienced', 'joined', 'join', 'left', 'leave', 'terminated', 'exited'
        ))
)

select
    _program_id,
    min(_source) as _source,
    min(_file) as _file,
    min(_row) as _row,
    min(occurred_at) as started_at,
    -- too long rather than lost: an attendance without a length would make the program look less live than it is
    coalesce(max(taken_s), max(planned_s), 3600) as duration_s,
    max(learner_id) as learner_id,
    max(email) as email,
    max(email_domain) as email_domain,
    object_id as content_id,
    object_id as session_id
from attended
where person is not null
group by _program_id, person, object_id, cast(occurred_at as date)
