-- description: One row per customer account, as last exported.
with ranked as (
    select *,
        lower(regexp_extract(trim(website), '^(?:[A-Za-z]+://)?(?:[Ww]{3}\.)?([^/:?#\s]+)', 1)) as host,
        row_number() over (
            partition by _program_id, id
            order by modified_at desc nulls last, version_at desc nulls last, is_active desc nulls last,
                synced_at desc nulls last, _file desc, _row desc
        ) as recency
    from landing.salesforce__accounts
),

accounts as (
    select *,
        -- businesses that mark their customers mean it: the others then are none
        bool_or(type ilike 'customer%') over (partition by _program_id) as marks_customers
    from ranked
    where recency = 1
        and not coalesce(is_deleted, false)
        and not coalesce(is_removed, false)
        and coalesce(is_active, true)
),

won as (
    select _program_id, account_id, min(close_date) as first_won_on
    from landing._salesforce__opportunity
    where is_won
        and account_id is not null
    group by _program_id, account_id
)

select
    accounts._program_id,
    accounts._source,
    accounts._file,
    accounts._row,
    accounts.id as account_id,
    case when not coalesce(accounts.is_person, false) then accounts.name end as name,
    case when regexp_full_match(accounts.host, '[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}') then accounts.host end as domain,
    -- an account is often created as a prospect, long before it is a customer
    cast(coalesce(accounts.customer_since, won.first_won_on, accounts.created_at) as timestamp) as started_at,
    cast(accounts.ended_on as timestamp) as ended_at,
    accounts.segment,
    coalesce(accounts.modified_at, accounts.synced_at) as _version
from accounts
left join won
    on won._program_id = accounts._program_id
    and won.account_id = accounts.id
where not coalesce(accounts.marks_customers, false)
    or won.account_id is not null
    or not coalesce(lower(accounts.type) in ('prospect', 'lead', 'competitor', 'press', 'analyst', 'investor'), false)
