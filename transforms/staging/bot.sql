-- description: One row per reader whose views no person could make.
-- grain: [program_id, actor]
-- columns:
--   program_id: program the row belongs to
--   actor: hashed e-mail address, else hashed id, else session, as the source names it
--   views: most views in a day

-- Known by what it does: a hundred different items within ten minutes, or views in twenty of the day's hours.
with busy_day as (
    select
        program_id,
        coalesce(email, learner_id, session_id) as actor,
        cast(viewed_at as date) as viewed_on,
        count(*) as views
    from source.content_view
    where coalesce(email, learner_id, session_id) is not null
    group by program_id, coalesce(email, learner_id, session_id), cast(viewed_at as date)
    having count(*) >= 60
),

busy_view as (
    select
        busy_day.program_id,
        busy_day.actor,
        busy_day.viewed_on,
        busy_day.views,
        view.viewed_at,
        view.content_id
    from busy_day
    inner join source.content_view as view
        on view.program_id = busy_day.program_id
        and coalesce(view.email, view.learner_id, view.session_id) = busy_day.actor
        and cast(view.viewed_at as date) = busy_day.viewed_on
),

sleepless as (
    select program_id, actor, max(views) as views
    from busy_view
    group by program_id, actor, viewed_on
    having count(distinct date_trunc('hour', viewed_at)) >= 20
),

swift as (
    select program_id, actor, max(views) as views
    from busy_view
    group by program_id, actor, viewed_on, floor(epoch(viewed_at) / 600)
    having count(distinct content_id) >= 100
)

select program_id, actor, max(views) as views
from (
    select program_id, actor, views from sleepless
    union all
    select program_id, actor, views from swift
) as found
group by program_id, actor
