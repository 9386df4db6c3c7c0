-- description: One row per contact, person account and user, staff and customers alike; machines are left out.
with person_accounts as (
    select *,
        row_number() over (
            partition by _program_id, id
            order by modified_at desc nulls last, version_at desc nulls last, is_active desc nulls last,
                synced_at desc nulls last, _file desc, _row desc
        ) as recency
    from landing.salesforce__accounts
    where person_contact_id is not null
        or person_email is not null
),

contacts as (
    select _program_id, _source, _file, _row, id, email, email_domain, account_id, role, language, created_at, _version
    from landing._salesforce__contact
    union all
    select
        accounts._program_id, accounts._source, accounts._file, accounts._row, accounts.person_contact_id,
        accounts.person_email, accounts.person_email_domain, accounts.id, null, null, accounts.created_at,
        coalesce(accounts.modified_at, accounts.synced_at)
    from person_accounts as accounts
    left join landing._salesforce__contact as contacts
        on contacts._program_id = accounts._program_id
        and contacts.id = accounts.person_contact_id
    where accounts.recency = 1
        and not coalesce(accounts.is_deleted, false)
        and not coalesce(accounts.is_removed, false)
        and coalesce(accounts.is_active, true)
        -- the export of contacts has them too
        and contacts.id is null
)

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
from contacts
union all
select
    _program_id,
    _source,
    _file,
    _row,
    id,
    email,
    email_domain,
    account_id,
    null,
    language,
    is_staff,
    created_at,
    _version
from landing._salesforce__user
