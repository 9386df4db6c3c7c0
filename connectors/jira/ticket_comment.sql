-- description: One row per comment on an issue.
with customers as (
    select _program_id, reporter_id as person_id, false as is_portal_only
    from landing._jira__issue
    where reporter_id is not null
    union all
    select _program_id, id, true
    from landing.jira__users
    where account_type = 'customer'
),

asking as (
    select _program_id, person_id, bool_or(is_portal_only) as is_portal_only
    from customers
    group by _program_id, person_id
)

select
    comments._program_id,
    comments._source,
    comments._file,
    comments._row,
    comments.ticket_id,
    comments.created_at,
    comments.author_id,
    comments.author_email,
    comments.author_email_domain,
    case
        when comments.author_type = 'customer' or asking.is_portal_only or comments.author_id = issues.reporter_id then false
        when agents.person_id is not null or comments.author_type = 'app' then true
        -- who never asks anything answers; of others their address may tell
        when comments.author_id is not null and asking.person_id is null then true
    end as is_staff,
    coalesce(comments.is_public, true) and comments.restricted_to is null as is_public,
    case
        when starts_with(comments.body, '{') then array_to_string(
            list_transform(
                regexp_extract_all(comments.body, '"text"\s*:\s*("(?:[^"\\]|\\.)*")', 1),
                lambda part: json_extract_string(part, '$')
            ),
            ' '
        )
        else comments.body
    end as body,
    list_sort(list_distinct(list_transform(
        regexp_extract_all(coalesce(comments.body, ''), 'https?://[^\s<>"\]|)}\\]+'),
        lambda link: regexp_replace(link, '[.,;:!?''*]+$', '')
    ))) as links
from landing._jira__comment as comments
left join landing._jira__issue as issues
    on issues._program_id = comments._program_id
    and issues.id = comments.ticket_id
left join landing._jira__agent as agents
    on agents._program_id = comments._program_id
    and agents.person_id = comments.author_id
left join asking
    on asking._program_id = comments._program_id
    and asking.person_id = comments.author_id
