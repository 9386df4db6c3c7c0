-- description: One row per request of a customer, as last told; sub-tasks, what apps open and the company's own projects are left out.
with duplicates as (
    select _program_id, issue_id, min(related_id) as merged_into
    from (
        select _program_id, issue_id, related_id, relationship from landing.jira__nested_links
        union all
        select _program_id, issue_id, related_id, relationship from landing.jira__issue_links
    ) as links
    where lower(relationship) = 'duplicates'
        and related_id is not null
    group by _program_id, issue_id
),

keys as (
    select _program_id, _instance || key as key, max(id) as id
    from landing._jira__issue
    where key is not null
    group by 1, 2
),

people as (
    select _program_id, id, max(locale) as locale
    from landing.jira__users
    group by _program_id, id
)

select
    issues._program_id,
    issues._source,
    issues._file,
    issues._row,
    issues.id as ticket_id,
    issues.created_at,
    issues.reporter_id as requester_id,
    issues.reporter_email as requester_email,
    issues.reporter_email_domain as requester_email_domain,
    issues.account_id,
    issues.summary as subject,
    case
        when starts_with(issues.description, '{') then array_to_string(
            list_transform(
                regexp_extract_all(issues.description, '"text"\s*:\s*("(?:[^"\\]|\\.)*")', 1),
                lambda part: json_extract_string(part, '$')
            ),
            ' '
        )
        else issues.description
    end as body,
    lower(issues.status) as status,
    issues.labels as tags,
    case
        -- an issue opened again may keep the day it was resolved on
        when issues.kind in ('new', 'indeterminate') then null
        when issues.kind = 'done' then coalesce(issues.resolved_at, issues.status_changed_at, issues.updated_at)
        else issues.resolved_at
    end as solved_at,
    coalesce(duplicates.merged_into, keys.id) as merged_into,
    people.locale,
    issues.updated_at as _version
from landing._jira__issue as issues
left join duplicates
    on duplicates._program_id = issues._program_id
    and duplicates.issue_id = issues.id
left join keys
    on keys._program_id = issues._program_id
    and keys.key = issues._instance || issues.duplicates_key
left join people
    on people._program_id = issues._program_id
    and people.id = issues.reporter_id
where not issues.is_part
    and coalesce(issues.reporter_type, '') <> 'app'
    and (coalesce(issues.is_request, true) or not coalesce(issues.has_requests, false))
