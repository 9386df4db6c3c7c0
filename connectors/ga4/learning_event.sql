-- description: One row per quarter of a video that a known person watched, and per video watched to the end.
select
    _program_id,
    _source,
    _file,
    _row,
    event_timestamp as occurred_at,
    user_id as learner_id,
    user_email as email,
    user_email_domain as email_domain,
    address as content_id,
    case event_name when 'video_complete' then 'completed' else 'progressed' end as verb,
    surface
from landing._ga4__event
where event_name in ('video_progress', 'video_complete')
    and user_id is not null
    and address <> ''
