-- description: One row per person and date of a live session they attended.
with dates as (
    select *
    from (
        select *, row_number() over (partition by _program_id, id order by _file desc, _row desc) as recency
        from landing.skilljar__session_events
    ) as listed
    where recency = 1
),

registrations as (
    select *
    from (
        select *, row_number() over (partition by _program_id, id order by _file desc, _row desc) as recency
        from landing.skilljar__session_registrations
    ) as listed
    where recency = 1
        -- registering is not coming; unmarked is not either
        and attended
)

select
    registrations._program_id,
    registrations._source,
    registrations._file,
    registrations._row,
    dates.starts_at as started_at,
    -- attendance is marked for the whole session, so its planned length is all there is
    cast(date_diff('second', dates.starts_at, dates.ends_at) as double) as duration_s,
    registrations.user_id as learner_id,
    registrations.email,
    registrations.email_domain,
    'skilljar:' || dates.course_id as content_id,
    'skilljar:' || dates.id as session_id
from registrations
inner join dates
    on dates._program_id = registrations._program_id
    and dates.session_id = registrations.session_id
where dates.ends_at >= dates.starts_at
