-- description: One row per ticket that is there, as last exported.
with ranked as (
    select *,
        row_number() over (
            partition by _program_id, id
            order by modified_at desc nulls last, synced_at desc nulls last, _file desc, _row desc
        ) as recency
    from landing.hubspot__tickets
),

merged as (
    select _program_id, merged_id, max(id) as merged_into
    from (select _program_id, unnest(merged_ids) as merged_id, id from ranked where recency = 1) as listed
    group by _program_id, merged_id
),

ticket_contacts as (
    select _program_id, ticket_id, min_by(contact_id, _row) as contact_id
    from landing.hubspot__ticket_contacts
    where not coalesce(is_removed, false)
    group by _program_id, ticket_id
),

ticket_companies as (
    select _program_id, ticket_id, min_by(company_id, _row) as company_id
    from landing.hubspot__ticket_companies
    where not coalesce(is_removed, false)
    group by _program_id, ticket_id
),

tickets as (
    select
        ranked.* exclude (contact_id, company_id),
        merged.merged_into,
        coalesce(ranked.contact_id, ranked.contact_ids[1], ticket_contacts.contact_id) as contact_id,
        coalesce(ranked.company_id, ranked.company_ids[1], ticket_companies.company_id) as company_id
    from ranked
    left join merged
        on merged._program_id = ranked._program_id
        and merged.merged_id = ranked.id
    left join ticket_contacts
        on ticket_contacts._program_id = ranked._program_id
        and ticket_contacts.ticket_id = ranked.id
    left join ticket_companies
        on ticket_companies._program_id = ranked._program_id
        and ticket_companies.ticket_id = ranked.id
    where ranked.recency = 1
        and not coalesce(ranked.is_archived, false)
        and not coalesce(ranked.is_deleted, false)
        and not coalesce(ranked.is_removed, false)
)

select
    tickets._program_id,
    tickets._source,
    tickets._file,
    tickets._row,
    tickets.id as ticket_id,
    tickets.created_at,
    coalesce(merged_contacts.contact_id, tickets.contact_id) as requester_id,
    contacts.email as requester_email,
    contacts.email_domain as requester_email_domain,
    coalesce(companies.account_id, tickets.company_id, contacts.account_id) as account_id,
    tickets.subject,
    tickets.body,
    lower(tickets.source) as channel,
    coalesce(stages.label, regexp_replace(tickets.stage, '^.*/', '')) as status,
    case when tickets.category is not null then [tickets.category] end as tags,
    case
        when stages.is_closed then coalesce(tickets.closed_at, tickets.modified_at)
        -- a ticket opened again keeps the time it was closed
        when stages.is_closed is null then tickets.closed_at
    end as solved_at,
    tickets.merged_into,
    coalesce(tickets.language, contacts.language) as locale,
    coalesce(tickets.modified_at, tickets.synced_at) as _version
from tickets
left join landing._hubspot__stage as stages
    on stages._program_id = tickets._program_id
    and stages.pipeline = tickets.pipeline
    and stages.stage = tickets.stage
left join landing._hubspot__merged_contact as merged_contacts
    on merged_contacts._program_id = tickets._program_id
    and merged_contacts.merged_id = tickets.contact_id
left join landing._hubspot__person as contacts
    on contacts._program_id = tickets._program_id
    and contacts.id = coalesce(merged_contacts.contact_id, tickets.contact_id)
left join landing._hubspot__company as companies
    on companies._program_id = tickets._program_id
    and companies.id = tickets.company_id
