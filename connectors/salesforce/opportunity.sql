-- description: One row per opportunity, as last exported, with the address of its main contact.
with roles as (
    select
        _program_id,
        left(opportunity_id, 15) as opportunity_id,
        -- the main contact, else the first there is
        min_by(contact_id, (not coalesce(is_primary, false), _row)) as contact_id
    from landing.salesforce__opportunity_contact_roles
    where not coalesce(is_deleted, false)
        and not coalesce(is_removed, false)
        and coalesce(is_active, true)
    group by 1, 2
)

select
    opportunities._program_id,
    opportunities._source,
    opportunities._file,
    opportunities._row,
    opportunities.opportunity_id,
    opportunities.created_at,
    coalesce(opportunities.account_id, contacts.account_id) as account_id,
    contacts.email as contact_email,
    contacts.email_domain as contact_email_domain,
    opportunities.amount,
    opportunities.is_won,
    opportunities._version
from landing._salesforce__opportunity as opportunities
left join roles
    on roles._program_id = opportunities._program_id
    and roles.opportunity_id = opportunities.opportunity_id
left join landing._salesforce__contact as contacts
    on contacts._program_id = opportunities._program_id
    and contacts.id = coalesce(roles.contact_id, opportunities.contact_id)
