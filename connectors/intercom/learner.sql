-- description: One row per contact or admin, as last exported; bots and whoever was removed are left out.
with admins as (
    select _program_id, _source, _file, _row, id, email, email_domain, null as synced_at
    from landing.intercom__admins
    union all
    select _program_id, _source, _file, _row, id, email, email_domain, synced_at
    from landing.intercom__admin
),

writers as (
    -- who writes articles or answers as an admin is one, though the list of admins was not exported
    select _program_id, _source, _file, _row, author_id as id, null as email, null as email_domain, false as is_bot
    from landing.intercom__articles
    union all
    select _program_id, _source, _file, _row, author_id, author_email, author_email_domain, is_bot
    from landing._intercom__part
    where author_type = 'admin' or is_bot
    union all
    select _program_id, _source, _file, _row, author_id, author_email, author_email_domain, is_bot
    from landing._intercom__conversation
    where author_type = 'admin' or is_bot
),

ranked as (
    select *,
        row_number() over (
            partition by _program_id, id
            -- the list says most, then a part that has an address
            order by is_listed desc, synced_at desc nulls last, email nulls last, _file desc, _row desc
        ) as recency,
        bool_or(is_bot) over (partition by _program_id, id) as is_ever_bot
    from (
        select
            _program_id, _source, _file, _row, id, email, email_domain, synced_at, true as is_listed,
            -- the vendor's own bot is listed among the admins
            coalesce(email_domain, '') = 'intercom.io' as is_bot
        from admins
        union all
        select _program_id, _source, _file, _row, id, email, email_domain, null, false, is_bot
        from writers
    ) as known
    where id is not null
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
where recency = 1 and not is_ever_bot
