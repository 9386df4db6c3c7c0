-- description: One row per award of a badge or certificate to a person.
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
from landing._xapi__activity_statement
where (verb_word = 'certified' or (is_award and verb_word in ('earned', 'received', 'awarded', 'completed')))
    and person is not null
-- delivered twice, awarded once
group by _program_id, learner_id, email, object_id, occurred_at
