with tries as (
    select distinct
        split_part(filename, '/', -3) as program,
        user_id,
        lower(trim(query)) as query,
        cast(timestamp as timestamp) as tried_at,
        results,
        clicked_id
    from read_csv('{{ env_var("SIGNALS_EXPORTS") }}/*/searches/*.csv', filename = true)
),

timed as (
    select *, lag(tried_at) over (partition by program, user_id, query order by tried_at) as before
    from tries
),

numbered as (
    select
        *,
        count(*) filter (where before is null or tried_at > before + interval 30 minutes) over (
            partition by program, user_id, query order by tried_at
            rows between unbounded preceding and current row
        ) as spell
    from timed
)

select
    program,
    cast(date_trunc('month', min(tried_at) at time zone 'UTC' at time zone 'America/New_York') as date) as month,
    max(results) as results
from numbered
group by program, user_id, query, spell
