-- description: One row per length as statements write it (ISO 8601, such as PT8M3.5S), and the seconds it means; null where it means none.
-- grain: [written]
with lengths as (
    select duration as written from landing.xapi__statements
    union
    select planned_duration from landing.xapi__statements
)

select
    written,
    case
        when regexp_full_match(written, 'P([0-9]+W)?([0-9]+D)?(T([0-9.]+H)?([0-9.]+M)?([0-9.]+S)?)?') then
            coalesce(try_cast(regexp_extract(written, '([0-9.]+)W', 1) as double), 0) * 604800
            + coalesce(try_cast(regexp_extract(written, '([0-9.]+)D', 1) as double), 0) * 86400
            + coalesce(try_cast(regexp_extract(written, '([0-9.]+)H', 1) as double), 0) * 3600
            + coalesce(try_cast(regexp_extract(written, '([0-9.]+)M', 1) as double), 0) * 60
            + coalesce(try_cast(regexp_extract(written, '([0-9.]+)S', 1) as double), 0) * 1
    end as seconds
from lengths
where written is not null
