-- description: "One row per signal: its definition."
-- grain: [signal]
-- columns:
--   signal: The signal.
--   description: Its formula in words.
--   job: create, deliver or scale.
--   unit: Its unit.
--   direction: "up: higher is better; down: lower is; context: neither."
--   kind: How its interval is computed.
--   minimum_sample: Below this it is unknown to judging.
--   sources: The entities it needs.
--   friction: The frictions it speaks for.
select
    signal,
    description,
    job,
    unit,
    direction,
    kind,
    minimum_sample,
    sources,
    friction
from judged.signal_catalogue
order by signal
