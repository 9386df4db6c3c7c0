-- description: One row per support case, as last exported.
with known as (
    select *,
        -- reports cut ids to 15 characters, which are whole: the other three only guard against a change of case
        left(id, 15) as short_id,
        -- a spreadsheet on the way may have taken 00001026 for a number
        regexp_replace(regexp_replace(number, '\.0$', ''), '(^|/)0+', '\1') as plain_number
    from landing.salesforce__cases
),

named as (
    select *,
        coalesce(
            short_id,
            max(short_id) over (partition by _program_id, plain_number),
            -- with its zeros, if any row has them
            min(number) over (partition by _program_id, plain_number)
        ) as ticket_id
    from known
),

ranked as (
    select *,
        row_number() over (
            partition by _program_id, ticket_id
            order by modified_at desc nulls last, version_at desc nulls last, is_active desc nulls last,
                synced_at desc nulls last, _file desc, _row desc
        ) as recency
    from named
),

cases as (
    select *
    from ranked
    where recency = 1
        and not coalesce(is_deleted, false)
        and not coalesce(is_removed, false)
        and coalesce(is_active, true)
)

select
    cases._program_id,
    cases._source,
    cases._file,
    cases._row,
    cases.ticket_id,
    cases.created_at,
    cases.contact_id as requester_id,
    coalesce(cases.contact_email, contacts.email, cases.supplied_email) as requester_email,
    case
        when cases.contact_email is not null then cases.contact_email_domain
        when contacts.email is not null then contacts.email_domain
        else cases.supplied_email_domain
    end as requester_email_domain,
    coalesce(cases.account_id, contacts.account_id) as account_id,
    cases.subject,
    cases.body,
    lower(cases.origin) as channel,
    cases.status,
    list_filter([cases.type, cases.reason], lambda tag: tag is not null) as tags,
    case
        when cases.is_closed or (cases.is_closed is null and cases.closed_at is not null) or lower(cases.status) = 'closed'
            -- a report without a time of closing leaves the last change
            then coalesce(cases.closed_at, cases.modified_at)
    end as solved_at,
    left(cases.master_id, 15) as merged_into,
    coalesce(cases.language, contacts.language) as locale,
    coalesce(cases.modified_at, cases.synced_at) as _version
from cases
left join landing._salesforce__contact as contacts
    on contacts._program_id = cases._program_id
    and contacts.id = cases.contact_id
