select
    split_part(filename, '/', -3) as program,
    user_id,
    entry,
    cast(date_trunc('month', viewed_at at time zone 'UTC' at time zone 'America/New_York') as date) as month
from (
    select distinct *
    from read_csv('{{ env_var("SIGNALS_EXPORTS") }}/*/views/*.csv', filename = true)
)
