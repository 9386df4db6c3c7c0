-- description: One row per product release.
-- grain: [program_id, release_id]
-- columns:
--   program_id: program the row belongs to
--   month: program-local month, first day
--   release_id: identity of the release
--   released_at: when it was released
--   product_area: part of the product it changes
--   is_customer_facing: whether customers can see the change

select
    cast(null as varchar) as program_id,
    cast(null as date) as month,
    cast(null as varchar) as release_id,
    cast(null as timestamp) as released_at,
    cast(null as varchar) as product_area,
    cast(null as boolean) as is_customer_facing
where false
