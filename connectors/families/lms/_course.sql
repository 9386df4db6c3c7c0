-- description: One row per course as last listed; where a vendor numbers the versions of a course, one per version.
-- grain: [_program_id, course_key]
with listed as (
    select * from landing.lms__courses
    union all by name
    -- not every vendor has these
    select cast(null as varchar) as source_id where false
),

keyed as (
    select *, coalesce(regexp_replace(id, '([0-9])[.]0$', '\1'), uid, code, title) as course_key
    from listed
)

select *, coalesce(regexp_replace(source_id, '([0-9])[.]0$', '\1'), course_key) as content
from (
    select *,
        row_number() over (
            partition by _program_id, course_key
            order by updated_at desc nulls last, synced_at desc nulls last, _file desc, _row desc
        ) as recency
    from keyed
) as ranked
where recency = 1
    and course_key is not null
