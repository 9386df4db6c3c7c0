-- description: One row per delivery of a statement in which a person did something with an activity, without the ones taken back.
-- grain: [_program_id, _file, _row]
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
)

select
    told.*,
    coalesce(told.timestamp, told.stored) as occurred_at,
    -- a person has one identifier per statement; a group is nobody in particular
    coalesce(told.account_name, told.mbox_sha1sum, told.openid) as learner_id,
    coalesce(told.email, told.account_name, told.mbox_sha1sum, told.openid) as person,
    verbs.word as verb_word,
    types.word as type_word,
    coalesce(types.word, '') in (
        'meeting', 'webinar', 'event', 'virtual-classroom', 'classroom', 'face-to-face', 'live-session'
    ) as is_live,
    coalesce(types.word, '') in ('badge', 'certificate', 'certification') as is_award,
    -- what happens in a course names it as parent or, from deeper down, as grouping
    case
        when types.word = 'course' then told.object_id
        when regexp_matches(coalesce(told.parents ->> '$[0].definition.type', ''), '/course/?$') then told.parents ->> '$[0].id'
        when regexp_matches(coalesce(told.parents ->> '$.definition.type', ''), '/course/?$') then told.parents ->> '$.id'
        when regexp_matches(coalesce(told.groupings ->> '$[0].definition.type', ''), '/course/?$') then told.groupings ->> '$[0].id'
        when regexp_matches(coalesce(told.groupings ->> '$.definition.type', ''), '/course/?$') then told.groupings ->> '$.id'
    end as course_id,
    case
        when regexp_full_match(told.duration, 'P([0-9]+W)?([0-9]+D)?(T([0-9.]+H)?([0-9.]+M)?([0-9.]+S)?)?') then
            coalesce(try_cast(regexp_extract(told.duration, '([0-9.]+)W', 1) as double), 0) * 604800
            + coalesce(try_cast(regexp_extract(told.duration, '([0-9.]+)D', 1) as double), 0) * 86400
            + coalesce(try_cast(regexp_extract(told.duration, '([0-9.]+)H', 1) as double), 0) * 3600
            + coalesce(try_cast(regexp_extract(told.duration, '([0-9.]+)M', 1) as double), 0) * 60
            + coalesce(try_cast(regexp_extract(told.duration, '([0-9.]+)S', 1) as double), 0) * 1
    end as duration_s
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
