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
-- shown_without: {guide_event: 0.8}
-- friction: [F14]
-- range: [0, 1]
-- notes: >-
--   Known means an account of the account list, not merely a name that the learning platform holds. Personal
--   e-mail domains match nobody. A learner of a company with which there is an opportunity but no account is known
--   as well, as a prospect, and is left out: an academy open to the market does not know its customers less. Without
--   opportunities nobody can tell: least and most count learners of unknown companies as unmatched and as prospects.

with prospect as (
    select distinct contact.program_id, contact.email_domain
    from staging.opportunity as opportunity
    inner join staging.learner as contact
        on opportunity.program_id = contact.program_id
        and opportunity.contact_key = contact.person_key
    where opportunity.account_key is null
        and contact.is_personal_domain is false
),

with_opportunity as (
    select distinct program_id
    from staging.opportunity
),

-- a person counts in the latest of the three months in which the person learned
step as (
    select
        activity.program_id,
        activity.month,
        activity.next_month,
        count(*) as learners,
        count(account.account_key) as matched,
        count(*) filter (
            where account.account_key is null
                and learner.is_personal_domain is false
                and with_opportunity.program_id is null
        ) as untold
    from staging.learner_month as activity
    left join staging.account as account
        on activity.program_id = account.program_id
        and activity.account_key = account.account_key
    left join staging.learner as learner
        on activity.program_id = learner.program_id
        and activity.person_key = learner.person_key
    left join prospect
        on learner.program_id = prospect.program_id
        and learner.email_domain = prospect.email_domain
    left join with_opportunity
        on activity.program_id = with_opportunity.program_id
    where account.account_key is not null
        or prospect.email_domain is null
    group by activity.program_id, activity.month, activity.next_month
),

summed as (
    select
        program_month.program_id,
        program_month.month,
        cast(sum(step.matched) as bigint) as matched,
        cast(sum(step.learners) as bigint) as learners,
        cast(sum(step.untold) as bigint) as untold
    from staging.program_month as program_month
    inner join step
        on program_month.program_id = step.program_id
        and program_month.month >= step.month
        and program_month.month - interval 2 month <= step.month
        and coalesce(program_month.month < step.next_month, true)
    group by program_month.program_id, program_month.month
)

select
    program_id,
    month,
    matched as numerator,
    learners as denominator,
    case when untold > 0 then cast(matched as double) / learners end as least,
    case when untold > 0 and learners > untold then cast(matched as double) / (learners - untold) end as most
from summed
