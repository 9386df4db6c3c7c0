-- description: "One row per program and month, from the program's first fact to the month judged: the spine."
-- grain: [program_id, month]
-- columns:
--   program_id: program the row belongs to
--   month: program-local month, first day
--   starts_at: first instant of the month, in UTC
--   ends_at: first instant of the next month, in UTC
--   is_complete: whether the month had ended by the close of the day judged
--   month_number: "1 for the program's first month, and so on"

select
    cast(null as varchar) as program_id,
    cast(null as date) as month,
    cast(null as timestamp) as starts_at,
    cast(null as timestamp) as ends_at,
    cast(null as boolean) as is_complete,
    cast(null as bigint) as month_number
where false
