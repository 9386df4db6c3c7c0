-- description: One row per program and month, the friction felt most among those that its present or next stage should clear, the bottleneck's own first.
-- grain: [program_id, month]
-- columns:
--   program_id: The program, as named in waystage.yaml.
--   month: First day of the month, in the program's own time zone.
--   friction: The friction, F01 to F16.
--   title: Its name.
--   level: How strongly it is felt, 0 to 1.
--   trend: rising, falling, steady or too short.
with
due as (
    select distinct
        stage.program_id,
        stage.month,
        clearing.friction
    from judged.stage as stage
    inner join judged.friction_clearing as clearing
        on clearing.model = stage.model
        and clearing.stage <= coalesce(stage.stage, stage.stage_low) + 1
    union
    -- a model that does not say what it clears leaves every friction in question
    select
        stage.program_id,
        stage.month,
        catalogue.friction
    from judged.stage as stage
    cross join judged.friction_catalogue as catalogue
    where stage.model not in (select model from judged.friction_clearing)
),

held as (
    select distinct
        program_id,
        month,
        bottleneck_job as job
    from judged.stage
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
            order by held.job is null, friction.level desc, friction.friction
        ) as place
    from judged.friction as friction
    inner join due
        on due.program_id = friction.program_id
        and due.month = friction.month
        and due.friction = friction.friction
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
