-- description: One row per link or file that staff sent to somebody outside in a message, whatever folders hold it.
with staff_domain as (
    select
        program_id,
        lower(listed.domain) as domain
    from config.program as program
    cross join unnest(program.staff_domains) as listed (domain)
),

-- one copy of a list's or a draft's does not undo that another was sent
copies as (
    select
        *,
        kind <> 'message'
            or regexp_matches(
                lower(_file),
                '(^|[/!])(drafts?|outbox|templates?|entw[uü]rfe|postausgang|vorlagen|brouillons|borradores|bozze|rascunhos|concepten)([.]|/|$)'
            ) as is_unsent
    from landing.mail__messages
),

own_domain as (
    select distinct
        seen._program_id,
        seen.domain
    from (
        select _program_id, sender_domain as domain from landing.mail__messages
        union
        select _program_id, address_domain from landing.mail__recipients
    ) as seen
    inner join staff_domain
        on staff_domain.program_id = seen._program_id
        and (seen.domain = staff_domain.domain or ends_with(seen.domain, '.' || staff_domain.domain))
),

messages as (
    select copies.*
    from copies
    inner join own_domain
        on own_domain._program_id = copies._program_id
        and own_domain.domain = copies.sender_domain
    where not copies.is_unsent
    qualify row_number() over (
        partition by copies._program_id, copies.message_key
        order by copies.sent_at, len(copies.links) desc nulls last, copies._file, copies._row
    ) = 1
),

-- the copy that was sent names the blind copies
recipients as (
    select distinct
        named._program_id,
        named.message_key,
        named.address,
        named.address_domain
    from landing.mail__recipients as named
    left join own_domain
        on own_domain._program_id = named._program_id
        and own_domain.domain = named.address_domain
    where own_domain.domain is null
),

outbound as (
    select *
    from messages
    where exists (
            select 1
            from recipients
            where recipients._program_id = messages._program_id
                and recipients.message_key = messages.message_key
        )
),

given_links as (
    select
        _program_id,
        message_key,
        sender,
        date_trunc('month', sent_at) as sent_month,
        unnest(list_distinct(links)) as link
    from outbound
),

writer_month as (
    select
        _program_id,
        sender,
        date_trunc('month', sent_at) as sent_month,
        count(*) as written
    from outbound
    group by all
    having count(*) >= 10
),

signature as (
    select distinct
        given_links._program_id,
        given_links.sender,
        given_links.link
    from given_links
    inner join writer_month
        on writer_month._program_id = given_links._program_id
        and writer_month.sender = given_links.sender
        and writer_month.sent_month = given_links.sent_month
    group by given_links._program_id, given_links.sender, given_links.link, given_links.sent_month
    having count(*) >= 0.9 * max(writer_month.written)
),

sent_links as (
    select
        given_links._program_id,
        given_links.message_key,
        given_links.link
    from given_links
    where not exists (
            select 1
            from signature
            where signature._program_id = given_links._program_id
                and signature.link = given_links.link
                and (
                    signature.sender = given_links.sender
                    or not exists (
                        select 1
                        from writer_month
                        where writer_month._program_id = given_links._program_id
                            and writer_month.sender = given_links.sender
                    )
                )
        )
),

sent_files as (
    select distinct
        _program_id,
        message_key,
        name,
        content_hash
    from landing.mail__attachments
),

sends as (
    select
        outbound.*,
        'link' as form,
        sent_links.link as asset,
        cast(null as varchar) as content_hash
    from outbound
    inner join sent_links
        on sent_links._program_id = outbound._program_id
        and sent_links.message_key = outbound.message_key

    union all

    select
        outbound.*,
        'attachment' as form,
        sent_files.name as asset,
        sent_files.content_hash
    from outbound
    inner join sent_files
        on sent_files._program_id = outbound._program_id
        and sent_files.message_key = outbound.message_key
    -- papers of the sale teach nothing, except how to write such papers
    where regexp_matches(
            lower(sent_files.name),
            '(guide|manual|tutorial|how.?to|training|onboarding|course|lesson|anleitung|handbuch|schulung|manuel|formation|gu[ií]a|corso)'
        )
        or not regexp_matches(
            lower(sent_files.name || ' / ' || coalesce(outbound.subject, '')),
            '(^|[^[:alpha:]])(invoice|receipt|quote|quotation|proposal|contract|agreement|amendment|order ?form|purchase order|nda|msa|dpa|sow'
            || '|rechnung|angebot|vertrag|auftrag|facture|devis|contrat|bon de commande|factura|presupuesto|contrato|fattura|preventivo'
            || '|contratto|factuur|offerte|fatura|or[cç]amento)s?([^[:alpha:]]|$)'
        )
)

select
    sends._program_id,
    sends._source,
    sends._file,
    sends._row,
    sends.sent_at,
    recipients.address as recipient,
    recipients.address_domain as recipient_domain,
    sends.form,
    sends.asset,
    sends.content_hash,
    false as is_learning_content
from sends
inner join recipients
    on recipients._program_id = sends._program_id
    and recipients.message_key = sends.message_key
