-- description: One row per view of a page, download of a file and start of a video.
with opened as (
    select
        *,
        split_part(address, '/', 1) as host,
        regexp_extract(address, '/.*$') as path,
        -- a table without the column says nothing of how anyone came
        has_params or bool_or(referrer is not null) over (partition by _program_id, _file) as tells_referrer,
        regexp_extract(lower(referrer), '^[a-z]+://(www[.])?([^/?#:]+)', 2) as referrer_host,
        regexp_extract(lower(referrer), '^[a-z]+://[^/?#]+(/[^?#]*)', 1) as referrer_path
    from landing._ga4__event
    where event_name in ('page_view', 'file_download', 'video_start')
        and address <> ''
),

told as (
    select
        *,
        -- the last two names of a host, or three where the second last is a country's
        regexp_extract(host, '([^.]+[.](co|com|org|net|gov|ac|edu)[.][a-z]{2}|[^.]+[.][^.]+)$', 1) as organisation,
        regexp_matches(path, '/search([-_]?results)?(/|[.][a-z]+|$)')
            or regexp_matches(lower(location), '[?&](q|s|search|query|keyword)=[^&#]') as is_results,
        regexp_matches(referrer_path, '/search([-_]?results)?(/|[.][a-z]+|$)')
            or regexp_matches(lower(referrer), '[?&](q|s|search|query|keyword)=[^&#]') as is_from_results,
        regexp_matches(referrer_path, '/(learning-)?(path|track|journey)s?(/|$)') as is_from_path,
        regexp_matches(
            referrer_host,
            '^(help|support|docs?|documentation|academy|learn|learning|training|university|community|kb|knowledge|guides?)[.-]'
        ) as is_from_education
    from opened
),

views as (
    select *
    from told
    -- what leads to content is none: home, the lists of a help center, results
    where event_name <> 'page_view'
        or not (
            is_results
            or regexp_matches(path, '^(/hc)?(/[a-z]{2}(-[a-z0-9]{2,4})?)?$')
            or regexp_matches(path, '^/hc/(categories|sections|requests|signin)(/|$)')
            or regexp_matches(path, '^(/[a-z]{2}(-[a-z0-9]{2,4})?)?/(collections(/|$)|support/(home|login|tickets|solutions$|solutions/(folders/)?[0-9]+$))')
        )
)

select
    _program_id,
    _source,
    _file,
    _row,
    event_timestamp as viewed_at,
    address as content_id,
    user_id as learner_id,
    user_email as email,
    user_email_domain as email_domain,
    session_id,
    surface,
    case
        when event_name <> 'page_view' or not tells_referrer then null
        when referrer is null then 'direct'
        when referrer_host = host then
            case when is_from_results then 'search' when is_from_path then 'path' else 'collection' end
        -- everybody has an address below these, so a neighbour there is a stranger
        when organisation in (
            'zendesk.com', 'intercom.help', 'freshdesk.com', 'skilljar.com', 'helpscoutdocs.com', 'gitbook.io', 'notion.site',
            'document360.io', 'thinkific.com', 'talentlms.com', 'docebosaas.com', 'atlassian.net', 'github.io', 'readme.io'
        ) then 'external'
        -- the organisation's own front page is where strangers come from, its other hosts are the product or more education
        when ends_with(referrer_host, '.' || organisation) then
            case
                when not is_from_education then 'product'
                when is_from_results then 'search'
                when is_from_path then 'path'
                else 'collection'
            end
        else 'external'
    end as entry
from views
