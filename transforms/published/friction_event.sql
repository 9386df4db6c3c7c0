-- description: "One row per event: a change point of a friction, or a named pattern."
-- grain: [program_id, friction, month, kind]
-- belongs_to: [friction?, event_catalogue]
-- types: {program_id: VARCHAR, friction: VARCHAR, month: DATE, kind: VARCHAR, before: DOUBLE, after: DOUBLE,
--   p_value: DOUBLE, text: VARCHAR}
-- columns:
--   program_id: The program, as named in waystage.yaml.
--   friction: The friction it concerns.
--   month: First day of the month, in the program's own time zone.
--   kind: "rise or fall of the friction's leading signal; migration_break where another tool took over in the month or the one before, or content was imported, so that the series is broken there; or the name of a pattern of rules/frictions.yaml, such as delivery_wall, launch_spike or mass_completions."
--   before: Value before the month.
--   after: Value from the month on.
--   p_value: p-value of the difference.
--   text: The event in a sentence.
select
    program_id,
    friction,
    month,
    kind,
    before,
    after,
    p_value,
    text
from judged.friction_event
order by program_id, month, friction, kind
