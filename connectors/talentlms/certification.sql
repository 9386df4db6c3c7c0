-- description: One row per certification awarded to a person at one time.
select
    _program_id,
    min(_source) as _source,
    min(_file) as _file,
    min(_row) as _row,
    user_id as learner_id,
    email,
    max(email_domain) as email_domain,
    'talentlms:' || course_id as content_id,
    issued_at as certified_at,
    max(expires_at) as expires_at
from landing.talentlms__certifications
where issued_at is not null
    and course_id is not null
    and coalesce(user_id, email) is not null
group by _program_id, user_id, email, course_id, issued_at
