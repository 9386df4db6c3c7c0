-- description: One row per award of a badge or certificate to a person.
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
)

select
    _program_id,
    min(_source) as _source,
    min(_file) as _file,
    min(_row) as _row,
    learner_id,
    email,
    min(email_domain) as email_domain,
    object_id as content_id,
    occurred_at as certified_at
from statements
where (
        verb_word = 'certified'
        or (type_word in ('badge', 'certificate', 'certification') and verb_word in ('earned', 'received', 'awarded', 'completed'))
    )
    and (learner_id is not null or email is not null)
-- delivered twice, awarded once
group by _program_id, learner_id, email, object_id, occurred_at
