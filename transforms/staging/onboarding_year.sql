-- description: One row per program and month of how many accounts became customers in the twelve months ending with it.
-- grain: [program_id, month]
-- columns:
--   program_id: program the row belongs to
--   month: program-local month, first day
--   started: accounts that started within the twelve months

-- where no account has a start, nothing is known of onboardings: such a program has no row
with dated as (
    select program_id, start_month
    from staging.account
    where start_month is not null
)

select
    program_month.program_id,
    program_month.month,
    count(*) filter (
        where dated.start_month <= program_month.month
            and dated.start_month > program_month.month - interval 12 month
    ) as started
from staging.program_month as program_month
inner join dated
    on dated.program_id = program_month.program_id
group by program_month.program_id, program_month.month
