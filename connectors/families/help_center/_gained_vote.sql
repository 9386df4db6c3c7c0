-- description: One row per vote that the counters of an article gained between two exports with a date in their names, spread evenly over that time.
-- grain: [_program_id, id, value, voted_at]
with dated as (
    select *, cast(try_cast(regexp_extract(_file, '.*([0-9]{4}-[0-9]{2}-[0-9]{2})', 1) as date) as timestamp) as seen_at
    from landing._help_center__counter
),

snapshots as (
    -- the same counters in every language and on every page of an export; whether languages count apart is not known, so
    -- the greatest stands for all
    select
        _program_id,
        id,
        seen_at,
        arg_max(_source, ups + downs) as _source,
        arg_max(_file, ups + downs) as _file,
        arg_max(_row, ups + downs) as _row,
        min(created_at) as created_at,
        max(ups) as ups,
        max(downs) as downs
    from dated
    -- a date before the last change is not that of the export
    where updated_at < seen_at + interval 1 day
    group by _program_id, id, seen_at
),

ordered as (
    select
        *,
        lag(seen_at) over (partition by _program_id, id order by seen_at) as seen_before,
        lag(ups) over (partition by _program_id, id order by seen_at) as ups_before,
        lag(downs) over (partition by _program_id, id order by seen_at) as downs_before,
        min(seen_at) over (partition by _program_id) as first_seen_at
    from snapshots
),

steps as (
    -- an article that came after the first export began with no votes; of any other its first counters only are a start
    select
        * exclude (seen_before),
        case when seen_before is not null then seen_before when created_at >= first_seen_at then created_at end as since
    from ordered
),

gained as (
    select
        _program_id, _source, _file, _row, id, since, seen_at, 1 as value, 0 as before,
        ups - coalesce(ups_before, 0) as times
    from steps
    union all
    select
        _program_id, _source, _file, _row, id, since, seen_at, -1 as value, greatest(ups - coalesce(ups_before, 0), 0) as before,
        downs - coalesce(downs_before, 0) as times
    from steps
),

votes as (
    select *, unnest(range(cast(times as bigint))) as place
    from gained
    -- a counter that went down is of votes taken back, whose day nobody knows
    where times > 0
        and since < seen_at
)

select
    _program_id,
    _source,
    _file,
    -- the record's own number stays readable: it is what is left of dividing by a million
    cast(_row + 1000000 * (before + place) as bigint) as _row,
    since + to_microseconds(cast((place + 0.5) / times * (epoch_us(seen_at) - epoch_us(since)) as bigint)) as voted_at,
    id,
    $connector || ':' || id as content_id,
    cast(value as bigint) as value
from votes
