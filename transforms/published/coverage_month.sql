-- description: One row per program, source, entity and month, how many rows a source gave of it.
-- grain: [program_id, source, entity, month]
-- belongs_to: [coverage_entity]
-- types: {program_id: VARCHAR, source: VARCHAR, entity: VARCHAR, month: DATE, row_count: BIGINT, is_covered: BOOLEAN}
-- columns:
--   program_id: The program, as named in waystage.yaml.
--   source: The source, as named in waystage.yaml or after its connector.
--   entity: What it gave; lists that have no time, such as accounts, have no months.
--   month: "First day of the month, in the program's own time zone; every month from the first with rows to the last."
--   row_count: Rows it gave of that month; 0 in a gap.
--   is_covered: True where the entity is taken as seen in that month, so that no rows mean that nothing happened.
with reach as (
    select program_id, source, entity, min(month) as first_month, max(month) as last_month
    from coverage.source_month
    group by program_id, source, entity
)

select
    reach.program_id,
    reach.source,
    reach.entity,
    spine.month,
    coalesce(given.row_count, 0) as row_count,
    coalesce(seen.is_covered, false) as is_covered
from reach
inner join staging.program_month as spine
    on reach.program_id = spine.program_id
    and spine.month between reach.first_month and reach.last_month
left join coverage.source_month as given
    on reach.program_id = given.program_id
    and reach.source = given.source
    and reach.entity = given.entity
    and spine.month = given.month
left join coverage.entity_month as seen
    on reach.program_id = seen.program_id
    and reach.entity = seen.entity
    and spine.month = seen.month
order by reach.program_id, reach.source, reach.entity, spine.month
