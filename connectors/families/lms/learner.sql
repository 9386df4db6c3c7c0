-- description: One row per person listed or enrolled.
with people as (
    select * from landing._lms__person
),

enrolled as (
    -- a report of courses may come without the list of people
    select
        enrolments._program_id,
        min(enrolments._source) as _source,
        min(enrolments._file) as _file,
        min(enrolments._row) as _row,
        enrolments.learner_id,
        max(enrolments.email) as email,
        max(enrolments.email_domain) as email_domain,
        max(enrolments.account_id) as account_id
    from landing._lms__registration as enrolments
    left join people
        on people._program_id = enrolments._program_id
        and people.person_id = enrolments.person
    where people.person_id is null
    group by enrolments._program_id, enrolments.learner_id, enrolments.person
)

select
    _program_id,
    _source,
    _file,
    _row,
    coalesce(id, username) as learner_id,
    email,
    email_domain,
    coalesce(crm_id, account_id) as account_id,
    lower(role) as role,
    segment,
    locale,
    regexp_matches(lower(role), $staff) as is_staff,
    created_at,
    coalesce(updated_at, synced_at) as _version
from people
where not coalesce(is_deleted, false)
union all
select
    _program_id, _source, _file, _row, learner_id, email, email_domain, account_id, null, null, null, null, null, null
from enrolled
