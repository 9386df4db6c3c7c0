-- description: One row per person, live session and day.
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

attended as (
    select *,
        coalesce(email, learner_id) as person,
        case
            when regexp_full_match(duration, 'P([0-9]+W)?([0-9]+D)?(T([0-9.]+H)?([0-9.]+M)?([0-9.]+S)?)?') then
                coalesce(try_cast(regexp_extract(duration, '([0-9.]+)W', 1) as double), 0) * 604800
                + coalesce(try_cast(regexp_extract(duration, '([0-9.]+)D', 1) as double), 0) * 86400
                + coalesce(try_cast(regexp_extract(duration, '([0-9.]+)H', 1) as double), 0) * 3600
                + coalesce(try_cast(regexp_extract(duration, '([0-9.]+)M', 1) as double), 0) * 60
                + coalesce(try_cast(regexp_extract(duration, '([0-9.]+)S', 1) as double), 0) * 1
        end as taken_s,
        case
            when regexp_full_match(planned_duration, 'P([0-9]+W)?([0-9]+D)?(T([0-9.]+H)?([0-9.]+M)?([0-9.]+S)?)?') then
                coalesce(try_cast(regexp_extract(planned_duration, '([0-9.]+)W', 1) as double), 0) * 604800
                + coalesce(try_cast(regexp_extract(planned_duration, '([0-9.]+)D', 1) as double), 0) * 86400
                + coalesce(try_cast(regexp_extract(planned_duration, '([0-9.]+)H', 1) as double), 0) * 3600
                + coalesce(try_cast(regexp_extract(planned_duration, '([0-9.]+)M', 1) as double), 0) * 60
                + coalesce(try_cast(regexp_extract(planned_duration, '([0-9.]+)S', 1) as double), 0) * 1
        end as planned_s
    from statements
    where verb_word = 'attended'
        -- joining and leaving are told apart from attending by some stores and not by others: one day is one attendance
        or (type_word in ('meeting', 'webinar', 'event', 'virtual-classroom', 'classroom', 'face-to-face', 'live-session') and verb_word in (
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
