-- description: One row per program and hashed identifier, with the person it belongs to.
-- grain: [program_id, key]
-- columns:
--   program_id: program the row belongs to
--   key: hashed id or e-mail address
--   person_key: the e-mail key where some row links one to this id, else the id key itself

select
    cast(null as varchar) as program_id,
    cast(null as varchar) as key,
    cast(null as varchar) as person_key
where false
