-- description: >-
--   One row per program and month: views inside the product or a widget, as a share of customers' views on a
--   known surface.
-- job: deliver
-- unit: ratio
-- direction: up
-- kind: share
-- window: T6
-- minimum_sample: 30
-- sources: [[content_view, learning_event]]
-- fields: [[content_view.surface, learning_event.surface]]
-- friction: [F11]
-- range: [0, 1]
-- notes: >-
--   A view is a content view, or a learning event that opens content (launched or viewed). In-app guides are
--   shown rather than opened; they are counted in guide_reach_rate, not here. Events of a learning platform count
--   where they tell one place from another: if all of them happen in it, they say nothing of the product.

with told_place as (
    select distinct program_id
    from staging.learning_event
    where surface is distinct from 'lms'
        and surface is not null
),

opened as (
    select program_id, month, surface
    from staging.content_view
    where is_internal is not true
        and surface is not null
    union all
    select program_id, month, surface
    from staging.learning_event
    inner join told_place using (program_id)
    where is_internal is not true
        and surface is not null
        and verb in ('launched', 'viewed')
)

select
    program_id,
    month,
    count(*) filter (where surface in ('in_app', 'widget')) as numerator,
    count(*) as denominator
from opened
group by program_id, month
