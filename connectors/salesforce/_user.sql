-- description: One row per Salesforce user that is a person, as last exported, and whether they are staff.
-- grain: [_program_id, id]
with ranked as (
    select *,
        row_number() over (
            partition by _program_id, id
            order by modified_at desc nulls last, version_at desc nulls last, is_active desc nulls last,
                synced_at desc nulls last, _file desc, _row desc
        ) as recency
    from landing.salesforce__users
)

select
    _program_id,
    _source,
    _file,
    _row,
    id,
    email,
    email_domain,
    account_id,
    language,
    created_at,
    case
        when type = 'Standard' then true
        -- people who log in to a portal, a community or a partner site
        when type in (
            'PowerCustomerSuccess', 'CustomerSuccess', 'CspLitePortal', 'PowerPartner', 'Partner', 'SelfService'
        ) or account_id is not null then false
    end as is_staff,
    coalesce(modified_at, synced_at) as _version
from ranked
where recency = 1
    -- a user cannot be deleted, only switched off: who wrote a comment years ago still was staff
    and coalesce(type, '') not in ('AutomatedProcess', 'CloudIntegrationUser', 'Guest', 'CsnOnly')
