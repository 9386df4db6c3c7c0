-- description: One row per issue as last told, by a page, a loader's table, the exported CSV or the list of requests.
-- grain: [_program_id, id]
with filled_in as (
    select
        _program_id,
        issue_id,
        max(value) filter (where field = 'summary') as summary,
        max(value) filter (where field = 'description') as description
    from landing.jira__request_fields
    group by _program_id, issue_id
),

projects as (
    select _program_id, regexp_replace(id, '([0-9])[.]0$', '\1') as id, max(type) as type
    from landing.jira__projects
    group by 1, 2
),

statuses as (
    select
        _program_id,
        regexp_replace(id, '([0-9])[.]0$', '\1') as id,
        max(name) as name,
        max(case regexp_replace(category_id, '[.]0$', '') when '2' then 'new' when '3' then 'done' when '4' then 'indeterminate' end) as kind
    from landing.jira__statuses
    group by 1, 2
),

types as (
    select _program_id, regexp_replace(id, '([0-9])[.]0$', '\1') as id, bool_or(is_subtask) as is_subtask
    from landing.jira__issue_types
    group by 1, 2
),

organizations as (
    -- a name two organizations share says nothing of which one is meant
    select _program_id, lower(trim(name)) as name, min(id) as id
    from landing.jira__organizations
    where name is not null
    group by 1, 2
    having count(distinct id) = 1
),

told as (
    select
        issues._program_id, issues._source, issues._instance, issues._file, issues._row,
        regexp_replace(issues.id, '([0-9])[.]0$', '\1') as id,
        issues.key, issues.summary, issues.description,
        coalesce(issues.project_type, projects.type) as project_type,
        coalesce(issues.is_subtask, types.is_subtask, false) as is_part,
        coalesce(issues.status, statuses.name) as status,
        coalesce(issues.status_kind, statuses.kind) as kind,
        issues.reporter_id, issues.reporter_email, issues.reporter_email_domain, issues.reporter_type, issues.assignee_id,
        issues.organization_id as account_id,
        issues.labels,
        cast(null as varchar) as duplicates_key,
        coalesce(issues.is_deleted, false) as is_gone,
        issues.resolved_at, issues.status_changed_at, issues.created_at, issues.updated_at,
        0 as preference
    from landing.jira__issues as issues
    left join projects
        on projects._program_id = issues._program_id
        and projects.id = regexp_replace(issues.project_id, '([0-9])[.]0$', '\1')
    left join statuses
        on statuses._program_id = issues._program_id
        and statuses.id = regexp_replace(issues.status_id, '([0-9])[.]0$', '\1')
    left join types
        on types._program_id = issues._program_id
        and types.id = regexp_replace(issues.type_id, '([0-9])[.]0$', '\1')
    union all
    select
        issues._program_id, issues._source, issues._instance, issues._file, issues._row,
        issues.id, issues.key, issues.summary, issues.description,
        issues.project_type,
        coalesce(regexp_matches(lower(issues.type), 'sub-?task'), false),
        issues.status,
        case lower(issues.status_kind) when 'to do' then 'new' when 'in progress' then 'indeterminate' when 'done' then 'done' end,
        issues.reporter_id, issues.reporter_email, issues.reporter_email_domain, null, issues.assignee_id,
        coalesce(organizations.id, issues.organization_key),
        issues.labels,
        issues.duplicates,
        false,
        issues.resolved_at, issues.status_changed_at, issues.created_at, issues.updated_at,
        1
    from landing.jira__issue_export as issues
    left join organizations
        on organizations._program_id = issues._program_id
        and organizations.name = lower(trim(issues.organization_name))
    union all
    select
        requests._program_id, requests._source, requests._instance, requests._file, requests._row,
        requests.id, requests.key, filled_in.summary, filled_in.description,
        'service_desk',
        false,
        requests.status,
        lower(requests.status_kind),
        requests.reporter_id, requests.reporter_email, requests.reporter_email_domain, null, null,
        null,
        null,
        null,
        false,
        null, requests.status_changed_at, requests.created_at, requests.updated_at,
        2
    from landing.jira__requests as requests
    left join filled_in
        on filled_in._program_id = requests._program_id
        and filled_in.issue_id = requests.id
),

newest as (
    select *
    from (
        select *,
            row_number() over (
                partition by _program_id, id
                order by updated_at desc nulls last, preference, _file desc, _row desc
            ) as recency
        from told
    ) as ranked
    where recency = 1
)

select *,
    project_type = 'service_desk' as is_request,
    bool_or(project_type = 'service_desk') over (partition by _program_id) as has_requests
from newest
where not is_gone
