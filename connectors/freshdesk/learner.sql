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
union all
-- who writes articles, or answers and notes that go out, is an agent though the agents were not exported
select
    _program_id,
    _source,
    _file,
    _row,
    id,
    null,
    null,
    null,
    null,
    null,
    true,
    false,
    null,
    null
from (
    select
        writers.*,
        row_number() over (
            partition by writers._program_id, writers.id
            order by writers._file desc, writers._row desc
        ) as recency
    from (
        select _program_id, _source, _file, _row, agent_id as id from landing.freshdesk__solution_articles
        union all
        select _program_id, _source, _file, _row, user_id from landing._freshdesk__conversation where not incoming
    ) as writers
    left join landing._freshdesk__person as people
        on people._program_id = writers._program_id
        and people.id = writers.id
    where writers.id is not null and people.id is null
) as unlisted
where recency = 1
