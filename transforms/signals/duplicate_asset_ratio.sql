-- description: >-
--   One row per program and month: distinct files and links that staff sent in the three months ending with
--   the month, per distinct thing they stand for.
-- job: deliver
-- unit: ratio
-- direction: down
-- kind: median
-- window: T3
-- pooled: sql
-- minimum_sample: 10
-- sources: [[staff_send, ticket_comment]]
-- friction: [F09]
-- range: [1, null]
-- notes: >-
--   Two copies stand for one thing when they are the same catalogued item, or when their names agree without
--   folder, extension, version, date and copy marks. Every link to one catalogued item is one copy. A file
--   whose content is known is one copy under any name, and another content under its name is another copy. The
--   value is the mean number of copies; its interval is the mean's, since copies are part of the things and
--   not a second sample. The sample is sends.

with send as (
    select
        program_id,
        month,
        coalesce(content_key, asset_key) as copy_key,
        content_id,
        form,
        regexp_replace(
            lower(regexp_extract(asset_key, '([^/]+)/*$', 1)), '[.][a-z][a-z0-9]{1,4}$', ''
        ) as base_name
    from staging.staff_send
),

worded as (
    select
        program_id,
        month,
        copy_key,
        content_id,
        form,
        base_name,
        ' ' || trim(
            regexp_replace(regexp_replace(base_name, '[(][0-9]+[)]', ' ', 'g'), '[^a-z0-9]+', ' ', 'g')
        ) || ' ' as words
    from send
),

undated as (
    select
        program_id,
        month,
        copy_key,
        content_id,
        form,
        base_name,
        regexp_replace(words, ' 20[0-9]{2} ?[0-9]{2}( ?[0-9]{2})? ', ' ', 'g') as words
    from worded
),

named as (
    select
        program_id,
        month,
        copy_key,
        content_id,
        form,
        base_name,
        trim(
            regexp_replace(
                words,
                '( (v|ver|version|rev) ?[0-9]+( [0-9]+)*| 20[0-9]{2}| copy| final| new| latest| old)+ $',
                ''
            )
        ) as plain_name
    from undated
),

logical as (
    select
        program_id,
        month,
        case when form = 'link' then coalesce(content_id, copy_key) else copy_key end as copy_key,
        -- one content under two names is one thing
        coalesce(
            content_id,
            min(case when plain_name = '' then base_name else plain_name end) over (partition by program_id, copy_key)
        ) as thing
    from named
),

thing as (
    select
        program_month.program_id,
        program_month.month,
        logical.thing,
        count(distinct logical.copy_key) as copies,
        count(*) as sends
    from staging.program_month as program_month
    inner join logical
        on program_month.program_id = logical.program_id
        and program_month.month >= logical.month
        and program_month.month - interval 2 month <= logical.month
    group by program_month.program_id, program_month.month, logical.thing
),

summary as (
    select
        program_id,
        month,
        cast(sum(copies) as double) / count(*) as value,
        1.96 * coalesce(stddev_samp(copies), 0) / sqrt(count(*)) as half_width,
        sum(sends) as sample_size
    from thing
    group by program_id, month
)

select
    program_id,
    month,
    value,
    greatest(value - half_width, 1) as low,
    value + half_width as high,
    sample_size
from summary
