-- description: One row per product release.
-- grain: [program_id, release_id]
-- columns:
--   program_id: program the row belongs to
--   month: program-local month, first day
--   release_id: identity of the release
--   released_at: when it was released
--   product_area: part of the product it changes
--   is_customer_facing: whether customers can see the change

with newest as (
    select *
    from source.release
    qualify row_number() over (
        partition by program_id, release_id
        order by version desc nulls last, file desc, row_number desc
    ) = 1
)

select
    program_id,
    month,
    release_id,
    released_at,
    product_area,
    coalesce(is_customer_facing, true) as is_customer_facing
from newest
