-- description: One row per comment as last told; where two kinds of export tell it, as the one that says more.
-- grain: [_program_id, comment_id]
with keys as (
    select _program_id, _instance || key as key, max(id) as id
    from landing._jira__issue
    where key is not null
    group by 1, 2
),

told as (
    select
        _program_id, _source, _instance, _file, _row, regexp_replace(id, '([0-9])[.]0$', '\1') as id, issue_id, null as issue_key,
        author_id, author_email, author_email_domain, author_type, is_public, restricted_to, body, created_at, updated_at,
        0 as preference
    from landing.jira__issue_comments
    union all
    select
        _program_id, _source, _instance, _file, _row, id, issue_id, null,
        author_id, author_email, author_email_domain, author_type, is_public, restricted_to, body, created_at, updated_at,
        0
    from landing.jira__nested_comments
    union all
    select
        _program_id, _source, _instance, _file, _row, id, issue_id, issue_key,
        author_id, author_email, author_email_domain, null, is_public, null, body, created_at, null,
        1
    from landing.jira__request_comments
    union all
    select
        _program_id, _source, _instance, _file, _row, null, issue_id, issue_key,
        author_id, null, null, null, null, null, body, created_at, null,
        2
    from landing.jira__comment_cells
),

placed as (
    select told.*,
        coalesce(told.issue_id, keys.id) as ticket_id
    from told
    left join keys
        on keys._program_id = told._program_id
        and keys.key = case when told.issue_id is null then told._instance || told.issue_key end
),

ranked as (
    select *,
        -- the exported CSV has no numbers, and its times no seconds
        coalesce(id, concat_ws(':', ticket_id, author_id, strftime(created_at, '%Y-%m-%d %H:%M'), md5(coalesce(body, '')))) as comment_id,
        count(id) over (partition by _program_id, ticket_id) as numbered
    from placed
    where ticket_id is not null
)

select *
from (
    select *,
        row_number() over (
            partition by _program_id, comment_id
            order by updated_at desc nulls last, preference, _file desc, _row desc
        ) as recency
    from ranked
    -- where comments are told with their numbers, the CSV tells them again
    where id is not null
        or numbered = 0
) as listed
where recency = 1
