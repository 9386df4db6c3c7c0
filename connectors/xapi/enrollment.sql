-- description: One row per person and course they registered for, completed, passed or failed; a second registration is the same row.
with voided as (
    select distinct _program_id, object_id as id
    from landing.xapi__statements
    where verb = 'http://adlnet.gov/expapi/verbs/voided' and object_type = 'StatementRef'
),

-- stores spell one verb or type under several addresses; the last word is what they share
verbs as (
    select verb, lower(replace(split_part(replace(rtrim(verb, '/'), '#', '/'), '/', -1), '.json', '')) as word
    from landing.xapi__statements
    group by verb
),

types as (
    select activity_type, lower(split_part(replace(rtrim(activity_type, '/'), '#', '/'), '/', -1)) as word
    from landing.xapi__statements
    group by activity_type
),

statements as (
    -- a statement may be delivered twice: nothing below changes by telling it again
    select
        told.*,
        coalesce(told.timestamp, told.stored) as occurred_at,
        -- a person has one identifier per statement; a group is nobody in particular
        coalesce(told.account_name, told.mbox_sha1sum, told.openid) as learner_id,
        verbs.word as verb_word,
        types.word as type_word
    from landing.xapi__statements as told
    inner join verbs on verbs.verb = told.verb
    left join types on types.activity_type = told.activity_type
    left join voided
        on voided._program_id = told._program_id
        and voided.id = told.id
    where voided.id is null
        and coalesce(told.object_type, 'Activity') = 'Activity'
        and told.object_id is not null
        and coalesce(told.actor_type, 'Agent') = 'Agent'
),

told as (
    select *,
        type_word = 'course' as is_course,
        -- what happens in a course names it as parent or, from deeper down, as grouping
        case
            when type_word = 'course' then object_id
            when regexp_matches(coalesce(parents ->> '$[0].definition.type', ''), '/course/?$') then parents ->> '$[0].id'
            when regexp_matches(coalesce(parents ->> '$.definition.type', ''), '/course/?$') then parents ->> '$.id'
            when regexp_matches(coalesce(groupings ->> '$[0].definition.type', ''), '/course/?$') then groupings ->> '$[0].id'
            when regexp_matches(coalesce(groupings ->> '$.definition.type', ''), '/course/?$') then groupings ->> '$.id'
        end as course_id
    from statements
),

marked as (
    select *,
        coalesce(email, learner_id) as person,
        is_course and verb_word in ('registered', 'enrolled', 'enrolled_onto_learning_plan') as is_enrolment,
        -- a completed video inside a course does not complete the course
        is_course and verb_word in ('completed', 'satisfied') as is_completion,
        is_course and (verb_word in ('passed', 'mastered') or (verb_word = 'earned' and success)) as is_pass,
        is_course and verb_word = 'failed' as is_fail,
        verb_word not in (
            'registered', 'enrolled', 'enrolled_onto_learning_plan', 'unregistered', 'waived', 'abandoned', 'satisfied'
        ) as is_activity,
        coalesce(
            -- below zero is worse than nothing learned, which our scale does not know
            case when score_scaled < 0 then 0 else score_scaled end,
            -- a raw score means something only against its bounds
            case when score_max > coalesce(score_min, 0) then
                (score_raw - coalesce(score_min, 0)) / (score_max - coalesce(score_min, 0))
            end
        ) as unit_score
    from told
    where course_id is not null
        and (email is not null or learner_id is not null)
),

courses as (
    select
        _program_id,
        person,
        course_id,
        min(_source) as _source,
        min(_file) as _file,
        min(_row) as _row,
        max(learner_id) as learner_id,
        max(email) as email,
        max(email_domain) as email_domain,
        min(case when is_enrolment then occurred_at end) as registered_at,
        min(case when is_activity then occurred_at end) as started_at,
        max(case when is_activity then occurred_at end) as last_activity_at,
        min(case when is_completion then occurred_at end) as completed_at,
        max(case when is_course then progress_percent end) / 100 as progress,
        max_by(unit_score, occurred_at) filter (where is_course and unit_score is not null) as score,
        bool_or(is_pass) as is_passed,
        bool_or(is_fail) as is_failed,
        min(occurred_at) as first_at,
        bool_or(is_enrolment or is_completion or is_pass or is_fail) as is_enrolled
    from marked
    group by _program_id, person, course_id
)

select
    _program_id,
    _source,
    _file,
    _row,
    person || '|' || course_id as enrollment_id,
    learner_id,
    email,
    email_domain,
    course_id as content_id,
    -- a store connected after the registration has only what came later
    least(coalesce(registered_at, first_at), first_at) as enrolled_at,
    started_at,
    completed_at,
    last_activity_at,
    case when completed_at is not null or progress > 1 then 1 when progress < 0 then 0 else progress end as progress,
    case when score > 1 then 1 when score < 0 then 0 else score end as score,
    case when is_passed then true when is_failed then false end as is_passed
from courses
where is_enrolled
