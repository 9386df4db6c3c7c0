-- description: One row per person who appears in a statement.
with spoken as (
    select
        _program_id, learner_id, email, language,
        min(_source) as _source, min(_file) as _file, min(_row) as _row,
        min(email_domain) as email_domain, max(occurred_at) as last_at
    from landing._xapi__activity_statement
    where person is not null
    group by _program_id, learner_id, email, language
),

ordered as (
    select *,
        row_number() over (partition by _program_id, learner_id, email order by last_at, language nulls first) as recency
    from spoken
)

select
    _program_id,
    min(_source) as _source,
    min(_file) as _file,
    min(_row) as _row,
    learner_id,
    email,
    min(email_domain) as email_domain,
    max_by(language, recency) filter (where language is not null) as locale
from ordered
group by _program_id, learner_id, email
