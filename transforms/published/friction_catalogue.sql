-- description: One row per friction.
-- grain: [friction]
-- types: {friction: VARCHAR, title: VARCHAR, job: VARCHAR, description: VARCHAR}
-- columns:
--   friction: The friction.
--   title: Its name.
--   job: The job it weighs on.
--   description: How customers feel it.
select
    friction,
    title,
    job,
    description
from judged.friction_catalogue
order by friction
