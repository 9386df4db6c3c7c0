-- description: One row per contact or admin, as last exported; bots and whoever was removed are left out.
with admins as (
    select _program_id, _source, _file, _row, id, email, email_domain, false as is_deleted, null as synced_at
    from landing.intercom__admins
    union all
    select _program_id, _source, _file, _row, id, email, email_domain, coalesce(is_deleted, false), synced_at
    from landing.intercom__admin
),

ranked as (
    select *,
        row_number() over (
            partition by _program_id, id
            order by synced_at desc nulls last, _file desc, _row desc
        ) as recency
    from admins
)

select
    _program_id,
    _source,
    _file,
    _row,
    person_id as learner_id,
    email,
    email_domain,
    account_id,
    role,
    segment,
    locale,
    false as is_staff,
    created_at,
    updated_at as _version
from landing._intercom__contact
where is_here
union all
-- a former admin's articles and answers are still staff's
select
    _program_id,
    _source,
    _file,
    _row,
    id,
    email,
    case when email is not null then email_domain end,
    null,
    'admin',
    null,
    null,
    true,
    null,
    synced_at
from ranked
where recency = 1
    -- the vendor's own bot is listed among the admins
    and coalesce(email_domain, '') <> 'intercom.io'
