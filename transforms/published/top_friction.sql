-- description: One row per program and month, the friction to speak of first among those that the present or next stage of a model should clear; one that shows in what the next step is about, else one of the bottleneck job, both of the workspace's first model before the others, else any; of several the one felt most.
-- grain: [program_id, month]
-- belongs_to: [friction]
-- types: {program_id: VARCHAR, month: DATE, friction: VARCHAR, title: VARCHAR, level: DOUBLE, trend: VARCHAR}
-- columns:
--   program_id: The program, as named in waystage.yaml.
--   month: First day of the month, in the program's own time zone.
--   friction: The friction, F01 to F16.
--   title: Its name.
--   level: How strongly it is felt, 0 to 1.
--   trend: rising, falling, steady or too short.
with
verdict as (
    select
        stage.program_id,
        stage.month,
        stage.model,
        catalogue.position,
        coalesce(stage.stage, stage.stage_low) + 1 as next_stage,
        stage.bottleneck_job,
        stage.next_step
    from judged.stage as stage
    inner join (select distinct model, position from judged.model_catalogue) as catalogue
        on catalogue.model = stage.model
),

due as (
    select distinct
        verdict.program_id,
        verdict.month,
        clearing.friction
    from verdict
    inner join judged.friction_clearing as clearing
        on clearing.model = verdict.model
        and clearing.stage <= verdict.next_stage
    union
    -- a model that does not say what it clears leaves every friction in question
    select
        verdict.program_id,
        verdict.month,
        catalogue.friction
    from verdict
    cross join judged.friction_catalogue as catalogue
    where verdict.model not in (select model from judged.friction_clearing)
),

-- what is only not known holds nothing back
in_the_way as (
    select
        verdict.program_id,
        verdict.month,
        shown.friction,
        min(verdict.position) as position
    from verdict
    inner join judged.finding as finding
        on finding.program_id = verdict.program_id
        and finding.month = verdict.month
        and finding.model = verdict.model
        and finding.condition = verdict.next_step
    inner join judged.friction_signal as shown
        on shown.signal = finding.signal
    where finding.outcome = 'not_met'
    group by verdict.program_id, verdict.month, shown.friction
),

held as (
    select
        program_id,
        month,
        bottleneck_job as job,
        min(position) as position
    from verdict
    group by program_id, month, bottleneck_job
),

ranked as (
    select
        friction.program_id,
        friction.month,
        friction.friction,
        friction.level,
        friction.trend,
        row_number() over (
            partition by friction.program_id, friction.month
            order by
                -- a model's next step, then its bottleneck, then those of the next model
                least(2 * in_the_way.position, 2 * held.position + 1) nulls last,
                friction.level desc,
                friction.friction
        ) as place
    from judged.friction as friction
    inner join due
        on due.program_id = friction.program_id
        and due.month = friction.month
        and due.friction = friction.friction
    left join in_the_way
        on in_the_way.program_id = friction.program_id
        and in_the_way.month = friction.month
        and in_the_way.friction = friction.friction
    left join held
        on held.program_id = friction.program_id
        and held.month = friction.month
        and held.job = friction.job
    where friction.level > 0
)

select
    ranked.program_id,
    ranked.month,
    ranked.friction,
    catalogue.title,
    ranked.level,
    ranked.trend
from ranked
inner join judged.friction_catalogue as catalogue
    on catalogue.friction = ranked.friction
where ranked.place = 1
order by ranked.program_id, ranked.month
