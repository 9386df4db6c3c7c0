-- description: One row per ticket as last exported, its own id beside that of the conversation it was converted from; deleted ones are left out.
-- grain: [_program_id, id]
with ranked as (
    select *,
        row_number() over (
            partition by _program_id, id
            order by updated_at desc nulls last, coalesce(is_active, true) desc, _file desc, _row desc
        ) as recency
    from landing.intercom__tickets
),

links as (
    select _program_id, ticket_id, contact_id
    from (
        select *,
            row_number() over (
                partition by _program_id, ticket_id
                order by coalesce(is_active, true) desc, updated_at desc nulls last, contact_id, _file desc, _row desc
            ) as choice
        from landing.intercom__ticket_contact_history
    ) as linked
    where choice = 1 and coalesce(is_active, true)
),

tickets as (
    select ranked.* exclude (contact_id, recency), coalesce(ranked.contact_id, links.contact_id) as contact_id
    from ranked
    left join links
        on links._program_id = ranked._program_id
        and links.ticket_id = ranked.id
    where ranked.recency = 1
        and coalesce(ranked.is_active, true)
        and not coalesce(ranked.is_deleted, false)
),

conversions as (
    select _program_id, converted_to, max(id) as id
    from landing._intercom__conversation
    where converted_to is not null
    group by _program_id, converted_to
)

select
    tickets._program_id,
    tickets._source,
    tickets._file,
    tickets._row,
    tickets.id,
    -- Intercom counts both in one row of numbers; should another conversation have this one, both are kept
    case
        when namesake.id is not null and coalesce(namesake.contact_id <> tickets.contact_id, true)
            and namesake.converted_to is distinct from tickets.id then 'ticket:'
        else ''
    end || tickets.id as ticket_id,
    coalesce(
        conversions.id,
        case when namesake.contact_id = tickets.contact_id then namesake.id end
    ) as conversation_id,
    -- Back-office and Tracker tickets are the company's own work
    coalesce(lower(tickets.category), 'customer') = 'customer' as is_asked,
    tickets.status,
    tickets.title,
    tickets.description,
    tickets.contact_id,
    tickets.contact_external_id,
    tickets.company_id,
    tickets.created_at,
    tickets.updated_at
from tickets
left join conversions
    on conversions._program_id = tickets._program_id
    and conversions.converted_to = tickets.id
left join landing._intercom__conversation as namesake
    on namesake._program_id = tickets._program_id
    and namesake.id = tickets.id
