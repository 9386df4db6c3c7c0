-- description: One row per search of the log, its last row where it has an id.
with told as (
    select
        *,
        case
            when result_count is not null then result_count
            when lower(no_results) in ('true', 'yes', 'y', 't', '1') or lower(has_results) in ('false', 'no', 'n', 'f', '0') then 0
            -- some, however many
            when lower(no_results) in ('false', 'no', 'n', 'f', '0') or lower(has_results) in ('true', 'yes', 'y', 't', '1') then 1
        end as results,
        case
            when lower(clicked) in ('false', 'no', 'n', 'f', '0', 'none', 'null', '-', '-1', '(not set)') then null
            when lower(clicked) in ('true', 'yes', 'y', 't', '1') then 'unknown'
            -- an address without what may name its reader
            when clicked like '%://%' then regexp_replace(clicked, '[?#].*$', '')
            else clicked
        end as opened
    from landing.search_log__searches
    where coalesce(lower(is_internal), '') not in ('true', 'yes', 'y', 't', '1')
),

-- ids that a log counts from one in every file are no ids: the words and the instant must agree too
ranked as (
    select
        *,
        row_number() over (
            partition by _program_id, _source, search_id, query, searched_at
            order by opened is null, _file desc, _row desc
        ) as recency,
        -- by days or minutes, equal searches would pass for one
        row_number() over (
            partition by _program_id, _file, query, searched_at, results, opened, learner_id, email, session_id, locale, surface
            order by _row
        ) - 1 as repeats
    from told
)

select
    _program_id,
    _source,
    _file,
    _row,
    case
        when searched_at = date_trunc('minute', searched_at) then searched_at + to_microseconds(repeats)
        else searched_at
    end as searched_at,
    query,
    results as result_count,
    opened as clicked_content_id,
    learner_id,
    coalesce(email, learner_email) as email,
    coalesce(email_domain, case when learner_email is not null then learner_email_domain end) as email_domain,
    session_id,
    case when lower(surface) in ('portal', 'lms', 'in_app', 'widget', 'email', 'other') then lower(surface) end as surface,
    locale
from ranked
where search_id is null
    or recency = 1
