-- description: "One row per event: a change point of a friction, or a named pattern."
-- grain: [program_id, friction, month, kind]
-- columns:
--   program_id: The program, as named in waystage.yaml.
--   friction: The friction it concerns.
--   month: First day of the month, in the program's own time zone.
--   kind: "rise or fall; source_break where the tool behind the signal was changed in the month or the one before; or the name of a pattern such as delivery_wall."
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
