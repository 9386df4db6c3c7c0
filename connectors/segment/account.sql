-- description: One row per account that a person was put in, with the traits told last.
with told as (
    select
        *,
        row_number() over (
            partition by _program_id, group_id
            order by occurred_at, _file, _row
        ) as place
    from landing._segment__call
    where type = 'group'
        and group_id is not null
)

select
    _program_id,
    max_by(_source, place) as _source,
    max_by(_file, place) as _file,
    max_by(_row, place) as _row,
    group_id as account_id,
    nullif(
        regexp_extract(
            lower(max_by(website, place) filter (where website is not null)), '^(?:[a-z]+://)?(?:www[.])?([a-z0-9.-]+[.][a-z]{2,})', 1
        ), ''
    ) as domain,
    max_by(segment, place) filter (where segment is not null) as segment,
    max(occurred_at) as _version
from told
group by _program_id, group_id
