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
    select program_id, minute_at, count(*) as stamps
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
    select program_id, date_trunc('month', minute_at) as month, sum(stamps) as stamps
    from minute
    group by program_id, date_trunc('month', minute_at)
),

crowded as (
    select minute.program_id, monthly.month, minute.minute_at
    from minute
    inner join monthly
        on monthly.program_id = minute.program_id
        and monthly.month = date_trunc('month', minute.minute_at)
    anti join dateless on dateless.program_id = minute.program_id
    where minute.stamps >= 100
        or (minute.stamps >= 10 and minute.stamps >= 0.2 * monthly.stamps)
)

select
    crowded.program_id,
    cast(crowded.month as date) as month,
    crowded.minute_at,
    count(distinct stamp.person) as people
from crowded
inner join stamp
    on stamp.program_id = crowded.program_id
    and stamp.minute_at = crowded.minute_at
group by crowded.program_id, crowded.month, crowded.minute_at
having count(distinct stamp.person) >= 10
