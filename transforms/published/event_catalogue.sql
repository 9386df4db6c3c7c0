-- description: One row per kind of event.
-- grain: [kind]
-- types: {kind: VARCHAR, title: VARCHAR, is_integrity: BOOLEAN}
-- columns:
--   kind: The kind, as in friction_event.
--   title: What it is called.
--   is_integrity: Whether what was seen may make a program look more mature than it is. It need not.
select
    kind,
    title,
    is_integrity
from judged.event_catalogue
order by kind
