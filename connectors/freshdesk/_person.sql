-- description: One row per contact or agent as last exported: the id other systems know the person by, else Freshdesk's, and the company.
-- grain: [_program_id, id]
with companies as (
    select _program_id, id, max_by(external_id, coalesce(updated_at, timestamp '1990-01-01')) as external_id
    from landing.freshdesk__companies
    group by _program_id, id
),

versions as (
    select
        _program_id, _source, _file, _row, id, external_id, email, email_domain, company_id, job_title, locale,
        false as is_staff, not (coalesce(deleted, false) or coalesce(removed, false)) as is_here, created_at, updated_at
    from landing.freshdesk__contacts
    union all
    select
        _program_id, _source, _file, _row, id, null, email, email_domain, null, null, locale,
        true, true, created_at, updated_at
    from landing.freshdesk__agents
),

ranked as (
    select *,
        -- agents and contacts share one row of numbers; a contact made an agent is one
        row_number() over (
            partition by _program_id, id
            order by is_staff desc, updated_at desc nulls last, _file desc, _row desc
        ) as recency
    from versions
)

select
    ranked._program_id,
    ranked._source,
    ranked._file,
    ranked._row,
    ranked.id,
    coalesce(ranked.external_id, ranked.id) as person_id,
    ranked.email,
    case when ranked.email is not null then ranked.email_domain end as email_domain,
    coalesce(companies.external_id, ranked.company_id) as account_id,
    ranked.job_title,
    ranked.locale,
    ranked.is_staff,
    -- the vendor's demo people, and help desks writing to each other
    ranked.email is not null and regexp_matches(ranked.email_domain, '(^|\.)freshdesk\.com$') and not ranked.is_staff
        as is_test,
    ranked.is_here,
    ranked.created_at,
    ranked.updated_at
from ranked
left join companies
    on companies._program_id = ranked._program_id
    and companies.id = ranked.company_id
where ranked.recency = 1
