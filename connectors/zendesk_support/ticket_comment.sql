-- description: One row per comment on a ticket, as last exported.
with comments as (
    select *
    from landing._zendesk_support__comment
),

files as (
    select _program_id, id, unnest(cast(json_extract(attachments, '$[*]') as json[])) as file
    from comments
),

attached as (
    select
        _program_id,
        id,
        list(coalesce(file ->> '$.file_name', file ->> '$.content_url') order by file ->> '$.file_name', file ->> '$.id') as names
    from files
    -- pictures inside a signature are files to the API, not something sent
    where coalesce(file ->> '$.inline', 'false') <> 'true'
    group by _program_id, id
),

links as (
    select
        _program_id,
        id,
        -- behind words in the HTML, or bare in the text; either way one link
        unnest(list_concat(
            regexp_extract_all(coalesce(html_body, ''), 'href="(https?://[^"]+)"', 1),
            regexp_extract_all(coalesce(body, ''), 'https?://[^\s<>"\])]+')
        )) as link
    from comments
),

linked as (
    select _program_id, id, list(distinct regexp_replace(replace(link, '&amp;', '&'), '[.,;:!?''*]+$', '')) as urls
    from links
    group by _program_id, id
),

users as (
    select
        _program_id,
        id,
        max_by(email, coalesce(updated_at, timestamp '1990-01-01')) as email,
        max_by(email_domain, coalesce(updated_at, timestamp '1990-01-01')) as email_domain,
        max_by(role, coalesce(updated_at, timestamp '1990-01-01')) as role
    from landing.zendesk_support__users
    group by _program_id, id
)

select
    comments._program_id,
    comments._source,
    comments._file,
    comments._row,
    comments.owner_id as ticket_id,
    comments.created_at,
    comments.author_id,
    users.email as author_email,
    users.email_domain as author_email_domain,
    users.role in ('agent', 'admin') as is_staff,
    comments.public as is_public,
    comments.body,
    coalesce(attached.names, []) as attachments,
    coalesce(list_sort(linked.urls), []) as links
from comments
left join users
    on users._program_id = comments._program_id
    and users.id = comments.author_id
left join attached
    on attached._program_id = comments._program_id
    and attached.id = comments.id
left join linked
    on linked._program_id = comments._program_id
    and linked.id = comments.id
-- a page of comments saved outside its ticket's folder belongs to no ticket we could name
where comments.owner_id is not null
