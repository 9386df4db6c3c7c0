-- description: One row per contact as last exported: the id other systems know the person by, else Intercom's, and the first company.
-- grain: [_program_id, id]
with companies as (
    select _program_id, id, max_by(company_id, coalesce(updated_at, timestamp '1990-01-01')) as company_id
    from landing.intercom__companies
    group by _program_id, id
),

versions as (
    select
        _program_id, _source, _file, _row, id, external_id, email, email_domain, role, company_id, own_company_id,
        job_role, segment, locale, not coalesce(archived, false) as is_here, true as is_active, created_at, updated_at
    from landing.intercom__contacts
    union all
    select
        _program_id, _source, _file, _row, id, external_id, email, email_domain, role, null, null,
        job_role, segment, locale, not coalesce(is_deleted, false), coalesce(is_active, true), created_at, updated_at
    from landing.intercom__contact_history
),

ranked as (
    select *,
        row_number() over (
            partition by _program_id, id
            order by updated_at desc nulls last, is_active desc, _file desc, _row desc
        ) as recency
    from versions
),

links as (
    select _program_id, contact_id, company_id
    from (
        select *,
            row_number() over (
                partition by _program_id, contact_id
                order by coalesce(is_active, true) desc, updated_at desc nulls last, company_id, _file desc, _row desc
            ) as choice
        from landing.intercom__contact_company_history
    ) as linked
    where choice = 1 and coalesce(is_active, true)
)

select
    contacts._program_id,
    contacts._source,
    contacts._file,
    contacts._row,
    contacts.id,
    coalesce(contacts.external_id, contacts.id) as person_id,
    contacts.email,
    case when contacts.email is not null then contacts.email_domain end as email_domain,
    coalesce(contacts.own_company_id, companies.company_id, contacts.company_id, links.company_id) as account_id,
    coalesce(contacts.job_role, contacts.role) as role,
    contacts.segment,
    contacts.locale,
    -- whoever left the list stays the author of what they wrote, and is no learner any more
    contacts.is_here and contacts.is_active as is_here,
    contacts.created_at,
    contacts.updated_at
from ranked as contacts
left join links
    on links._program_id = contacts._program_id
    and links.contact_id = contacts.id
left join companies
    on companies._program_id = contacts._program_id
    and companies.id = coalesce(contacts.company_id, links.company_id)
where contacts.recency = 1
