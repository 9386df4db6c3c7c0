-- description: One row per reader whose views no person could make.
-- grain: [program_id, actor]
-- columns:
--   program_id: program the row belongs to
--   actor: hashed e-mail address, else hashed id, else session, as the source names it
--   views: most views in a day

-- Known by what it does: a hundred different items within ten minutes, or views in twenty of the day's hours.
-- Days are first counted by a hash of reader and day; only those that share one often are looked at in full.
with crowded as (
    select hash(program_id, coalesce(email, learner_id, session_id), cast(viewed_at as date)) as day_hash
    from source.content_view
    where coalesce(email, learner_id, session_id) is not null
    group by day_hash
    having count(*) >= 60
),

busy_view as (
    select
        view.program_id,
        coalesce(view.email, view.learner_id, view.session_id) as actor,
        cast(view.viewed_at as date) as viewed_on,
        view.viewed_at,
        view.content_id
    from source.content_view as view
    inner join crowded
        on crowded.day_hash = hash(
            view.program_id, coalesce(view.email, view.learner_id, view.session_id), cast(view.viewed_at as date)
        )
    where coalesce(view.email, view.learner_id, view.session_id) is not null
),

busy_day as (
    select program_id, actor, viewed_on, count(*) as views
    from busy_view
    group by program_id, actor, viewed_on
),

sleepless as (
    select program_id, actor, viewed_on
    from busy_view
    group by program_id, actor, viewed_on
    having count(distinct date_trunc('hour', viewed_at)) >= 20
),

swift as (
    select program_id, actor, viewed_on
    from busy_view
    group by program_id, actor, viewed_on, floor(epoch(viewed_at) / 600)
    having count(distinct content_id) >= 100
)

select busy_day.program_id, busy_day.actor, max(busy_day.views) as views
from busy_day
inner join (
    select program_id, actor, viewed_on from sleepless
    union
    select program_id, actor, viewed_on from swift
) as found
    on found.program_id = busy_day.program_id
    and found.actor = busy_day.actor
    and found.viewed_on = busy_day.viewed_on
group by busy_day.program_id, busy_day.actor
