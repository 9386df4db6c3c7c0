-- description: One row per mail or note on a ticket, as last exported.
with activities as (
    select
        _program_id, _source, _file, _row, id, ticket_id, owner_id, sent_at, from_email, from_email_domain,
        case direction when 'INCOMING_EMAIL' then false when 'EMAIL' then true when 'FORWARDED_EMAIL' then true end as is_staff,
        true as is_public, body, html_body, is_archived, is_deleted, is_removed, modified_at, synced_at
    from landing.hubspot__emails
    union all
    select
        _program_id, _source, _file, _row, id, ticket_id, owner_id, sent_at, null, null,
        true, false, body, body, is_archived, is_deleted, is_removed, modified_at, synced_at
    from landing.hubspot__notes
),

ranked as (
    select *,
        row_number() over (
            partition by _program_id, id
            order by modified_at desc nulls last, synced_at desc nulls last, _file desc, _row desc
        ) as recency
    from activities
),

ticket_engagements as (
    select distinct _program_id, ticket_id, engagement_id
    from landing.hubspot__ticket_engagements
    where not coalesce(is_removed, false)
),

owners as (
    select _program_id, id, max(email) as email, max(email_domain) as email_domain
    from landing._hubspot__owner
    group by _program_id, id
)

select
    ranked._program_id,
    ranked._source,
    ranked._file,
    ranked._row,
    coalesce(ranked.ticket_id, ticket_engagements.ticket_id) as ticket_id,
    ranked.sent_at as created_at,
    case when ranked.is_staff then coalesce(ranked.from_email, owners.email) else ranked.from_email end as author_email,
    case
        when ranked.is_staff and ranked.from_email is null then owners.email_domain
        else ranked.from_email_domain
    end as author_email_domain,
    ranked.is_staff,
    ranked.is_public,
    ranked.body,
    -- behind words in the HTML, or bare in the text; either way one link
    list_sort(list_distinct(list_transform(
        list_concat(
            regexp_extract_all(coalesce(ranked.html_body, ''), 'href="(https?://[^"]+)"', 1),
            regexp_extract_all(coalesce(ranked.body, ''), 'https?://[^\s<>"\])]+')
        ),
        lambda link: regexp_replace(replace(link, '&amp;', '&'), '[.,;:!?''*]+$', '')
    ))) as links,
    coalesce(ranked.modified_at, ranked.synced_at) as _version
from ranked
left join ticket_engagements
    on ticket_engagements._program_id = ranked._program_id
    and ticket_engagements.engagement_id = ranked.id
    and ranked.ticket_id is null
left join owners
    on owners._program_id = ranked._program_id
    and owners.id = ranked.owner_id
where ranked.recency = 1
    and coalesce(ranked.ticket_id, ticket_engagements.ticket_id) is not null
    and not coalesce(ranked.is_archived, false)
    and not coalesce(ranked.is_deleted, false)
    and not coalesce(ranked.is_removed, false)
