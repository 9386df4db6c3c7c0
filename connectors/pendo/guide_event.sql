-- description: One row per guide that somebody saw, advanced in, dismissed or completed.
with told as (
    select * from landing.pendo__guide_events
),

-- the same event comes again with every export that overlaps
ranked as (
    select
        *,
        row_number() over (
            partition by _program_id, guide_id, step_id, visitor_id, account_id, browser_time, type
            order by _file desc, _row desc
        ) as recency
    from told
    where type in ('guideSeen', 'guideAdvanced', 'guideDismissed')
),

asking as (
    select distinct _program_id, guide_id from told where poll_id is not null
),

events as (
    select
        ranked.*,
        guides.step_count,
        case when guides.id is not null or asking.guide_id is not null then
            coalesce(guides.is_educational, true) and asking.guide_id is null
        end as is_educational,
        guides.step_count = 1 or ranked.step_id = guides.last_step_id as is_last_step
    from ranked
    left join landing._pendo__guide as guides
        on guides._program_id = ranked._program_id
        and guides.id = ranked.guide_id
    left join asking
        on asking._program_id = ranked._program_id
        and asking.guide_id = ranked.guide_id
    where ranked.recency = 1
        -- before a guide is public only staff who test it see it
        and not (coalesce(guides.state, '') in ('draft', 'staged', '_pendingReview_') and not guides.was_public)
),

named as (
    select
        *,
        case
            when type = 'guideSeen' then 'seen'
            when type = 'guideDismissed' then 'dismissed'
            when is_last_step then 'completed'
            else 'advanced'
        end as event
    from events
    union all
    -- to see the last of several steps is to complete the guide; to see the only one is to see it
    select *, 'completed' as event
    from events
    where type = 'guideSeen'
        and step_count > 1
        and is_last_step
)

select
    named._program_id,
    named._source,
    named._file,
    named._row,
    named.browser_time as occurred_at,
    'pendo:' || named.guide_id as guide_id,
    named.event,
    named.visitor_id as learner_id,
    named.visitor_email as email,
    case when named.visitor_email is not null then named.visitor_email_domain end as email_domain,
    coalesce(accounts.account_id, named.account_id) as account_id,
    named.step_count,
    named.is_educational
from named
left join landing._pendo__account as accounts
    on accounts._program_id = named._program_id
    and accounts.id = named.account_id
