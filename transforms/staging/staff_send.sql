-- description: One row per piece of learning content that staff sent to a customer at one time.
-- grain: []
-- columns:
--   program_id: program the row belongs to
--   month: program-local month, first day
--   sent_at: when it was sent
--   account_key: hashed identity of the customer account; null if none is known
--   recipient_key: hashed identity of the recipient; null if unknown
--   content_id: item that was sent; null if it is not in the catalogue
--   form: attachment or link; a link to a file or to a file-sharing service is an attachment, unless a listed item has that address
--   asset_key: file name or normalised address of what was sent
--   is_linked_file: whether it is an attachment that was sent as a link to a file
--   is_broadcast: whether the same link went to ten or more accounts, and a third of all, within the day (UTC)
--   content_key: hash of a file's content; null for links, where it is unknown, and for what only one person was sent

-- the address of a help-centre article varies by locale and by the title after its number
with item_link as (
    select
        program_id,
        regexp_replace(
            case when regexp_matches(url, '/articles/[0-9]+-[^/]*$') then regexp_replace(url, '-[^/]*$', '') else url end,
            '/hc/[a-z0-9-]+/',
            '/hc/'
        ) as link_key,
        min(content_id) as content_id
    from staging.content_item
    where url is not null and url <> ''
    group by all
),

content_host as (
    select distinct
        program_id,
        split_part(link_key, '/', 1) as host
    from item_link
),

replies as (
    select
        comment.program_id,
        comment.month,
        comment.created_at,
        ticket.account_key,
        ticket.requester_key,
        ticket.intent,
        comment.attachments,
        comment.links
    from staging.ticket_comment as comment
    inner join staging.ticket as ticket
        on ticket.program_id = comment.program_id and ticket.ticket_id = comment.ticket_id
    where comment.is_staff and comment.is_public and not ticket.is_internal
),

sends as (
    select
        program_id,
        month,
        sent_at,
        account_id as account_key,
        recipient as recipient_key,
        content_id,
        form,
        asset,
        content_hash,
        coalesce(is_learning_content, true) as is_stated,
        false as is_billing
    from source.staff_send

    union all

    select
        program_id,
        month,
        created_at as sent_at,
        account_key,
        requester_key as recipient_key,
        cast(null as varchar) as content_id,
        'link' as form,
        link.asset,
        cast(null as varchar) as content_hash,
        false as is_stated,
        coalesce(intent = 'billing', false) as is_billing
    from replies
    cross join unnest(links) as link (asset)

    union all

    select
        program_id,
        month,
        created_at as sent_at,
        account_key,
        requester_key as recipient_key,
        cast(null as varchar) as content_id,
        'attachment' as form,
        attachment.asset,
        cast(null as varchar) as content_hash,
        false as is_stated,
        false as is_billing
    from replies
    cross join unnest(attachments) as attachment (asset)
    -- an invoice is a document but not learning
    where intent is distinct from 'billing'
),

keyed as (
    select
        *,
        case
            when form = 'link' then rtrim(
                regexp_replace(regexp_replace(lower(trim(asset)), '^[a-z]+://(www[.])?', ''), '[?#].*$', ''),
                '/'
            )
            else regexp_replace(regexp_replace(lower(trim(asset)), '[?#].*$', ''), '^.*[/\\]', '')
        end as asset_key
    from sends
),

addressed as (
    select
        *,
        regexp_replace(
            case
                when regexp_matches(asset_key, '/articles/[0-9]+-[^/]*$') then regexp_replace(asset_key, '-[^/]*$', '')
                else asset_key
            end,
            '/hc/[a-z0-9-]+/',
            '/hc/'
        ) as link_key,
        form = 'link' and regexp_matches(
            asset_key,
            '[.](pdf|pptx?|ppsx?|docx?|key|pages|odp|odt|mp4|m4v|mov|webm)$'
            '|^(drive[.]google[.]com/(file|open|uc)|dropbox[.]com/s|([a-z0-9-]+[.])?box[.]com/s|1drv[.]ms|we[.]tl'
            '|wetransfer[.]com|[a-z0-9-]+[.]sharepoint[.]com/:[a-z]:)'
        ) as leads_to_file
    from keyed
),

-- each customer's own agenda or certificate bears one name: no versions of one thing
shared_content as (
    select
        program_id,
        content_hash
    from addressed
    where content_hash is not null
    group by program_id, content_hash
    having count(distinct recipient_key) > 1
),

matched as (
    select
        addressed.*,
        -- a file of unknown content is the one known by its name
        case
            when addressed.content_hash is not null then shared_content.content_hash
            else max(shared_content.content_hash) over (
                partition by addressed.program_id, addressed.form, addressed.asset_key
            )
        end as content_key,
        item_link.content_id as linked_content_id,
        content_host.host
    from addressed
    left join shared_content
        on shared_content.program_id = addressed.program_id
        and shared_content.content_hash = addressed.content_hash
    left join item_link
        on addressed.form = 'link'
        and item_link.program_id = addressed.program_id
        and item_link.link_key = addressed.link_key
    left join content_host
        on addressed.form = 'link'
        and content_host.program_id = addressed.program_id
        and content_host.host = split_part(addressed.link_key, '/', 1)
),

counted as (
    select distinct
        matched.program_id,
        matched.month,
        matched.sent_at,
        coalesce(matched.account_key, learner.account_key) as account_key,
        matched.recipient_key,
        coalesce(matched.content_id, matched.linked_content_id) as content_id,
        matched.form,
        matched.asset_key,
        matched.leads_to_file and matched.linked_content_id is null as is_linked_file,
        matched.content_key
    from matched
    left join staging.learner as learner
        on learner.program_id = matched.program_id and learner.person_key = matched.recipient_key
    where not coalesce(learner.is_internal, false)
        and (
            matched.is_stated
            or matched.linked_content_id is not null
            -- the help centre shares its host with the ticket form: those pages teach nothing
            or (matched.host is not null and not regexp_matches(matched.asset_key, '/(requests|agent|tickets)(/|$)'))
            or (
                (matched.form = 'attachment' or not matched.is_billing)
                and regexp_matches(
                    matched.asset_key, '[.](pdf|pptx?|ppsx?|docx?|key|pages|odp|odt|mp4|m4v|mov|webm)$'
                )
            )
        )
),

broadcast as (
    select counted.program_id, counted.asset_key, cast(counted.sent_at as date) as sent_on
    from counted
    inner join (
        select program_id, count(*) as accounts from staging.account group by program_id
    ) as listed on listed.program_id = counted.program_id
    where counted.form = 'link'
    group by counted.program_id, counted.asset_key, cast(counted.sent_at as date), listed.accounts
    having count(distinct counted.account_key) >= 10
        and count(distinct counted.account_key) >= listed.accounts / 3
)

select
    counted.program_id,
    counted.month,
    counted.sent_at,
    counted.account_key,
    counted.recipient_key,
    counted.content_id,
    case when counted.is_linked_file then 'attachment' else counted.form end as form,
    case
        when counted.is_linked_file and regexp_matches(counted.asset_key, '[.][a-z0-9]+$')
            then regexp_replace(counted.asset_key, '^.*/', '')
        else counted.asset_key
    end as asset_key,
    counted.is_linked_file,
    broadcast.sent_on is not null as is_broadcast,
    counted.content_key
from counted
left join broadcast
    on broadcast.program_id = counted.program_id
    and broadcast.asset_key = counted.asset_key
    and broadcast.sent_on = cast(counted.sent_at as date)
