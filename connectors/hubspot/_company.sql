-- description: One row per company that is there, as last exported, under the id that other systems know it by.
-- grain: [_program_id, id]
with ranked as (
    select *,
        row_number() over (
            partition by _program_id, id
            order by modified_at desc nulls last, synced_at desc nulls last, _file desc, _row desc
        ) as recency
    from landing.hubspot__companies
),

newest as (
    select *
    from ranked
    where recency = 1
        and not coalesce(is_archived, false)
        and not coalesce(is_deleted, false)
        and not coalesce(is_removed, false)
),

merged as (
    -- a warehouse keeps the row of a company that was merged into another
    select distinct _program_id, unnest(merged_ids) as merged_id
    from newest
)

select
    newest._program_id,
    newest._source,
    newest._file,
    newest._row,
    newest.id,
    coalesce(newest.salesforce_id, newest.id) as account_id,
    newest.name,
    nullif(regexp_replace(lower(trim(newest.domain)), '^www\.', ''), '') as domain,
    regexp_replace(lower(newest.lifecycle_stage), '[^a-z0-9]', '', 'g') as lifecycle_stage,
    newest.segment,
    newest.customer_at,
    newest.ended_at,
    newest.created_at,
    coalesce(newest.modified_at, newest.synced_at) as _version
from newest
left join merged
    on merged._program_id = newest._program_id
    and merged.merged_id = newest.id
where merged.merged_id is null
