-- description: >-
--   One row per program and month: people with learning activity in the three months ending with the month
--   whose customer account is known, as a share of all such people.
-- job: scale
-- unit: ratio
-- direction: up
-- kind: share
-- window: T3
-- pooled: sql
-- minimum_sample: 30
-- sources:
--   - account
--   - [content_view, enrollment, guide_event, learning_event, live_session]
-- friction: [F14]
-- range: [0, 1]
-- notes: >-
--   Known means an account of the account list, not merely a name that the learning platform holds. Personal
--   e-mail domains match nobody.

with seen as (
    select distinct activity.program_id, activity.month, activity.person_key, account.account_key
    from staging.learner_activity as activity
    left join staging.account as account
        on activity.program_id = account.program_id
        and activity.account_key = account.account_key
    where activity.person_key is not null
),

learner as (
    select
        program_month.program_id,
        program_month.month,
        seen.person_key,
        count(seen.account_key) > 0 as is_matched
    from staging.program_month as program_month
    inner join seen
        on program_month.program_id = seen.program_id
        and program_month.month >= seen.month
        and program_month.month - interval 2 month <= seen.month
    group by program_month.program_id, program_month.month, seen.person_key
)

select
    program_id,
    month,
    count(*) filter (where is_matched) as numerator,
    count(*) as denominator
from learner
group by program_id, month
