-- description: One row per certificate that a completed enrolment brought.
select
    _program_id,
    min(_source) as _source,
    min(_file) as _file,
    min(_row) as _row,
    learner_id,
    email,
    min(email_domain) as email_domain,
    'learnupon:' || content as content_id,
    completed_at as certified_at,
    max(certificate_expires_at) as expires_at
from landing._learnupon__registration
where completed_at is not null
    and coalesce(state, 'completed') in ('completed', 'passed')
    and (certificate is not null or certificate_expires_at is not null)
group by _program_id, learner_id, email, content, completed_at
