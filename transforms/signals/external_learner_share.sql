-- description: >-
--   One row per program and month: people with learning activity who come from a company that is no
--   customer, as a share of all people with learning activity.
-- job: scale
-- unit: ratio
-- direction: up
-- kind: share
-- window: T3
-- minimum_sample: 30
-- sources:
--   - account
--   - learner
--   - [content_view, enrollment, learning_event, live_session]
-- friction: [F16]
-- range: [0, 1]
-- notes: >-
--   Somebody on a personal address, or with no address known, may be a customer in disguise: such people
--   count in the denominator only. Who met nothing but guides in the product is left out: only customers can.

with person as (
    select
        activity.program_id,
        activity.month,
        activity.person_key,
        account.account_key is not null as is_customer
    from staging.learner_month as activity
    left join staging.account as account
        on activity.program_id = account.program_id
        and activity.account_key = account.account_key
    where not activity.is_guided
)

select
    person.program_id,
    person.month,
    count(*) filter (
        where not person.is_customer
            and not learner.is_personal_domain
    ) as numerator,
    count(*) as denominator
from person
left join staging.learner as learner
    on person.program_id = learner.program_id
    and person.person_key = learner.person_key
group by person.program_id, person.month
