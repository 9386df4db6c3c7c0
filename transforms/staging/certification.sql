-- description: One row per certification awarded to a person at one time.
-- grain: [program_id, person_key, content_id, certified_at]
-- columns:
--   program_id: program the row belongs to
--   month: program-local month, first day
--   person_key: hashed identity of the person
--   account_key: hashed identity of the customer account; null if none is known
--   content_id: identity of the certification
--   certified_at: when it was awarded
--   expires_at: when it lapses; null if it does not
--   is_internal: whether the person is staff, a test user or from a staff domain

select
    cast(null as varchar) as program_id,
    cast(null as date) as month,
    cast(null as varchar) as person_key,
    cast(null as varchar) as account_key,
    cast(null as varchar) as content_id,
    cast(null as timestamp) as certified_at,
    cast(null as timestamp) as expires_at,
    cast(null as boolean) as is_internal
where false
