-- description: One row per company, as last exported; deleted ones are left out.
with companies as (
    select *,
        row_number() over (
            partition by _program_id, id
            order by updated_at desc nulls last, _file desc, _row desc
        ) as recency
    from landing.freshdesk__companies
)

select
    _program_id,
    _source,
    _file,
    _row,
    -- an id of the CRM joins other exports; Freshdesk's number joins nothing else
    coalesce(external_id, id) as account_id,
    name,
    lower(domains[1]) as domain,
    created_at as started_at,
    segment,
    updated_at as _version
from companies
where recency = 1 and not coalesce(deleted, false)
