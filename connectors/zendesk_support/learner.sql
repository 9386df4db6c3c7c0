-- description: One row per Zendesk user, end users and staff alike.
with users as (
    select *,
        row_number() over (
            partition by _program_id, id
            order by updated_at desc nulls last, _file desc, _row desc
        ) as recency
    from landing.zendesk_support__users
),

organizations as (
    select _program_id, id, max(external_id) as external_id
    from landing.zendesk_support__organizations
    group by _program_id, id
),

demo_people as (
    -- whoever asked nothing but the vendor's demo tickets came with the installation
    select _program_id, requester_id
    from landing.zendesk_support__tickets
    group by _program_id, requester_id
    having bool_and(coalesce(channel, '') = 'sample_ticket')
)

select
    users._program_id,
    users._source,
    users._file,
    users._row,
    users.id as learner_id,
    users.email,
    users.email_domain,
    coalesce(organizations.external_id, users.organization_id) as account_id,
    users.job_role as role,
    users.segment,
    users.locale,
    users.role in ('agent', 'admin') as is_staff,
    demo_people.requester_id is not null and coalesce(users.role, 'end-user') = 'end-user' as is_test,
    users.created_at,
    users.updated_at as _version
from users
left join organizations
    on organizations._program_id = users._program_id
    and organizations.id = users.organization_id
left join demo_people
    on demo_people._program_id = users._program_id
    and demo_people.requester_id = users.id
where users.recency = 1
