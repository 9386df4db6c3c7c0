-- description: One row per track or screen call that a known user made in the product.
with named as (
    select
        *,
        -- Report Shared, report_shared and reportShared are one event
        trim(lower(regexp_replace(
            regexp_replace(coalesce(event_text, event, type), '([a-z0-9])([A-Z])', '\1 \2', 'g'), '[^A-Za-z0-9]+', ' ', 'g'
        ))) as feature_name
    from landing._segment__call
    where type in ('track', 'screen')
        and coalesce(user_id, user_email, email) is not null
        and is_education is not true
)

select
    named._program_id,
    named._source,
    named._file,
    named._row,
    named.occurred_at,
    named.user_id,
    coalesce(named.user_email, named.email) as email,
    coalesce(named.user_email_domain, named.email_domain) as email_domain,
    coalesce(named.group_id, member.account_id) as account_id,
    named.feature_name as feature,
    case
        when lower(named.is_value_event) in ('true', '1', 'yes') then true
        when lower(named.is_value_event) in ('false', '0', 'no') then false
    end as is_value_event
from named
left join landing._segment__member as member
    on member._program_id = named._program_id
    and member.user_id = named.user_id
-- what was sent to somebody, shown by a test or done by a store is no use of the product
where not regexp_matches(
        named.feature_name,
        '^(e ?mail|push|sms|notification) |^experiment |^install attributed|^application (installed|updated|crashed|uninstalled)|^unsubscribed?$'
            || '|^(loaded|viewed) .* page$'
    )
