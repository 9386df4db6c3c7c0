-- description: One row per page call on a page of help center, academy or documentation.
with opened as (
    select
        *,
        -- a table without the column says nothing of how anyone came
        bool_or(referrer is not null) over (partition by _program_id, _file) as tells_referrer,
        regexp_extract(lower(referrer), '^[a-z]+://(www[.])?([^/?#:]+)', 2) as referrer_host,
        regexp_matches(
            lower(referrer), '^[a-z]+://[^/?#]+[^?#]*/search([-_]?results)?(/|[.][a-z]+|[?#]|$)|[?&](q|s|search|query|keyword)=[^&#]'
        ) as is_from_results,
        -- the last two names of a host, or three where the second last is a country's
        regexp_extract(host, '([^.]+[.](co|com|org|net|gov|ac|edu)[.][a-z]{2}|[^.]+[.][^.]+)$', 1) as organisation
    from landing._segment__call
    where type = 'page'
        and is_education
        -- what leads to content is none: home, the lists of a help center, results, the desk of its agents
        and not regexp_matches(
            path,
            '^(/hc|/help|/docs?|/academy|/learn)?(/[a-z]{2}(-[a-z0-9]{2,4})?)?/?$|^/hc(/[a-z-]+)?/(categories|sections|requests|signin)(/|$)'
                || '|/search([-_]?results)?(/|[.][a-z]+|$)|^/agent(/|$)'
                || '|^(/[a-z]{2}(-[a-z0-9]{2,4})?)?/(collections(/|$)|support/(home|login|tickets|solutions/?$|solutions/(folders/)?[0-9]+$))'
        )
        and not regexp_matches(lower(url), '[?&](q|s|search|query|keyword)=[^&#]')
),

-- a browser that one person alone signed in on is theirs
owner as (
    select
        _program_id,
        anonymous_id,
        min(user_id) as user_id
    from landing._segment__call
    where anonymous_id is not null
        and user_id is not null
    group by _program_id, anonymous_id
    having count(distinct user_id) = 1
),

known as (
    select
        opened.*,
        coalesce(opened.user_id, owner.user_id) as person_id
    from opened
    left join owner
        on owner._program_id = opened._program_id
        and owner.anonymous_id = opened.anonymous_id
)

select
    known._program_id,
    known._source,
    known._file,
    known._row,
    known.occurred_at as viewed_at,
    -- written as the catalogue's addresses are
    regexp_replace(
        regexp_replace(
            regexp_replace(known.host || rtrim(known.path, '/'), '/hc/[a-z]{2,3}(-[a-z0-9]+)*/', '/hc/'),
            '/[a-z]{2}(-[a-z0-9]{2,4})?/(articles|collections|support/solutions)/', '/\2/'
        ),
        '(/articles/[0-9]+)-[^/]*$', '\1'
    ) as content_id,
    known.person_id as learner_id,
    coalesce(known.user_email, known.email) as email,
    coalesce(known.user_email_domain, known.email_domain) as email_domain,
    known.anonymous_id || '.' || coalesce(known.session_id, strftime(known.occurred_at, '%Y-%m-%d')) as session_id,
    coalesce(known.group_id, member.account_id) as account_id,
    'portal' as surface,
    case
        when not known.tells_referrer then null
        when known.referrer is null then 'direct'
        when known.referrer_host = known.host then case when known.is_from_results then 'search' else 'collection' end
        -- everybody has an address below the host of a platform, so a neighbour there is a stranger
        when regexp_matches(
            known.organisation, '^(zendesk|intercom|freshdesk|skilljar|thinkific|talentlms|docebosaas|learnupon|helpscoutdocs|gitbook|readme|document360)[.]'
        ) then 'external'
        when ends_with(known.referrer_host, '.' || known.organisation) then
            case
                when not regexp_matches(
                    known.referrer_host, '^(help|support|docs?|documentation|academy|learn|learning|training|university|community|kb|knowledge|guides?)[.-]'
                ) then 'product'
                when known.is_from_results then 'search'
                else 'collection'
            end
        else 'external'
    end as entry
from known
left join landing._segment__member as member
    on member._program_id = known._program_id
    and member.user_id = known.person_id
