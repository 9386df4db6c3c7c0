-- description: >-
--   One row per program and month: solved customer tickets whose public staff replies link to learning
--   content, as a share of solved customer tickets, in the month they were solved.
-- job: create
-- unit: ratio
-- direction: up
-- kind: share
-- window: T12
-- minimum_sample: 30
-- sources: [ticket, ticket_comment]
-- fields: [ticket.solved_at]
-- friction: [F01, F04]
-- range: [0, 1]
-- notes: >-
--   A link is to content when it is the address of a catalogued item or was recognised as a send of content.
--   Replies written after the month of the solution do not count.

with solved as (
    select program_id, ticket_id, solved_month
    from staging.ticket
    where duplicate_of is null
        and is_internal is not true
        and solved_month is not null
        and coalesce(intent, '') not in ('other', 'non_customer')
),

content_address as (
    select program_id, url as address
    from staging.content_item
    where url is not null
    union
    select program_id, asset_key as address
    from staging.staff_send
    where form = 'link'
),

reply_link as (
    select
        comment.program_id,
        comment.ticket_id,
        comment.month,
        -- as the addresses of items and sends are written: no scheme, query, fragment or closing slash
        rtrim(
            regexp_replace(
                regexp_replace(lower(trim(link.address)), '^[a-z]+://(www[.])?', ''), '[?#].*$', ''
            ),
            '/'
        ) as address
    from staging.ticket_comment as comment
    cross join unnest(comment.links) as link(address)
    where comment.is_staff and comment.is_public
),

linked as (
    select distinct solved.program_id, solved.ticket_id
    from solved
    inner join reply_link
        on solved.program_id = reply_link.program_id
        and solved.ticket_id = reply_link.ticket_id
        and solved.solved_month >= reply_link.month
    inner join content_address
        on reply_link.program_id = content_address.program_id
        and reply_link.address = content_address.address
)

select
    solved.program_id,
    solved.solved_month as month,
    count(linked.ticket_id) as numerator,
    count(*) as denominator
from solved
left join linked
    on solved.program_id = linked.program_id
    and solved.ticket_id = linked.ticket_id
group by solved.program_id, solved.solved_month
