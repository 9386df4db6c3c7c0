-- description: One row per contact that is there, as last exported; those merged into another are left out.
-- grain: [_program_id, id]
with ranked as (
    select *,
        row_number() over (
            partition by _program_id, id
            order by modified_at desc nulls last, synced_at desc nulls last, _file desc, _row desc
        ) as recency
    from landing.hubspot__contacts
),

associated as (
    select _program_id, contact_id, min_by(company_id, _row) as company_id
    from landing.hubspot__contact_companies
    where not coalesce(is_removed, false)
    group by _program_id, contact_id
)

select
    contacts._program_id,
    contacts._source,
    contacts._file,
    contacts._row,
    contacts.id,
    contacts.email,
    contacts.email_domain,
    coalesce(companies.account_id, contacts.company_id, contacts.company_ids[1], associated.company_id) as account_id,
    contacts.role,
    contacts.language,
    contacts.created_at,
    coalesce(contacts.modified_at, contacts.synced_at) as _version
from ranked as contacts
left join associated
    on associated._program_id = contacts._program_id
    and associated.contact_id = contacts.id
left join landing._hubspot__company as companies
    on companies._program_id = contacts._program_id
    and companies.id = coalesce(contacts.company_id, contacts.company_ids[1], associated.company_id)
left join landing._hubspot__merged_contact as merged
    on merged._program_id = contacts._program_id
    and merged.merged_id = contacts.id
where contacts.recency = 1
    and not coalesce(contacts.is_archived, false)
    and not coalesce(contacts.is_deleted, false)
    and not coalesce(contacts.is_removed, false)
    and merged.merged_id is null
