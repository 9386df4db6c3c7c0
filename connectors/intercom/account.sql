-- description: One row per company, as last exported; deleted ones are left out.
with companies as (
    select *,
        row_number() over (
            partition by _program_id, id
            order by updated_at desc nulls last, coalesce(is_active, true) desc, _file desc, _row desc
        ) as recency
    from landing.intercom__companies
)

select
    _program_id,
    _source,
    _file,
    _row,
    -- the customer's own id joins other exports; Intercom's joins nothing else
    coalesce(company_id, id) as account_id,
    name,
    nullif(
        regexp_extract(lower(trim(website)), '^(?:[a-z]+://)?(?:www\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)', 1), ''
    ) as domain,
    coalesce(remote_created_at, created_at) as started_at,
    segment,
    updated_at as _version
from companies
where recency = 1
    and coalesce(is_active, true)
    and not coalesce(is_deleted, false)
