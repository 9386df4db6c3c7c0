-- description: One row per contact or agent, as last exported; deleted contacts are left out.
select
    _program_id,
    _source,
    _file,
    _row,
    person_id as learner_id,
    email,
    email_domain,
    account_id,
    job_title as role,
    locale,
    is_staff,
    is_test,
    created_at,
    updated_at as _version
from landing._freshdesk__person
where is_here
