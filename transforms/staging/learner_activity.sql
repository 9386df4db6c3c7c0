-- description: One row per trace of an external person learning, with the day it was left; a day may hold several alike.
-- grain: []
-- materialized: view
-- columns:
--   program_id: program the row belongs to
--   month: program-local month, first day
--   person_key: hashed identity of the person
--   account_key: hashed identity of the customer account; null if none is known
--   surface: portal, lms, in_app, widget, email, live or other
--   content_id: item the person learned from; null if not recorded
--   occurred_on: day of the activity (UTC, kept inside the month)
--   action: "what was done: completed, attended, started or viewed"
--   entity: what recorded it

-- What was marked complete en masse is nobody's learning. There may be tens of millions of these and hardly two alike, so nothing is sorted or stored here: learner_month and
-- content_use count them once for everyone who asks who learned when, and how much an item is used.

-- what an enrolment says happened, each at its own time
with course_moment as (
    select program_id, person_key, content_id, started_at as occurred_at, 'started' as action
    from staging.enrollment
    where started_at is not null

    union all

    select program_id, person_key, content_id, last_activity_at as occurred_at, 'started' as action
    from staging.enrollment
    where last_activity_at is not null
        and not (coalesce(is_mass_completed, false) and last_activity_at >= date_trunc('minute', completed_at))

    union all

    select program_id, person_key, content_id, completed_at as occurred_at, 'completed' as action
    from staging.enrollment
    where completed_at is not null
        and is_mass_completed is not true
),

course_activity as (
    select
        moment.program_id,
        cast(
            case
                when moment.occurred_at >= calendar.ends_at then calendar.month + interval 1 month
                else calendar.month
            end as date
        ) as month,
        moment.person_key,
        'lms' as surface,
        moment.content_id,
        moment.occurred_at,
        moment.action,
        'enrollment' as entity
    from course_moment as moment
    inner join staging.program as program on program.program_id = moment.program_id
    -- twelve hours back is never after the local month and at most one month before it
    inner join config.calendar as calendar
        on calendar.timezone = program.timezone
        and calendar.month = cast(date_trunc('month', moment.occurred_at - interval 12 hours) as date)
),

other_activity as (
    select
        program_id,
        month,
        person_key,
        coalesce(surface, 'portal') as surface,
        content_id,
        viewed_at as occurred_at,
        'viewed' as action,
        'content_view' as entity
    from staging.content_view
    where is_bot is not true

    union all

    select
        program_id,
        month,
        person_key,
        'in_app' as surface,
        guide_id as content_id,
        occurred_at,
        case event when 'completed' then 'completed' when 'advanced' then 'started' else 'viewed' end as action,
        'guide_event' as entity
    from staging.guide_event
    where is_educational and event <> 'dismissed'

    union all

    select
        program_id,
        month,
        person_key,
        'live' as surface,
        content_id,
        started_at as occurred_at,
        'attended' as action,
        'live_session' as entity
    from staging.live_session

    union all

    select program_id, month, person_key, surface, content_id, occurred_at, action, entity
    from course_activity
),

activity as (
    select
        event.program_id,
        event.month,
        coalesce(identity.person_key, event.email, event.learner_id) as person_key,
        coalesce(event.surface, 'lms') as surface,
        event.content_id,
        event.occurred_at,
        case
            when event.verb in ('completed', 'passed') then 'completed'
            when event.verb = 'viewed' then 'viewed'
            else 'started'
        end as action,
        'learning_event' as entity
    from source.learning_event as event
    anti join staging.learning_event_repeat as repeated
        on repeated.file = event.file
        and repeated.row_number = event.row_number
        and repeated.program_id = event.program_id
    left join staging.identity as identity
        on identity.program_id = event.program_id and identity.key = event.learner_id
    where event.verb <> 'enrolled'

    union all

    select program_id, month, person_key, surface, content_id, occurred_at, action, entity
    from other_activity
    where person_key is not null
)

select
    activity.program_id,
    activity.month,
    activity.person_key,
    learner.account_key,
    activity.surface,
    activity.content_id,
    greatest(activity.month, least(cast(activity.occurred_at as date), last_day(activity.month))) as occurred_on,
    activity.action,
    activity.entity
from activity
left join staging.learner as learner
    on learner.program_id = activity.program_id and learner.person_key = activity.person_key
where not coalesce(learner.is_internal, false)
