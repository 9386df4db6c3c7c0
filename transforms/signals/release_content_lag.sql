-- description: >-
--   One row per program and month: median days from a customer-facing release of the last six months to the
--   first content published or edited for its product area; releases not yet answered are censored at month
--   end.
-- job: create
-- unit: days
-- direction: down
-- kind: median
-- window: T6
-- pooled: sql
-- minimum_sample: 5
-- sources: [content_item, release]
-- fields: [release.product_area]
-- friction: [F02]
-- range: [0, 90]
-- notes: >-
--   Kaplan-Meier median with the interval of Brookmeyer and Crowley. A release is followed for at most 90
--   days: 90 means 90 or more. Content made ready in the 30 days before a release has lag 0. The value is
--   null while too few releases have been followed long enough to tell.

with touch as (
    select program_id, lower(product_area) as product_area, published_at as touched_at
    from staging.content_item
    where coalesce(status, 'published') <> 'draft'
    union all
    select program_id, lower(product_area) as product_area, edited_at as touched_at
    from staging.content_item
    where coalesce(status, 'published') <> 'draft'
),

release_window as (
    select
        program_month.program_id,
        program_month.month,
        program_month.ends_at,
        release.release_id,
        release.released_at,
        lower(release.product_area) as product_area
    from staging.program_month as program_month
    inner join staging.release as release
        on program_month.program_id = release.program_id
        and program_month.month >= release.month
        and program_month.month - interval 5 month <= release.month
    where release.product_area is not null
        and release.is_customer_facing is not false
),

first_answer as (
    select
        release_window.program_id,
        release_window.month,
        release_window.release_id,
        date_diff('day', cast(release_window.released_at as date), cast(release_window.ends_at as date))
            as followed_days,
        min(date_diff('day', cast(release_window.released_at as date), cast(touch.touched_at as date)))
            as answered_after_days
    from release_window
    left join touch
        on release_window.program_id = touch.program_id
        and release_window.product_area = touch.product_area
        and release_window.released_at - interval 30 day <= touch.touched_at
        and release_window.ends_at > touch.touched_at
    group by
        release_window.program_id,
        release_window.month,
        release_window.release_id,
        release_window.released_at,
        release_window.ends_at
),

observed as (
    select
        program_id,
        month,
        greatest(least(coalesce(answered_after_days, followed_days), followed_days, 90), 0) as lag_days,
        coalesce(answered_after_days < 90, false) as is_answered
    from first_answer
),

at_day as (
    select
        program_id,
        month,
        lag_days,
        count(*) filter (where is_answered) as answered,
        sum(count(*)) over (partition by program_id, month order by lag_days desc) as at_risk
    from observed
    group by program_id, month, lag_days
),

survival as (
    select
        program_id,
        month,
        lag_days,
        round(exp(sum(ln(greatest(1 - answered / at_risk, 1e-12))) over day_order), 9) as waiting_share,
        sum(answered / (at_risk * greatest(at_risk - answered, 1e-12))) over day_order as variance_term
    from at_day
    window day_order as (partition by program_id, month order by lag_days)
),

waiting as (
    select
        program_id,
        month,
        lag_days,
        waiting_share,
        1.96 * waiting_share * sqrt(variance_term) as half_width
    from survival
),

bounds as (
    select
        program_id,
        month,
        min(lag_days) filter (where waiting_share <= 0.5) as median_days,
        min(lag_days) filter (where waiting_share - half_width <= 0.5) as low_days,
        min(lag_days) filter (where waiting_share + half_width <= 0.5) as high_days,
        max(lag_days) >= 90 or min(waiting_share) <= 0.5 as is_known
    from waiting
    group by program_id, month
),

sample as (
    select program_id, month, count(*) as releases
    from observed
    group by program_id, month
)

select
    bounds.program_id,
    bounds.month,
    case when bounds.is_known then coalesce(bounds.median_days, 90) end as value,
    case when bounds.is_known then coalesce(bounds.low_days, 90) end as low,
    case when bounds.is_known then coalesce(bounds.high_days, 90) end as high,
    sample.releases as sample_size
from bounds
inner join sample
    on bounds.program_id = sample.program_id
    and bounds.month = sample.month
