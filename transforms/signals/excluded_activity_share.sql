-- description: >-
--   One row per program and month: views, searches, votes, enrolments, learning events, guide events, live
--   attendance and tickets that are left out of all other signals, as a share of all of them.
-- job: scale
-- unit: ratio
-- direction: context
-- kind: share
-- window: T1
-- minimum_sample: 0
-- sources: [[content_view, search, content_vote, enrollment, learning_event, guide_event, live_session, ticket]]
-- range: [0, 1]
-- notes: >-
--   Left out are staff, test users, people of the staff domains, and readers that no person could be. A large
--   or sudden share says how much rests on knowing them.

with acted as (
    select program_id, month, is_internal from staging.content_view
    union all
    select program_id, month, is_internal from staging.search
    union all
    select program_id, month, is_internal from staging.content_vote
    union all
    select program_id, month, is_internal from staging.enrollment
    union all
    select program_id, month, is_internal from staging.guide_event
    union all
    select program_id, month, is_internal from staging.live_session
    union all
    select program_id, month, is_internal from staging.ticket
),

counted as (
    select program_id, month, count(*) filter (where is_internal) as excluded, count(*) as everything
    from acted
    group by program_id, month
    union all
    select
        event.program_id,
        event.month,
        coalesce(sum(event.event_count) filter (where learner.is_internal), 0) as excluded,
        sum(event.event_count) as everything
    from staging.learning_event_month as event
    left join staging.identity as identity
        on identity.program_id = event.program_id and identity.key = event.learner_id
    left join staging.learner as learner
        on learner.program_id = event.program_id
        and learner.person_key = coalesce(identity.person_key, event.email, event.learner_id)
    group by event.program_id, event.month
)

select
    program_id,
    month,
    sum(excluded) as numerator,
    sum(everything) as denominator
from counted
group by program_id, month
