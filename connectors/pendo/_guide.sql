-- description: One row per guide, as last exported, with its steps.
-- grain: [_program_id, id]
with versions as (
    select * from landing.pendo__guides
),

ranked as (
    select
        *,
        row_number() over (
            partition by _program_id, id
            order by updated_at desc nulls last, _file desc, _row desc
        ) as recency,
        bool_or(published_at is not null or state = 'public') over (partition by _program_id, id) as was_public
    from versions
),

steps as (
    select _program_id, guide_id, step_id, guide_updated_at, rank, _file, _row, true as is_ordered from landing.pendo__guide_steps
    union all
    select _program_id, guide_id, step_id, guide_updated_at, null, _file, _row, false from landing.pendo__guide_step_versions
),

placed as (
    select
        *,
        dense_rank() over (
            partition by _program_id, guide_id
            order by guide_updated_at desc nulls last
        ) as age,
        row_number() over (
            partition by _program_id, guide_id
            order by guide_updated_at desc nulls last, is_ordered desc, _file desc, rank desc nulls last, _row desc
        ) as place
    from steps
),

counted as (
    select
        _program_id,
        guide_id,
        count(distinct step_id) as step_count,
        max(step_id) filter (where place = 1 and is_ordered) as last_step_id
    from placed
    where age = 1
    group by _program_id, guide_id
)

select
    ranked._program_id,
    ranked._source,
    ranked._file,
    ranked._row,
    ranked.id,
    ranked.name,
    ranked.state,
    ranked.author_id,
    ranked.published_at,
    ranked.updated_at,
    ranked.is_deleted,
    ranked.was_public,
    coalesce(counted.step_count, case when not ranked.is_multi_step then 1 end) as step_count,
    counted.last_step_id,
    ranked.poll_id is null
        and not regexp_matches(
            lower(coalesce(ranked.name, '')),
            'announc|release|what.?s new|new feature|changelog|survey|poll\b|\bnps\b|csat|feedback|webinar|maintenance|outage|downtime'
        ) as is_educational
from ranked
left join counted
    on counted._program_id = ranked._program_id
    and counted.guide_id = ranked.id
where ranked.recency = 1
