select
    split_part(filename, '/', -3) as program,
    user_id,
    cast(date_trunc('month', occurred_at at time zone 'UTC' at time zone 'America/New_York') as date) as month
from read_csv('{{ env_var("SIGNALS_EXPORTS") }}/*/events/*.csv', filename = true)
union
select program, user_id, month
from {{ ref('portal_view') }}
where user_id is not null
