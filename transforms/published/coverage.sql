-- description: One row per program and source, what was connected and how far it reaches.
-- grain: [program_id, source]
-- belongs_to: [program]
-- types: {program_id: VARCHAR, source: VARCHAR, connector: VARCHAR, entity: VARCHAR, first_at: TIMESTAMP,
--   observed_through: DATE, row_count: BIGINT, status: VARCHAR, envelope: VARCHAR}
-- columns:
--   program_id: The program, as named in waystage.yaml.
--   source: The source, as named in waystage.yaml or after its connector.
--   connector: How it is read.
--   entity: What it gives; several are separated by commas. NULL when it gave nothing.
--   first_at: Its first fact, UTC.
--   observed_through: Its newest fact, UTC.
--   row_count: Rows it gave, of all its entities.
--   status: "ok, stale, ended (its tool is out of use), rejected or missing."
--   envelope: "How its files reached us: json, csv, parquet, or the warehouse loader that wrote them."
select
    program_id,
    source,
    any_value(connector) as connector,
    string_agg(entity, ', ' order by entity) as entity,
    min(first_at) as first_at,
    max(observed_through) as observed_through,
    sum(row_count)::bigint as row_count,
    case
        when bool_or(status = 'rejected') then 'rejected'
        when bool_or(status = 'missing') then 'missing'
        when bool_or(status = 'stale') then 'stale'
        when bool_or(status = 'ended') then 'ended'
        else 'ok'
    end as status,
    any_value(envelope) as envelope
from coverage.source
group by program_id, source
order by program_id, source
