-- description: >-
--   One row per program and month: hours that learners spent in live sessions as a share of all their hours
--   of training.
-- job: scale
-- unit: ratio
-- direction: down
-- kind: share
-- window: T12
-- minimum_sample: 30
-- sources: [live_session, [enrollment, learning_event]]
-- friction: [F12]
-- range: [0, 1]
-- notes: >-
--   Where no course reports hours in the month, one attendance weighs as much as one learner in one course.
--   The sample size is the effective one: few long sessions tell less than many short ones.

with live as (
    select
        program_id,
        month,
        coalesce(person_key, '') || '|' || coalesce(session_id, cast(started_at as varchar)) as learner_unit,
        true as is_live,
        max(duration_s) / 3600.0 as hours
    from staging.live_session
    where is_internal is not true
    group by program_id, month, learner_unit
),

-- without live sessions nothing is known of their share, and there may be tens of millions of events
with_live as (
    select distinct program_id
    from staging.live_session
),

on_demand_event as (
    select event.program_id, event.month, event.person_key, event.content_id, event.duration_s
    from staging.learning_event as event
    inner join with_live
        on event.program_id = with_live.program_id
    where event.is_internal is not true
        and event.verb <> 'enrolled'
    union all
    select activity.program_id, activity.month, activity.person_key, activity.content_id, null as duration_s
    from staging.learner_activity as activity
    inner join staging.enrollment as enrollment
        on activity.program_id = enrollment.program_id
        and activity.person_key = enrollment.person_key
        and activity.content_id = enrollment.content_id
    where activity.surface is distinct from 'live'
),

on_demand as (
    select
        program_id,
        month,
        coalesce(person_key, '') || '|' || coalesce(content_id, '') as learner_unit,
        false as is_live,
        sum(duration_s) / 3600.0 as hours
    from on_demand_event
    group by program_id, month, learner_unit
),

training as (
    select * from live
    union all
    select * from on_demand
),

measured as (
    select
        program_id,
        month,
        coalesce(sum(hours) filter (where not is_live), 0) > 0
            or count(*) filter (where not is_live) = 0 as has_hours
    from training
    group by program_id, month
),

weighted as (
    select
        training.program_id,
        training.month,
        training.is_live,
        case when measured.has_hours then coalesce(training.hours, 0) else 1 end as weight
    from training
    inner join measured
        on training.program_id = measured.program_id
        and training.month = measured.month
)

select
    program_id,
    month,
    cast(coalesce(sum(weight) filter (where is_live), 0) as double) as numerator,
    cast(sum(weight) as double) as denominator,
    cast(coalesce(sum(weight) * sum(weight) / nullif(sum(weight * weight), 0), 0) as double) as sample_size
from weighted
group by program_id, month
