-- description: One row per person listed, asking or writing; apps are left out.
with seen as (
    select _program_id, _source, _file, _row, id as person_id, email, email_domain, account_type, locale, null as account_id, 0 as preference
    from landing.jira__users
    union all
    select _program_id, _source, _file, _row, reporter_id, reporter_email, reporter_email_domain, reporter_type, null, account_id, 1
    from landing._jira__issue
    union all
    select _program_id, _source, _file, _row, author_id, author_email, author_email_domain, author_type, null, null, 2
    from landing._jira__comment
),

people as (
    select
        _program_id,
        arg_min(_source, preference) as _source,
        arg_min(_file, preference) as _file,
        arg_min(_row, preference) as _row,
        person_id,
        arg_min(email, preference) filter (where email is not null) as email,
        arg_min(email_domain, preference) filter (where email is not null) as email_domain,
        bool_or(account_type = 'app') as is_app,
        max(locale) as locale,
        -- who asks for several organizations belongs to none of them for certain
        case when min(account_id) = max(account_id) then min(account_id) end as account_id
    from seen
    where person_id is not null
    group by _program_id, person_id
)

select
    people._program_id,
    people._source,
    people._file,
    people._row,
    people.person_id as learner_id,
    people.email,
    people.email_domain,
    people.account_id,
    people.locale,
    agents.person_id is not null as is_staff
from people
left join landing._jira__agent as agents
    on agents._program_id = people._program_id
    and agents.person_id = people.person_id
where not coalesce(people.is_app, false)
