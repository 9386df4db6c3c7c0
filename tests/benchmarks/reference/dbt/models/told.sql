{{ config(post_hook="copy (select program, strftime(month, '%Y-%m') as month, signal, numerator, denominator from {{ this }}) to '{{ env_var(\"SIGNALS_OUT\") }}' (header)") }}

with before as (
    select distinct program, user_id, cast(month + to_months(lag) as date) as month
    from {{ ref('active') }}
    cross join (values (1), (2), (3)) as lags(lag)
    where month + to_months(lag) <= date '2026-01-01'
)

select program, month, 'monthly_active_learners' as signal, count(*) as numerator, null as denominator
from {{ ref('active') }}
group by program, month
union all
select before.program, before.month, 'learner_return_rate', count(again.user_id), count(*)
from before
left join {{ ref('active') }} as again using (program, user_id, month)
group by before.program, before.month
union all
select
    program,
    month,
    'self_navigated_view_share',
    count(*) filter (where entry in ('search', 'collection', 'path', 'product')),
    count(*)
from {{ ref('portal_view') }}
where entry is not null
group by program, month
union all
select program, month, 'search_zero_result_rate', count(*) filter (where results = 0), count(*)
from {{ ref('spell') }}
group by program, month
