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
-- friction: [F01]
-- range: [0, 1]
-- notes: >-
--   Use is a view, an enrolment, learning activity, a vote, or a send by staff that is no broadcast. Accounts are counted where
--   they are known. Copies of one item, alike in title, kind, language and place, are one item, so that
--   doubling the content halves nothing. A program that records use in the window but never whose has no row, so it is not
--   judged.

with item as (
    select
        program_id,
        content_id,
        coalesce(copy_key, content_id) as item_key,
        status,
        published_at,
        edited_at
    from staging.content_item
),

account_use as (
    select program_id, month, content_id, account_key from staging.content_use
    union
    select program_id, month, content_id, account_key from staging.content_view where is_internal is not true
    union
    select program_id, month, content_id, account_key from staging.enrollment where is_internal is not true
    union
    select program_id, month, content_id, account_key from staging.content_vote where is_internal is not true
    union
    select program_id, month, content_id, account_key from staging.staff_send where is_broadcast is not true
),

aged as (
    select distinct program_month.program_id, program_month.month, item.item_key
    from staging.program_month as program_month
    inner join item
        on program_month.program_id = item.program_id
        and coalesce(item.published_at <= program_month.ends_at - interval 60 day, true)
    where coalesce(item.status, 'published') = 'published'
        or (item.status = 'archived' and item.edited_at >= program_month.ends_at)
),

reach as (
    select
        program_month.program_id,
        program_month.month,
        item.item_key,
        count(*) as uses,
        count(distinct account_use.account_key) as accounts
    from staging.program_month as program_month
    inner join account_use
        on program_month.program_id = account_use.program_id
        and program_month.month >= account_use.month
        and program_month.month - interval 2 month <= account_use.month
    inner join item
        on account_use.program_id = item.program_id
        and account_use.content_id = item.content_id
    group by program_month.program_id, program_month.month, item.item_key
)

select
    aged.program_id,
    aged.month,
    count(*) filter (where reach.accounts >= 2) as numerator,
    count(*) as denominator
from aged
left join reach
    on aged.program_id = reach.program_id
    and aged.month = reach.month
    and aged.item_key = reach.item_key
group by aged.program_id, aged.month
having coalesce(sum(reach.uses), 0) = 0 or coalesce(sum(reach.accounts), 0) > 0
