-- description: One row per organization of customers.
select
    _program_id,
    _source,
    _file,
    _row,
    id as account_id,
    name,
    created_at as started_at
from (
    select *,
        row_number() over (partition by _program_id, id order by _file desc, _row desc) as recency
    from landing.jira__organizations
) as listed
where recency = 1
