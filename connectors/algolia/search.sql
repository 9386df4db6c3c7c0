-- description: One row per search that a day's count or a day's list of queries tells of, which is all that is known of it.
with day_counts as (
    select * from landing.algolia__no_result_days
    union all by name
    select * from landing.algolia__days
),

-- a day that was still running when it was exported counts on in the next export
days as (
    select *
    from (
        select
            *,
            row_number() over (
                partition by _program_id, _source, date
                order by count desc, no_result_count desc nulls last, _file desc, _row desc
            ) as recency
        from day_counts
        where count > 0
    ) as known
    where recency = 1
),

listed as (
    select
        _program_id, _source, _file, _row,
        try_cast(regexp_extract(_file, '([0-9]{4}-[0-9]{2}-[0-9]{2})[^/]*$', 1) as date) as date,
        len(list_distinct(regexp_extract_all(regexp_extract(_file, '[^/]*$'), '[0-9]{4}-[0-9]{2}-[0-9]{2}'))) = 1 as is_one_day,
        trim(search) as query, count, nb_hits, true as is_of_all
    from landing.algolia__searches
    union all
    select
        _program_id, _source, _file, _row,
        try_cast(regexp_extract(_file, '([0-9]{4}-[0-9]{2}-[0-9]{2})[^/]*$', 1) as date),
        len(list_distinct(regexp_extract_all(regexp_extract(_file, '[^/]*$'), '[0-9]{4}-[0-9]{2}-[0-9]{2}'))) = 1,
        trim(search), count, 0, false
    from landing.algolia__no_result_searches
),

queries as (
    select
        _program_id, _source, date, query,
        arg_max(_file, count) as _file,
        arg_max(_row, count) as _row,
        max(count) as count,
        -- the list of what found nothing is exact; an average of no results at all is the same
        coalesce(max(count) filter (where not is_of_all), max(count) filter (where nb_hits = 0), 0) as no_result_count,
        max(nb_hits) as nb_hits
    from listed
    where is_one_day
        and date is not null
        and query <> ''
    group by _program_id, _source, date, query
),

told as (
    select
        _program_id, _source, date,
        sum(no_result_count) as no_result_count,
        sum(count - no_result_count) as result_count
    from queries
    group by _program_id, _source, date
),

-- so many searches of one kind: of a query, or of a day after what its queries account for
kinds as (
    select
        queries._program_id, queries._source, queries._file, queries._row, queries.date, queries.query,
        queries.no_result_count as times, 0 as before, case when days.date is not null then 0 end as result_count
    from queries
    left join days
        on days._program_id = queries._program_id
        and days._source = queries._source
        and days.date = queries.date
    union all
    select
        queries._program_id, queries._source, queries._file, queries._row, queries.date, queries.query,
        queries.count - queries.no_result_count, queries.no_result_count,
        case when days.date is not null then greatest(cast(round(queries.nb_hits) as bigint), 1) end
    from queries
    left join days
        on days._program_id = queries._program_id
        and days._source = queries._source
        and days.date = queries.date
    union all
    select
        days._program_id, days._source, days._file, days._row, days.date, null,
        days.no_result_count - coalesce(told.no_result_count, 0), 0, 0
    from days
    left join told
        on told._program_id = days._program_id
        and told._source = days._source
        and told.date = days.date
    union all
    select
        days._program_id, days._source, days._file, days._row, days.date, null,
        days.count - coalesce(days.no_result_count, 0) - coalesce(told.result_count, 0), coalesce(days.no_result_count, 0),
        case when days.no_result_count is not null then 1 end
    from days
    left join told
        on told._program_id = days._program_id
        and told._source = days._source
        and told.date = days.date
),

-- rows alike are one search to what follows, so each gets an instant and a number of its own
searches as (
    select
        kinds.*,
        unnest(range(cast(before as bigint), cast(before + times as bigint))) as place
    from kinds
    where times > 0
)

select
    _program_id,
    _source,
    _file,
    -- the record's own number stays readable: it is what is left of dividing by a million
    cast(_row + 1000000 * place as bigint) as _row,
    cast(date as timestamp) + interval 10 hours + to_microseconds(place) as searched_at,
    query,
    cast(result_count as bigint) as result_count
from searches
