-- description: One row per statement that tells of learning, without the ones taken back; one delivered twice keeps its event_id, by which staging tells.
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
    from statements
    where coalesce(type_word, '') not in ('meeting', 'webinar', 'event', 'virtual-classroom', 'classroom', 'face-to-face', 'live-session')
        and coalesce(type_word, '') not in ('badge', 'certificate', 'certification')
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
    case
        when regexp_full_match(duration, 'P([0-9]+W)?([0-9]+D)?(T([0-9.]+H)?([0-9.]+M)?([0-9.]+S)?)?') then
            coalesce(try_cast(regexp_extract(duration, '([0-9.]+)W', 1) as double), 0) * 604800
            + coalesce(try_cast(regexp_extract(duration, '([0-9.]+)D', 1) as double), 0) * 86400
            + coalesce(try_cast(regexp_extract(duration, '([0-9.]+)H', 1) as double), 0) * 3600
            + coalesce(try_cast(regexp_extract(duration, '([0-9.]+)M', 1) as double), 0) * 60
            + coalesce(try_cast(regexp_extract(duration, '([0-9.]+)S', 1) as double), 0) * 1
    end as duration_s,
    'lms' as surface,
    stored as _version
from told
where learning_verb is not null
    and (learner_id is not null or email is not null)
