-- description: >-
--   One row per program and month: sales opportunities opened in the twelve months ending with the month
--   whose contact had learned with the program before, without belonging to a customer account.
-- job: scale
-- unit: count
-- direction: up
-- kind: count
-- window: T12
-- pooled: sql
-- minimum_sample: 0
-- sources:
--   - account
--   - opportunity
--   - [content_view, enrollment, guide_event, learning_event, live_session]
-- accumulates: true
-- friction: [F16]
-- range: [0, null]
-- notes: >-
--   A contact whose account became a customer only after the opportunity was opened was no customer then.

with first_learned as (
    select
        activity.program_id,
        activity.person_key,
        min(activity.first_on) as first_on,
        max(account.started_at) as customer_since
    from staging.learner_month as activity
    left join staging.account as account
        on activity.program_id = account.program_id
        and activity.account_key = account.account_key
    group by activity.program_id, activity.person_key
),

learned_first as (
    select distinct opportunity.program_id, opportunity.month, opportunity.opportunity_id
    from staging.opportunity as opportunity
    inner join first_learned
        on opportunity.program_id = first_learned.program_id
        and opportunity.contact_key = first_learned.person_key
        and opportunity.created_at >= first_learned.first_on
        and coalesce(first_learned.customer_since >= opportunity.created_at, true)
)

select
    program_month.program_id,
    program_month.month,
    count(distinct learned_first.opportunity_id) as value
from staging.program_month as program_month
left join learned_first
    on program_month.program_id = learned_first.program_id
    and program_month.month >= learned_first.month
    and program_month.month - interval 11 month <= learned_first.month
group by program_month.program_id, program_month.month
