-- description: One row per certification awarded to a person at one time.
with names as (
    select _program_id, username, min(id) as id
    from landing.docebo__users
    where id is not null and username is not null
    group by 1, 2
    having count(distinct id) = 1
)

select
    awards._program_id,
    min(awards._source) as _source,
    min(awards._file) as _file,
    min(awards._row) as _row,
    coalesce(awards.user_id, names.id, awards.username) as learner_id,
    awards.email,
    min(awards.email_domain) as email_domain,
    'docebo:certification:' || coalesce(awards.certification_id, awards.title) as content_id,
    awards.issued_at as certified_at,
    max(awards.expires_at) as expires_at
from landing.docebo__certifications as awards
left join names
    on names._program_id = awards._program_id
    -- only where no id tells the person
    and names.username = case when awards.user_id is null then awards.username end
where coalesce(awards.user_id, awards.username, awards.email) is not null
    and coalesce(awards.certification_id, awards.title) is not null
group by 1, 5, 6, 8, 9
