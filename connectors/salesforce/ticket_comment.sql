-- description: One row per comment or mail on a case, as last exported.
with comments as (
    select *,
        row_number() over (
            partition by _program_id, left(id, 15)
            order by modified_at desc nulls last, version_at desc nulls last, is_active desc nulls last,
                synced_at desc nulls last, _file desc, _row desc
        ) as recency
    from landing.salesforce__case_comments
),

mails as (
    select *,
        row_number() over (
            partition by _program_id, left(id, 15)
            order by modified_at desc nulls last, version_at desc nulls last, is_active desc nulls last,
                synced_at desc nulls last, _file desc, _row desc
        ) as recency
    from landing.salesforce__email_messages
),

written as (
    select
        comments._program_id,
        comments._source,
        comments._file,
        comments._row,
        left(comments.case_id, 15) as ticket_id,
        comments.created_at,
        comments.author_id,
        users.email as author_email,
        users.email_domain as author_email_domain,
        users.is_staff,
        comments.is_published as is_public,
        comments.body,
        null as html_body,
        coalesce(comments.modified_at, comments.synced_at) as _version
    from comments
    left join landing._salesforce__user as users
        on users._program_id = comments._program_id
        and users.id = comments.author_id
    where comments.recency = 1
        and comments.case_id is not null
        and not coalesce(comments.is_deleted, false)
        and not coalesce(comments.is_removed, false)
        and coalesce(comments.is_active, true)
    union all
    select
        _program_id,
        _source,
        _file,
        _row,
        left(case_id, 15),
        coalesce(sent_at, created_at),
        null,
        from_email,
        from_email_domain,
        not is_incoming,
        true,
        body,
        html_body,
        coalesce(modified_at, synced_at)
    from mails
    where recency = 1
        and case_id is not null
        -- nobody has read a draft
        and coalesce(state, '') not in ('5', '5.0', 'Draft')
        and not coalesce(is_deleted, false)
        and not coalesce(is_removed, false)
        and coalesce(is_active, true)
)

select
    _program_id,
    _source,
    _file,
    _row,
    ticket_id,
    created_at,
    author_id,
    author_email,
    author_email_domain,
    is_staff,
    is_public,
    body,
    -- behind words in the HTML, or bare in the text; either way one link
    list_sort(list_distinct(list_transform(
        list_concat(
            regexp_extract_all(coalesce(html_body, ''), 'href="(https?://[^"]+)"', 1),
            regexp_extract_all(coalesce(body, ''), 'https?://[^\s<>"\])]+')
        ),
        lambda link: regexp_replace(replace(link, '&amp;', '&'), '[.,;:!?''*]+$', '')
    ))) as links,
    _version
from written
