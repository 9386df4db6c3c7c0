-- description: >-
--   One row per program and month: share of learners active in the three months ending with the month, in
--   the segment where it is smallest, divided by the median of that share over all segments of 30 learners
--   or more.
-- job: deliver
-- unit: ratio
-- direction: up
-- kind: median
-- window: T3
-- pooled: sql
-- minimum_sample: 30
-- sources: [learner, [enrollment, learning_event, content_view, live_session, guide_event]]
-- fields: [learner.segment]
-- shown_without: {content_view: 0.5, guide_event: 0.5}
-- friction: [F07]
-- range: [0, 1]
-- notes: >-
--   The base of a segment is every external learner on record by month end, active or not. The interval is
--   the 95% Wilson interval of the smallest share, divided by the median; the sample is the learners of that
--   segment. Not applicable with fewer than two such segments; without a row, and so unknown, where no
--   segment is known or nobody was active.

with learner as (
    select program_id, person_key, lower(trim(segment)) as segment, created_at
    from staging.learner
    where is_internal is not true
        and segment is not null
),

base as (
    select program_month.program_id, program_month.month, learner.segment, count(*) as learners
    from staging.program_month as program_month
    inner join learner
        on program_month.program_id = learner.program_id
        and coalesce(learner.created_at < program_month.ends_at, true)
    group by program_month.program_id, program_month.month, learner.segment
),

active as (
    select
        program_month.program_id,
        program_month.month,
        learner.segment,
        count(distinct learner.person_key) as learners
    from staging.learner_month as activity_month
    inner join learner
        on activity_month.program_id = learner.program_id
        and activity_month.person_key = learner.person_key
    inner join staging.program_month as program_month
        on activity_month.program_id = program_month.program_id
        and activity_month.month <= program_month.month
        and activity_month.month >= program_month.month - interval 2 month
        and coalesce(learner.created_at < program_month.ends_at, true)
    group by program_month.program_id, program_month.month, learner.segment
),

segment_month as (
    select
        base.program_id,
        base.month,
        base.learners,
        cast(coalesce(active.learners, 0) as double) / base.learners as reach
    from base
    left join active
        on base.program_id = active.program_id
        and base.month = active.month
        and base.segment = active.segment
),

ranked as (
    select
        program_id,
        month,
        learners,
        reach,
        row_number() over (partition by program_id, month, learners >= 30 order by reach, learners) as place
    from segment_month
),

summary as (
    select
        program_id,
        month,
        count(*) filter (where learners >= 30) as segments,
        median(case when learners >= 30 then reach end) as median_reach,
        max(case when learners >= 30 and place = 1 then reach end) as smallest_reach,
        max(case when learners >= 30 and place = 1 then learners end) as learners
    from ranked
    group by program_id, month
),

bounded as (
    select
        program_id,
        month,
        segments,
        median_reach,
        smallest_reach,
        learners,
        (smallest_reach + 1.9208 / learners) / (1 + 3.8416 / learners) as center,
        1.96 * sqrt(smallest_reach * (1 - smallest_reach) / learners + 0.9604 / learners / learners)
            / (1 + 3.8416 / learners) as half_width
    from summary
)

select
    program_id,
    month,
    case when segments >= 2 then smallest_reach / median_reach end as value,
    case when segments >= 2 then greatest(center - half_width, 0) / median_reach end as low,
    case when segments >= 2 then least((center + half_width) / median_reach, 1) end as high,
    coalesce(learners, 0) as sample_size,
    segments >= 2 as is_applicable
from bounded
where segments < 2 or median_reach > 0
