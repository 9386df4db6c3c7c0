-- description: One row per vote on an article, as the voter last left it; without the votes themselves, those that dated counters tell of.
with votes as (
    select *,
        row_number() over (
            partition by _program_id, id
            order by coalesce(updated_at, created_at) desc, _file desc, _row desc
        ) as recency
    from landing.zendesk_guide__votes
),

cast_votes as (
    select
        _program_id,
        _source,
        _file,
        _row,
        -- a changed mind keeps the vote's id and moves updated_at: the opinion is of that day
        coalesce(updated_at, created_at) as voted_at,
        'zendesk_guide:' || item_id as content_id,
        value,
        user_id as learner_id,
        coalesce(updated_at, created_at) as _version
    from votes
    where recency = 1
        -- community posts and comments are voted on too; 0 is a vote taken back
        and coalesce(item_type, 'Article') = 'Article'
        and value <> 0
),

dated as (
    select
        _program_id,
        _source,
        _file,
        _row,
        id,
        created_at,
        cast(try_cast(regexp_extract(_file, '.*([0-9]{4}-[0-9]{2}-[0-9]{2})', 1) as date) as timestamp) as seen_at,
        updated_at,
        cast((vote_count + vote_sum) / 2 as bigint) as ups,
        cast((vote_count - vote_sum) / 2 as bigint) as downs
    from landing.zendesk_guide__articles
    where vote_count >= abs(vote_sum)
),

snapshots as (
    -- one pair of counters in every language and on every page of an export
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

counted_votes as (
    select *, unnest(range(cast(times as bigint))) as place
    from gained
    -- a counter that went down is of votes taken back, whose day nobody knows
    where times > 0
        and since < seen_at
)

select * from cast_votes
union all by name
select
    _program_id,
    _source,
    _file,
    -- the record's own number stays readable: it is what is left of dividing by a million
    cast(_row + 1000000 * (before + place) as bigint) as _row,
    since + to_microseconds(cast((place + 0.5) / times * (epoch_us(seen_at) - epoch_us(since)) as bigint)) as voted_at,
    'zendesk_guide:' || id as content_id,
    value
from counted_votes
-- the counters count the votes, which would count twice
where not exists (select 1 from votes where votes._program_id = counted_votes._program_id)
