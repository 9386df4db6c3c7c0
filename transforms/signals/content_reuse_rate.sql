-- description: >-
--   One row per program and month: items published for at least 60 days that at least two accounts used or
--   were sent in the three months ending with the month, as a share of all items published for at least 60
--   days.
-- job: create
-- unit: ratio
-- direction: up
-- kind: share
-- window: T3
-- pooled: sql
-- minimum_sample: 5
-- sources:
--   - content_item
--   - [content_view, enrollment, learning_event, content_vote, live_session, staff_send, ticket_comment]
-- fields: [[learner.account_key, content_view.account_key, live_session.account_key, staff_send.account_key]]
-- shown_without: {content_view: 0.5, staff_send: 0.3}
-- accumulates: true
-- friction: [F01]
-- range: [0, 1]
-- notes: >-
--   Use is a view, an enrolment, learning activity, a vote, or a send by staff that is no broadcast. Accounts are counted where
--   they are known. Copies of one item, alike in title, kind, language and place, are one item, so that
--   doubling the content halves nothing. A program that records use in the window but never whose has no row, so it is not
--   judged. Where no view, enrolment or session of any item of a kind is recorded, items of that kind may be used
--   unseen, and votes and sends show a part: they are left out where five items are left without them; else least and
--   most count them as not reused and as reused.

with item as (
    select
        program_id,
        content_id,
        coalesce(copy_key, content_id) as item_key,
        content_type,
        status,
        published_at,
        edited_at
    from staging.content_item
),

viewed as (
    select program_id, month, content_id, min(account_key) as least_key, max(account_key) as greatest_key
    from staging.content_view
    where is_internal is not true
    group by program_id, month, content_id
),

-- two accounts are told by the least and the greatest, which months can be added up from without counting again
account_use as (
    select program_id, month, content_id, min(account_key) as least_key, max(account_key) as greatest_key
    from staging.content_use
    group by program_id, month, content_id
    union all
    select program_id, month, content_id, least_key, greatest_key from viewed
    union all
    select program_id, month, content_id, min(account_key) as least_key, max(account_key) as greatest_key
    from staging.enrollment
    where is_internal is not true
    group by program_id, month, content_id
    union all
    select program_id, month, content_id, min(account_key) as least_key, max(account_key) as greatest_key
    from staging.content_vote
    where is_internal is not true
    group by program_id, month, content_id
    union all
    select program_id, month, content_id, min(account_key) as least_key, max(account_key) as greatest_key
    from staging.staff_send
    where is_broadcast is not true
    group by program_id, month, content_id
),

-- that a live session was about an item says nothing of how items of its kind are used else
live_use as (
    select distinct program_id, month, content_id
    from staging.live_session
    where content_id is not null
),

seen_use as (
    select used.program_id, used.month, used.content_id
    from staging.content_use as used
    left join live_use
        on used.program_id = live_use.program_id
        and used.month = live_use.month
        and used.content_id = live_use.content_id
    where live_use.program_id is null
    union
    select program_id, month, content_id from viewed
    union
    select program_id, month, content_id from staging.enrollment where is_internal is not true
),

seen_kind as (
    select distinct program_month.program_id, program_month.month, item.content_type
    from staging.program_month as program_month
    inner join seen_use
        on program_month.program_id = seen_use.program_id
        and program_month.month >= seen_use.month
        and program_month.month - interval 2 month <= seen_use.month
    inner join item
        on seen_use.program_id = item.program_id
        and seen_use.content_id = item.content_id
),

aged as (
    select program_month.program_id, program_month.month, item.item_key, max(item.content_type) as content_type
    from staging.program_month as program_month
    inner join item
        on program_month.program_id = item.program_id
        and coalesce(item.published_at <= program_month.ends_at - interval 60 day, true)
    where coalesce(item.status, 'published') = 'published'
        or (item.status = 'archived' and item.edited_at >= program_month.ends_at)
    group by program_month.program_id, program_month.month, item.item_key
),

reach as (
    select
        program_month.program_id,
        program_month.month,
        item.item_key,
        min(account_use.least_key) as least_key,
        max(account_use.greatest_key) as greatest_key,
        true as is_used
    from staging.program_month as program_month
    inner join account_use
        on program_month.program_id = account_use.program_id
        and program_month.month >= account_use.month
        and program_month.month - interval 2 month <= account_use.month
    inner join item
        on account_use.program_id = item.program_id
        and account_use.content_id = item.content_id
    group by program_month.program_id, program_month.month, item.item_key
),

judged as (
    select
        aged.program_id,
        aged.month,
        coalesce(reach.least_key <> reach.greatest_key, false) as is_reused,
        reach.is_used,
        reach.least_key is not null as is_known,
        seen_kind.program_id is not null or aged.content_type is null as is_seen,
        count(*) filter (where seen_kind.program_id is not null) over (
            partition by aged.program_id, aged.month
        ) >= 5 as has_enough_seen
    from aged
    left join reach
        on aged.program_id = reach.program_id
        and aged.month = reach.month
        and aged.item_key = reach.item_key
    left join seen_kind
        on aged.program_id = seen_kind.program_id
        and aged.month = seen_kind.month
        and aged.content_type = seen_kind.content_type
),

counted as (
    select
        program_id,
        month,
        count(*) filter (where is_reused) as reused,
        count(*) filter (where not is_reused and not is_seen) as unseen,
        count(*) as items
    from judged
    where is_seen or not has_enough_seen
    group by program_id, month
    having not coalesce(bool_or(is_used), false) or bool_or(is_known)
)

select
    program_id,
    month,
    reused as numerator,
    items as denominator,
    case when unseen > 0 then cast(reused as double) / items end as least,
    case when unseen > 0 then cast(reused + unseen as double) / items end as most
from counted
