-- description: One row per external person, piece of content, surface and day on which the person learned.
-- grain: [program_id, month, person_key, surface, content_id, occurred_on]
-- columns:
--   program_id: program the row belongs to
--   month: program-local month, first day
--   person_key: hashed identity of the person
--   account_key: hashed identity of the customer account; null if none is known
--   surface: portal, lms, in_app, widget, email, live or other
--   content_id: item the person learned from; null if not recorded
--   occurred_on: day of the activity (UTC, kept inside the month)
--   action: "strongest thing done that day: completed, attended, started or viewed"

-- what an enrolment says happened, each at its own time
with course_moment as (
    select program_id, person_key, content_id, started_at as occurred_at, 2 as action_rank
    from staging.enrollment
    where started_at is not null

    union all

    select program_id, person_key, content_id, last_activity_at as occurred_at, 2 as action_rank
    from staging.enrollment
    where last_activity_at is not null

    union all

    select program_id, person_key, content_id, completed_at as occurred_at, 4 as action_rank
    from staging.enrollment
    where completed_at is not null
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
        moment.action_rank
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
        1 as action_rank
    from staging.content_view

    union all

    select
        program_id,
        month,
        person_key,
        'in_app' as surface,
        guide_id as content_id,
        occurred_at,
        case event when 'completed' then 4 when 'advanced' then 2 else 1 end as action_rank
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
        3 as action_rank
    from staging.live_session

    union all

    select program_id, month, person_key, surface, content_id, occurred_at, action_rank
    from course_activity
),

activity as (
    select
        day.program_id,
        day.month,
        coalesce(identity.person_key, day.email, day.learner_id) as person_key,
        day.surface,
        day.content_id,
        day.occurred_on,
        day.action_rank
    from staging.learning_day as day
    left join staging.identity as identity
        on identity.program_id = day.program_id and identity.key = day.learner_id
    where day.action_rank > 0

    union all

    select
        program_id,
        month,
        person_key,
        surface,
        content_id,
        greatest(month, least(cast(occurred_at as date), last_day(month))) as occurred_on,
        action_rank
    from other_activity
    where person_key is not null
),

daily as (
    select
        program_id,
        month,
        person_key,
        surface,
        content_id,
        occurred_on,
        max(action_rank) as action_rank
    from activity
    group by all
)

select
    daily.program_id,
    daily.month,
    daily.person_key,
    learner.account_key,
    daily.surface,
    daily.content_id,
    daily.occurred_on,
    case daily.action_rank when 4 then 'completed' when 3 then 'attended' when 2 then 'started' else 'viewed' end
        as action
from daily
left join staging.learner as learner
    on learner.program_id = daily.program_id and learner.person_key = daily.person_key
where not coalesce(learner.is_internal, false)
