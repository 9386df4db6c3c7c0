-- description: >-
--   One row per program and month: views that customers entered from search, a collection, a path or the
--   product, and enrolments they made themselves, as a share of views with a known entry and enrolments of a
--   known type.
-- job: deliver
-- unit: ratio
-- direction: up
-- kind: share
-- window: T6
-- minimum_sample: 30
-- sources: [[content_view, enrollment]]
-- fields: [[content_view.entry, enrollment.enrollment_type]]
-- friction: [F04, F10]
-- range: [0, 1]
-- notes: >-
--   An assigned or bulk enrolment was navigated by somebody else. Links sent by staff, direct addresses and
--   outside pages are known entries that are not self-navigated.

with entry as (
    select program_id, month, entry in ('search', 'collection', 'path', 'product') as is_self_navigated
    from staging.content_view
    where is_internal is not true
        and entry is not null
    union all
    select program_id, month, enrollment_type = 'self' as is_self_navigated
    from staging.enrollment
    where is_internal is not true
        and enrollment_type is not null
)

select
    program_id,
    month,
    count(*) filter (where is_self_navigated) as numerator,
    count(*) as denominator
from entry
group by program_id, month
