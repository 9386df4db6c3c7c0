-- description: One row per item of content, month and account whose people learned from it.
-- grain: []
-- columns:
--   program_id: program the row belongs to
--   month: program-local month, first day
--   content_id: identity of the item
--   account_key: hashed identity of the customer account; null for people whose account is unknown
--   use_count: "uses: a person, a surface and a day count once"

with listed_use as (
    select distinct
        activity.program_id,
        activity.month,
        activity.content_id,
        activity.account_key,
        activity.person_key,
        activity.surface,
        activity.occurred_on
    from staging.learner_activity as activity
    inner join staging.content_item as item
        on item.program_id = activity.program_id
        and item.content_id = activity.content_id
)

select
    program_id,
    month,
    content_id,
    account_key,
    count(*) as use_count
from listed_use
group by program_id, month, content_id, account_key
