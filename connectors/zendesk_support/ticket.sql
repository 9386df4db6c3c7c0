-- description: One row per ticket a customer opened, as last exported; demo tickets and deleted ones are left out.
with ranked as (
    select *,
        row_number() over (
            partition by _program_id, id
            order by generated_timestamp desc nulls last, updated_at desc nulls last, _file desc, _row desc
        ) as recency
    from landing.zendesk_support__tickets
),

tickets as (
    select *
    from ranked
    where recency = 1
        -- The vendor's demo tickets nobody asked, and a deleted ticket's text may be scrubbed. Both stay in landing, where
        -- they are counted; here they would pass for customers' questions. Judged on the newest row: a ticket may be
        -- deleted after an export that still had it open.
        and coalesce(channel, '') <> 'sample_ticket'
        and coalesce(status, '') <> 'deleted'
),

users as (
    select _program_id, id, email, email_domain, locale, organization_id
    from (
        select *,
            row_number() over (
                partition by _program_id, id
                order by updated_at desc nulls last, _file desc, _row desc
            ) as recency
        from landing.zendesk_support__users
    ) as known
    where recency = 1
),

organizations as (
    select _program_id, id, max(external_id) as external_id
    from landing.zendesk_support__organizations
    group by _program_id, id
),

metrics as (
    select _program_id, ticket_id, max_by(solved_at, coalesce(updated_at, timestamp '1990-01-01')) as solved_at
    from landing.zendesk_support__ticket_metrics
    group by _program_id, ticket_id
),

named_merges as (
    -- landed tables list the swallowed tickets on the one that lives on
    select _program_id, merged_id, max(id) as merged_into
    from (select _program_id, id, unnest(merged_ticket_ids) as merged_id from tickets) as listed
    group by _program_id, merged_id
),

told_merges as (
    -- the API leaves a comment on the swallowed ticket instead
    select
        _program_id,
        owner_id as merged_id,
        max(_instance || regexp_extract(body, 'merged into request #([0-9]+)', 1)) as merged_into
    from landing._zendesk_support__comment
    where regexp_matches(body, 'merged into request #[0-9]+')
    group by 1, 2
)

select
    tickets._program_id,
    tickets._source,
    tickets._file,
    tickets._row,
    tickets.id as ticket_id,
    tickets.created_at,
    tickets.requester_id,
    users.email as requester_email,
    users.email_domain as requester_email_domain,
    coalesce(organizations.external_id, tickets.organization_id, users.organization_id) as account_id,
    tickets.subject,
    tickets.description as body,
    tickets.channel,
    tickets.status,
    tickets.tags,
    case
        when tickets.status not in ('solved', 'closed') then null
        -- closing follows solving by days, so the last change is the best guess only where no metric says better
        else coalesce(tickets.solved_at, metrics.solved_at, tickets.updated_at)
    end as solved_at,
    coalesce(
        named_merges.merged_into,
        told_merges.merged_into,
        -- merged for certain, into a ticket the export does not name
        case when list_contains(tickets.tags, 'closed_by_merge') or list_contains(tickets.tags, 'merged') then 'unknown' end
    ) as merged_into,
    case
        when tickets.via_rel = 'follow_up' or tickets.via_rel is null then tickets.via_ticket_id
    end as follow_up_of,
    users.locale,
    coalesce(epoch_ms(tickets.generated_timestamp * 1000), tickets.updated_at) as _version
from tickets
left join users
    on users._program_id = tickets._program_id
    and users.id = tickets.requester_id
left join organizations
    on organizations._program_id = tickets._program_id
    and organizations.id = coalesce(tickets.organization_id, users.organization_id)
left join metrics
    on metrics._program_id = tickets._program_id
    and metrics.ticket_id = tickets.id
left join named_merges
    on named_merges._program_id = tickets._program_id
    and named_merges.merged_id = tickets.id
left join told_merges
    on told_merges._program_id = tickets._program_id
    and told_merges.merged_id = tickets.id
