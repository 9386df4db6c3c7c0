-- description: "One row per signal: its definition."
-- grain: [signal]
-- types: {signal: VARCHAR, description: VARCHAR, job: VARCHAR, unit: VARCHAR, direction: VARCHAR, kind: VARCHAR,
--   minimum_sample: INTEGER, sources: VARCHAR, friction: VARCHAR, fields: VARCHAR, "window": VARCHAR,
--   pooled: VARCHAR, census: BOOLEAN, is_of_people: BOOLEAN, lifecycle: VARCHAR, notes: VARCHAR, query: VARCHAR}
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
--   fields: The columns of those entities without which nothing can be measured.
--   "window": The most months that judging pools, or that the query has pooled.
--   pooled: "judging: months are pooled when judged; sql: the query looks back by itself."
--   census: True where everything there is was seen, so that chance has no part in the value.
--   is_of_people: True where what it reads is about people; the site then shows no sample of fewer than five.
--   lifecycle: experimental, stable or deprecated.
--   notes: How far its value may be read.
--   query: Its query on the staging tables, which are not published.
select
    signal,
    description,
    job,
    unit,
    direction,
    kind,
    minimum_sample,
    sources,
    friction,
    fields,
    "window",
    pooled,
    census,
    is_of_people,
    lifecycle,
    notes,
    query
from judged.signal_catalogue
order by signal
