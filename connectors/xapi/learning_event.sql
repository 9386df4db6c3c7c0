-- description: One row per statement that tells of learning, without the ones taken back; one delivered twice keeps its event_id, by which staging tells.
with told as (
    select *,
        case
            when verb_word in ('registered', 'enrolled', 'enrolled_onto_learning_plan') then 'enrolled'
            when verb_word in ('launched', 'initialized', 'started', 'attempted') then 'launched'
            -- cmi5 says satisfied when everything below is done
            when verb_word in ('completed', 'satisfied') then 'completed'
            when verb_word in ('passed', 'mastered') then 'passed'
            when verb_word = 'failed' then 'failed'
            -- a grade below the pass mark is the grade so far, not a failure
            when verb_word = 'earned' and success then 'passed'
            when verb_word in ('experienced', 'viewed', 'read', 'watched', 'played', 'downloaded', 'navigated') then 'viewed'
            when verb_word in (
                'progressed', 'paused', 'seeked', 'interacted', 'answered', 'asked', 'suspended', 'resumed', 'terminated',
                'exited', 'earned'
            ) then 'progressed'
            -- waived and abandoned are the system's doing, unregistered is leaving: none is learning
        end as learning_verb
    from landing._xapi__activity_statement
    where not is_live
        and not is_award
)

select
    _program_id,
    _source,
    _file,
    _row,
    occurred_at,
    learner_id,
    email,
    email_domain,
    case
        -- an answer is progress in what the question belongs to
        when type_word in ('question', 'interaction', 'cmi.interaction') then
            coalesce(parents ->> '$[0].id', parents ->> '$.id', object_id)
        else object_id
    end as content_id,
    learning_verb as verb,
    id as event_id,
    lasted.seconds as duration_s,
    'lms' as surface,
    stored as _version
from told
left join landing._xapi__duration as lasted
    on lasted.written = told.duration
where learning_verb is not null
    and person is not null
