-- description: One row per ticket a customer opened, as last exported; demo, deleted, spam and tracker tickets are left out.
with companies as (
    select
        _program_id,
        id,
        max_by(coalesce(external_id, id), coalesce(updated_at, timestamp '1990-01-01')) as account_id,
        max_by(lower(trim(name)), coalesce(updated_at, timestamp '1990-01-01')) as name
    from landing.freshdesk__companies
    group by _program_id, id
),

named_companies as (
    -- a name two companies share says nothing of which one is meant
    select _program_id, name, min(account_id) as account_id
    from companies
    where name is not null
    group by _program_id, name
    having count(*) = 1
),

versions as (
    select
        tickets._program_id, tickets._source, tickets._instance, tickets._file, tickets._row, tickets.id, tickets.requester_id,
        tickets.requester_email, tickets.requester_email_domain,
        coalesce(companies.account_id, tickets.company_id) as account_id,
        tickets.subject, tickets.description, tickets.status, tickets.source, tickets.tags, tickets.association_type,
        coalesce(tickets.spam, false) or coalesce(tickets.deleted, false) or coalesce(tickets.removed, false) as is_trash,
        tickets.resolved_at, tickets.closed_at, tickets.answered_at, tickets.created_at, tickets.updated_at,
        0 as preference
    from landing.freshdesk__tickets as tickets
    left join companies
        on companies._program_id = tickets._program_id
        and companies.id = tickets.company_id
    union all
    select
        tickets._program_id, tickets._source, tickets._instance, tickets._file, tickets._row, tickets.id, tickets.contact_id,
        tickets.requester_email, tickets.requester_email_domain,
        coalesce(named_companies.account_id, tickets.company_key),
        tickets.subject, tickets.description, tickets.status, tickets.source,
        regexp_split_to_array(tickets.tags, '\s*,\s*'), null,
        false,
        tickets.resolved_at, tickets.closed_at, null, tickets.created_at, tickets.updated_at,
        1
    from landing.freshdesk__ticket_export as tickets
    left join named_companies
        on named_companies._program_id = tickets._program_id
        and named_companies.name = lower(trim(tickets.company_name))
),

ranked as (
    select *,
        row_number() over (
            partition by _program_id, id
            order by updated_at desc nulls last, preference, _file desc, _row desc
        ) as recency,
        case split_part(status, '.', 1)
            when '2' then 'open'
            when '3' then 'pending'
            when '4' then 'resolved'
            when '5' then 'closed'
            -- any other number is a status of the customer's own, whose name is not in the export
            else case when not regexp_matches(status, '^[0-9.]+$') then lower(status) end
        end as state,
        case split_part(source, '.', 1)
            when '1' then 'email'
            when '2' then 'portal'
            when '3' then 'phone'
            when '5' then 'twitter'
            when '6' then 'facebook'
            when '7' then 'chat'
            when '9' then 'feedback_widget'
            when '10' then 'outbound_email'
            else case when not regexp_matches(source, '^[0-9.]+$') then replace(lower(source), ' ', '_') end
        end as channel
    from versions
),

talk as (
    select
        _program_id,
        ticket_id,
        bool_or(coalesce(incoming, false)) as is_answered,
        -- merging closes a ticket with a note that names the one that lives on
        max(regexp_extract(
            lower(coalesce(body_text, regexp_replace(body, '<[^>]*>', '', 'g'))),
            'merged into (?:the )?ticket(?: with)?(?: id)?[:# ]*([0-9]+)',
            1
        )) filter (where not coalesce(incoming, false)) as merged_into
    from landing._freshdesk__conversation
    group by _program_id, ticket_id
)

select
    tickets._program_id,
    tickets._source,
    tickets._file,
    tickets._row,
    tickets.id as ticket_id,
    tickets.created_at,
    coalesce(people.person_id, tickets.requester_id) as requester_id,
    coalesce(people.email, tickets.requester_email) as requester_email,
    coalesce(
        people.email_domain, case when tickets.requester_email is not null then tickets.requester_email_domain end
    ) as requester_email_domain,
    coalesce(tickets.account_id, people.account_id) as account_id,
    tickets.subject,
    tickets.description as body,
    tickets.channel,
    tickets.state as status,
    tickets.tags,
    case
        when tickets.state in ('resolved', 'closed') then coalesce(tickets.resolved_at, tickets.closed_at, tickets.updated_at)
        when coalesce(tickets.state, '') not in ('open', 'pending') then coalesce(tickets.resolved_at, tickets.closed_at)
    end as solved_at,
    tickets._instance || nullif(talk.merged_into, '') as merged_into,
    -- a child ticket goes on from its parent, which no list names
    case split_part(tickets.association_type, '.', 1) when '2' then 'unknown' end as follow_up_of,
    people.locale,
    tickets.updated_at as _version
from ranked as tickets
left join landing._freshdesk__person as people
    on people._program_id = tickets._program_id
    and people.id = tickets.requester_id
left join talk
    on talk._program_id = tickets._program_id
    and talk.ticket_id = tickets.id
where tickets.recency = 1
    -- judged on the newest row: a ticket may be deleted after an export that still had it open
    and not tickets.is_trash
    and coalesce(split_part(tickets.association_type, '.', 1), '') <> '3'
    -- the vendor's demo people ask nothing, whether the contacts were exported or not
    and not coalesce(people.is_test, false)
    and not (people.id is null and regexp_matches(coalesce(tickets.requester_email_domain, ''), '(^|\.)freshdesk\.com$'))
    -- an outbound email is a question only once somebody answered it
    and (
        coalesce(tickets.channel, '') <> 'outbound_email'
        or tickets.answered_at is not null
        or coalesce(talk.is_answered, false)
    )
