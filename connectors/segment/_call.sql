-- description: One row per call as received last, whichever file or table it came in, without bots.
-- grain: [_program_id, message_id]
with calls as (
    select * from landing.segment__calls
    union all by name
    select *, 'track' as type from landing.segment__tracks
    union all by name
    select *, 'page' as type from landing.segment__pages
    union all by name
    select *, 'group' as type from landing.segment__groups
    union all by name
    select *, 'identify' as type from landing.segment__identifies
),

placed as (
    select
        *,
        lower(regexp_extract(url, '^[A-Za-z]+://(?:[^/?#@]*@)?(?:www[.])?([^/?#:]+)', 1)) as host,
        lower(regexp_extract(url, '^[A-Za-z]+://[^/?#]+([^?#]*)', 1)) as path,
        row_number() over (
            partition by _program_id, message_id
            -- the table of an event has its properties, that of all events has none
            order by received_at desc nulls last, is_value_event nulls last, _file desc, _row desc
        ) as recency
    from calls
)

select
    * exclude (recency, user_email_domain, email_domain),
    case when user_email is not null then user_email_domain end as user_email_domain,
    case when email is not null then email_domain end as email_domain,
    regexp_matches(
        host,
        '^(help|support|docs?|documentation|academy|learn|learning|training|university|community|kb|knowledge|knowledgebase|guides?|education)[.-]'
            || '|[.](zendesk[.]com|intercom[.]help|freshdesk[.]com|skilljar[.]com|helpscoutdocs[.]com|gitbook[.]io|document360[.]io'
            || '|thinkific[.]com|talentlms[.]com|docebosaas[.]com|learnupon[.]com|readme[.]io)$'
    )
    or regexp_matches(
        path, '^/(hc|help|help-center|docs?|documentation|academy|learn|learning|training|university|kb|knowledge-?base|tutorials?)(/|$)'
    ) as is_education
from placed
where recency = 1
    and not regexp_matches(
        lower(coalesce(user_agent, '')), 'bot[/; )]|crawl|spider|slurp|headless|lighthouse|pingdom|uptime|prerender|facebookexternalhit'
    )
