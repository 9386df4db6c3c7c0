-- description: One row per person who appears in a statement.
with voided as (
    select distinct _program_id, object_id as id
    from landing.xapi__statements
    where verb = 'http://adlnet.gov/expapi/verbs/voided' and object_type = 'StatementRef'
),

delivered as (
    select *,
        row_number() over (
            partition by _program_id, id
            order by stored desc nulls last, _file desc, _row desc
        ) as delivery
    from landing.xapi__statements
),

statements as (
    select
        delivered.*,
        coalesce(delivered.timestamp, delivered.stored) as occurred_at,
        -- a person has one identifier per statement; a group is nobody in particular
        coalesce(delivered.account_name, delivered.mbox_sha1sum, delivered.openid) as learner_id,
        -- stores spell one verb or type under several addresses; the last word is what they share
        lower(regexp_extract(delivered.verb, '([^/#]+?)(\.json)?/?$', 1)) as verb_word,
        lower(regexp_extract(delivered.activity_type, '([^/#]+?)/?$', 1)) as type_word
    from delivered
    left join voided
        on voided._program_id = delivered._program_id
        and voided.id = delivered.id
    where delivered.delivery = 1
        and voided.id is null
        and coalesce(delivered.object_type, 'Activity') = 'Activity'
        and delivered.object_id is not null
        and coalesce(delivered.actor_type, 'Agent') = 'Agent'
)

select
    _program_id,
    min(_source) as _source,
    min(_file) as _file,
    min(_row) as _row,
    learner_id,
    email,
    min(email_domain) as email_domain,
    max_by(language, occurred_at) as locale
from statements
where learner_id is not null or email is not null
group by _program_id, learner_id, email
