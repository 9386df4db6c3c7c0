-- description: One row per program and minute in which completions of ten or more people are stamped en masse.
-- grain: [program_id, minute_at]
-- columns:
--   program_id: program the row belongs to
--   month: month of the minute (UTC), first day
--   minute_at: the minute
--   people: people whose completion it is

-- An import, or a person who marks everybody as done, leaves one stamp on many people. Where most days share one time of
-- day, the source gives days and not times, and nothing can be told.
with stamp as (
    select program_id, date_trunc('minute', completed_at) as minute_at, coalesce(email, learner_id) as person
    from source.enrollment
    where completed_at is not null
    union all
    select program_id, date_trunc('minute', occurred_at) as minute_at, coalesce(email, learner_id) as person
    from source.learning_event
    where verb in ('completed', 'passed')
),

minute as (
    select program_id, minute_at, count(distinct person) as people
    from stamp
    group by program_id, minute_at
),

time_of_day as (
    select
        program_id,
        extract('hour' from minute_at) * 60 + extract('minute' from minute_at) as minute_of_day,
        count(distinct cast(minute_at as date)) as days
    from minute
    group by program_id, extract('hour' from minute_at) * 60 + extract('minute' from minute_at)
),

day_count as (
    select program_id, count(distinct cast(minute_at as date)) as days
    from minute
    group by program_id
),

-- midnight of a local day stands an hour apart in summer and in winter: four days of ten are most of them
dateless as (
    select time_of_day.program_id
    from time_of_day
    inner join day_count on day_count.program_id = time_of_day.program_id
    where day_count.days >= 5
    group by time_of_day.program_id, day_count.days
    having max(time_of_day.days) > 0.4 * day_count.days
),

monthly as (
    select program_id, date_trunc('month', minute_at) as month, sum(people) as people
    from minute
    group by program_id, date_trunc('month', minute_at)
)

select
    minute.program_id,
    cast(monthly.month as date) as month,
    minute.minute_at,
    minute.people
from minute
inner join monthly
    on monthly.program_id = minute.program_id
    and monthly.month = date_trunc('month', minute.minute_at)
anti join dateless on dateless.program_id = minute.program_id
where minute.people >= 100
    or (minute.people >= 10 and minute.people >= 0.2 * monthly.people)
