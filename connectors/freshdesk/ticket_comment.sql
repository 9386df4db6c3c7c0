-- description: One row per reply or note on a ticket.
select
    comments._program_id,
    comments._source,
    comments._file,
    comments._row,
    comments.ticket_id,
    comments.created_at,
    coalesce(people.person_id, comments.user_id) as author_id,
    people.email as author_email,
    people.email_domain as author_email_domain,
    -- a requester may be an agent asking for somebody, and an agent may answer by mail: who they are says more
    coalesce(nullif(people.is_staff, false), not comments.incoming) as is_staff,
    not coalesce(comments.private, false) as is_public,
    coalesce(comments.body_text, comments.body) as body,
    coalesce(json_extract_string(comments.attachments, '$[*].name'), []) as attachments,
    -- behind words in the HTML, or bare in the text; either way one link
    list_sort(list_distinct(list_transform(
        list_concat(
            regexp_extract_all(coalesce(comments.body, ''), 'href="(https?://[^"]+)"', 1),
            regexp_extract_all(coalesce(comments.body_text, comments.body, ''), 'https?://[^\s<>"\])]+')
        ),
        lambda link: regexp_replace(replace(link, '&amp;', '&'), '[.,;:!?''*]+$', '')
    ))) as links
from landing._freshdesk__conversation as comments
left join landing._freshdesk__person as people
    on people._program_id = comments._program_id
    and people.id = comments.user_id
