-- description: One row per company that is a customer, as last exported.
with companies as (
    select *,
        -- businesses that mark their customers mean it: the others then are none
        bool_or(lifecycle_stage in ('customer', 'evangelist')) over (partition by _program_id) as marks_customers
    from landing._hubspot__company
)

select
    _program_id,
    _source,
    _file,
    _row,
    account_id,
    name,
    domain,
    -- a company is often created as a lead, long before it is a customer
    coalesce(customer_at, created_at) as started_at,
    ended_at,
    segment,
    _version
from companies
where not coalesce(marks_customers, false)
    or customer_at is not null
    or not coalesce(
        lifecycle_stage in ('subscriber', 'lead', 'marketingqualifiedlead', 'salesqualifiedlead', 'opportunity'),
        false
    )
