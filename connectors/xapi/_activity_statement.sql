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
),

kinds as (
    select *,
        word = 'course' as is_course,
        word in ('meeting', 'webinar', 'event', 'virtual-classroom', 'classroom', 'face-to-face', 'live-session') as is_live,
        word in ('badge', 'certificate', 'certification') as is_award
    from types
)

select
    told.*,
    coalesce(told.timestamp, told.stored) as occurred_at,
    -- a person has one identifier per statement; a group is nobody in particular
    coalesce(told.account_name, told.mbox_sha1sum, told.openid) as learner_id,
    coalesce(told.email, told.account_name, told.mbox_sha1sum, told.openid) as person,
    verbs.word as verb_word,
    kinds.word as type_word,
    coalesce(kinds.is_course, false) as is_course,
    coalesce(kinds.is_live, false) as is_live,
    coalesce(kinds.is_award, false) as is_award,
    -- what happens in a course names it as parent or, from deeper down, as grouping
    case
        when kinds.is_course then told.object_id
        when regexp_matches(coalesce(told.parents ->> '$[0].definition.type', ''), '/course/?$') then told.parents ->> '$[0].id'
        when regexp_matches(coalesce(told.parents ->> '$.definition.type', ''), '/course/?$') then told.parents ->> '$.id'
        when regexp_matches(coalesce(told.groupings ->> '$[0].definition.type', ''), '/course/?$') then told.groupings ->> '$[0].id'
        when regexp_matches(coalesce(told.groupings ->> '$.definition.type', ''), '/course/?$') then told.groupings ->> '$.id'
    end as course_id
from landing.xapi__statements as told
inner join verbs on verbs.verb = told.verb
left join kinds on kinds.activity_type = told.activity_type
left join voided
    on voided._program_id = told._program_id
    and voided.id = told.id
where voided.id is null
    and coalesce(told.object_type, 'Activity') = 'Activity'
    and told.object_id is not null
    and coalesce(told.actor_type, 'Agent') = 'Agent'
