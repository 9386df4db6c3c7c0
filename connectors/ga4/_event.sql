-- description: One row per event that views, downloads, watches or searches something, as last exported, without the own people's.
-- grain: [_program_id, user_pseudo_id, event_timestamp, event_name, bundle_sequence_id, batch_event_index, subject]
with events as (
    select * from landing.ga4__events
    union all by name
    select * from landing.ga4__flat_events
),

wanted as (
    select
        *,
        -- a Parquet writer of the older kind wraps every element of a list
        from_json(
            case
                when starts_with(event_params, '{') then cast(json_extract(event_params, '$.list[*].element') as varchar)
                else event_params
            end,
            '[{"key": "VARCHAR", "value": {"string_value": "VARCHAR", "int_value": "VARCHAR", "float_value": "VARCHAR",
                "double_value": "VARCHAR"}}]'
        ) as params
    from events
    where event_name in (
            'page_view', 'view_search_results', 'file_download', 'video_start', 'video_progress', 'video_complete'
        )
),

given as (
    select
        *,
        list_filter(params, lambda param: param.key = 'page_location')[1].value as location_param,
        list_filter(params, lambda param: param.key = 'page_referrer')[1].value as referrer_param,
        list_filter(params, lambda param: param.key = 'ga_session_id')[1].value as session_param,
        list_filter(params, lambda param: param.key = 'search_term')[1].value as search_param,
        list_filter(params, lambda param: param.key = 'link_url')[1].value as link_param,
        list_filter(params, lambda param: param.key = 'video_url')[1].value as video_param,
        list_filter(params, lambda param: param.key = 'traffic_type')[1].value as traffic_param,
        list_filter(params, lambda param: param.key = 'debug_mode')[1].value as debug_param
    from wanted
),

-- a param's value stands in the column of whatever type it was sent with; columns without a row keep (not set)
valued as (
    select
        * exclude (event_params, params, location_param, referrer_param, session_param, search_param, link_param, video_param),
        nullif(trim(coalesce(page_location, location_param.string_value)), '(not set)') as location,
        nullif(nullif(trim(coalesce(page_referrer, referrer_param.string_value)), '(not set)'), '') as referrer,
        nullif(
            regexp_replace(
                coalesce(
                    ga_session_id, session_param.int_value, session_param.string_value, session_param.double_value,
                    session_param.float_value
                ), '[.]0$', ''
            ), '(not set)'
        ) as session_number,
        nullif(
            trim(coalesce(
                search_term, search_param.string_value, search_param.int_value, search_param.double_value, search_param.float_value
            )), '(not set)'
        ) as query,
        nullif(trim(coalesce(link_url, link_param.string_value)), '(not set)') as link,
        nullif(trim(coalesce(video_url, video_param.string_value)), '(not set)') as video,
        lower(coalesce(traffic_type, traffic_param.string_value)) as traffic,
        coalesce(debug_mode, debug_param.int_value, debug_param.string_value, debug_param.double_value) as debug,
        event_params is not null as has_params
    from given
),

subjects as (
    select
        *,
        case
            when event_name = 'file_download' then link
            when starts_with(event_name, 'video_') then coalesce(video, location)
            else location
        end as opened,
        coalesce(query, link, video, location) as subject
    from valued
),

ranked as (
    select
        *,
        row_number() over (
            partition by _program_id, user_pseudo_id, event_timestamp, event_name, bundle_sequence_id, batch_event_index, subject
            order by
                coalesce(is_intraday, contains(lower(_file), 'intraday')), synced_at desc nulls last,
                _file desc, _row desc
        ) as recency
    from subjects
)

select
    _program_id,
    _source,
    _file,
    _row,
    event_timestamp,
    event_name,
    user_pseudo_id,
    user_id,
    user_email,
    case when user_email is not null then user_email_domain end as user_email_domain,
    bundle_sequence_id,
    batch_event_index,
    subject,
    user_pseudo_id || '.' || session_number as session_id,
    case when upper(platform) in ('IOS', 'ANDROID') then 'in_app' else 'portal' end as surface,
    language,
    query,
    location,
    referrer,
    has_params,
    -- written as the catalogue's addresses are: no scheme, www, query, fragment or closing slash; an article of a help center has
    -- a number, before which comes a language and after which come words; a video's number stands in the query
    case
        when regexp_matches(lower(opened), 'youtube[.]com/watch[?]') then
            'youtube.com/watch?v=' || regexp_extract(opened, '[?&]v=([^&#]+)', 1)
        else regexp_replace(
            regexp_replace(
                regexp_replace(
                    rtrim(
                        regexp_replace(
                            regexp_replace(lower(trim(opened)), '^[a-z]+://(www[.])?', ''), '[?#].*$', ''
                        ), '/'
                    ),
                    '/hc/[a-z]{2,3}(-[a-z0-9]+)*/', '/hc/'
                ),
                '/[a-z]{2}(-[a-z0-9]{2,4})?/(articles|collections|support/solutions)/', '/\2/'
            ),
            '(/articles/[0-9]+)-[^/]*$', '\1'
        )
    end as address
from ranked
where recency = 1
    and coalesce(traffic, '') not in ('internal', 'developer')
    and coalesce(debug, '0') in ('0', 'false')
