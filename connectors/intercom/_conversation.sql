-- description: One row per conversation as last exported, with the contact it is with; deleted ones are left out.
-- grain: [_program_id, id]
with ranked as (
    select *,
        row_number() over (
            partition by _program_id, id
            order by updated_at desc nulls last, coalesce(is_active, true) desc, _file desc, _row desc
        ) as recency
    from landing.intercom__conversations
),

links as (
    select _program_id, conversation_id, contact_id
    from (
        select *,
            row_number() over (
                partition by _program_id, conversation_id
                order by coalesce(is_active, true) desc, updated_at desc nulls last, contact_id, _file desc, _row desc
            ) as choice
        from landing.intercom__conversation_contact_history
    ) as linked
    where choice = 1 and coalesce(is_active, true)
)

select
    ranked._program_id,
    ranked._source,
    ranked._file,
    ranked._row,
    ranked.id,
    ranked.state,
    ranked.channel,
    coalesce(ranked.subject, ranked.title) as subject,
    ranked.body,
    ranked.attachments,
    ranked.author_type,
    ranked.author_id,
    ranked.author_email,
    case when ranked.author_email is not null then ranked.author_email_domain end as author_email_domain,
    coalesce(ranked.author_type, '') = 'bot' or coalesce(ranked.author_email_domain, '') = 'intercom.io' as is_bot,
    -- who opened it: Intercom says so twice, and older exports only once
    coalesce(
        ranked.delivered_as = 'customer_initiated',
        ranked.author_type in ('user', 'lead', 'contact', 'visitor'),
        true
    ) as is_asked,
    coalesce(
        case when ranked.author_type in ('user', 'lead', 'contact', 'visitor') then ranked.author_id end,
        ranked.contact_id,
        links.contact_id
    ) as contact_id,
    ranked.contact_external_id,
    ranked.company_id,
    ranked.first_reply_at,
    ranked.closed_at,
    regexp_replace(ranked.converted_to, '([0-9])\.0$', '\1') as converted_to,
    ranked.created_at,
    ranked.updated_at
from ranked
left join links
    on links._program_id = ranked._program_id
    and links.conversation_id = ranked.id
where ranked.recency = 1
    and coalesce(ranked.is_active, true)
    and not coalesce(ranked.is_deleted, false)
