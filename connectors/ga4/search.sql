-- description: One row per view of a page of search results.
select
    _program_id,
    _source,
    _file,
    _row,
    event_timestamp as searched_at,
    query,
    -- the event says what was searched, not what was found
    cast(null as bigint) as result_count,
    user_id as learner_id,
    user_email as email,
    user_email_domain as email_domain,
    session_id,
    surface,
    language as locale
from landing._ga4__event
where event_name = 'view_search_results'
    and query <> ''
