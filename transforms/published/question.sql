-- description: One row per program, month and topic that customers asked about in the 90 days to the end of the month; the questions to answer once are those asked most.
-- grain: [program_id, month, topic]
-- belongs_to: [program]
-- types: {program_id: VARCHAR, month: DATE, topic: VARCHAR, tickets: BIGINT, requesters: BIGINT, accounts: BIGINT,
--   tickets_before: BIGINT, is_small: BOOLEAN, published_items: BIGINT}
-- columns:
--   program_id: The program, as named in waystage.yaml.
--   month: First day of the month, in the program's own time zone.
--   topic: What was asked about, by three people or more.
--   tickets: How-to and cannot-find tickets of the 90 days to the end of the month; duplicates, staff and test users left out.
--   requesters: People who opened them, as far as known.
--   accounts: Accounts they belong to, as far as known.
--   tickets_before: Such tickets of the 90 days before those.
--   is_small: True where fewer than five people asked, or nobody knows how many; left out of what leaders read.
--   published_items: Items on the topic that were published at the end of the month; 0 asks for one.
with
asked as (
    select
        program_month.program_id,
        program_month.month,
        program_month.ends_at,
        ticket.topic,
        ticket.requester_key,
        ticket.account_key,
        ticket.created_at >= program_month.ends_at - interval 90 day as is_late
    from staging.program_month as program_month
    inner join staging.ticket as ticket
        on ticket.program_id = program_month.program_id
        and ticket.created_at < program_month.ends_at
        and ticket.created_at >= program_month.ends_at - interval 180 day
    where ticket.duplicate_of is null
        and not ticket.is_internal
        and ticket.intent in ('how_to', 'cannot_find')
        and ticket.topic is not null
),

counted as (
    select
        program_id,
        month,
        ends_at,
        topic,
        count(*) filter (where is_late) as tickets,
        count(distinct requester_key) filter (where is_late) as requesters,
        count(distinct account_key) filter (where is_late) as accounts,
        count(*) filter (where not is_late) as tickets_before
    from asked
    group by program_id, month, ends_at, topic
)

select
    counted.program_id,
    counted.month,
    counted.topic,
    counted.tickets,
    counted.requesters,
    counted.accounts,
    counted.tickets_before,
    counted.requesters < 5 as is_small,
    count(item.content_id) as published_items
from counted
-- as topic_coverage_rate has it
left join staging.content_item as item
    on item.program_id = counted.program_id
    and item.topic = counted.topic
    and coalesce(item.published_at < counted.ends_at, true)
    and (
        coalesce(item.status, 'published') = 'published'
        or (item.status = 'archived' and item.edited_at >= counted.ends_at)
    )
where counted.tickets > 0
group by all
order by counted.program_id, counted.month, counted.tickets desc, counted.topic
