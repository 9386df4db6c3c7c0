-- description: One row per contact, per old id of a merged contact, and per member of staff.
select
    _program_id,
    _source,
    _file,
    _row,
    id as learner_id,
    email,
    email_domain,
    account_id,
    role,
    language as locale,
    cast(null as boolean) as is_staff,
    created_at,
    _version
from landing._hubspot__person
union all
select
    contacts._program_id,
    contacts._source,
    contacts._file,
    contacts._row,
    merged.merged_id,
    contacts.email,
    contacts.email_domain,
    contacts.account_id,
    contacts.role,
    contacts.language,
    null,
    contacts.created_at,
    contacts._version
from landing._hubspot__merged_contact as merged
join landing._hubspot__person as contacts
    on contacts._program_id = merged._program_id
    and contacts.id = merged.contact_id
-- without an address nothing would make the two ids one person
where contacts.email is not null
union all
select
    _program_id,
    _source,
    _file,
    _row,
    -- owners are numbered apart from contacts: one number may be one of each
    null,
    email,
    email_domain,
    null,
    null,
    null,
    true,
    created_at,
    coalesce(modified_at, synced_at)
from landing._hubspot__owner
