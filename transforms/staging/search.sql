-- description: One row per searcher and query in a 30-minute spell, with its best outcome.
-- grain: []
-- columns:
--   program_id: program the row belongs to
--   month: program-local month, first day
--   searched_at: when the spell began
--   query_key: hash of the normalised query text
--   topic: stable topic of the query
--   result_count: most results it returned
--   is_default_result: whether what it returned is what searches without a match are shown, and so is nothing
--   clicked_content_id: item that was opened from the results; null if none
--   person_key: hashed identity of the person; null if anonymous
--   session_id: visit the search belongs to
--   surface: portal, lms, in_app, widget, email or other
--   locale: language of the search
--   is_internal: whether the person is staff, a test user or from a staff domain

-- identical rows are one search
with searches as (
    select
        search.program_id,
        search.month,
        search.searched_at,
        lower(trim(search.query)) as query,
        search.result_count,
        search.clicked_content_id,
        search.learner_id,
        search.email,
        search.session_id,
        search.surface,
        search.locale,
        max(label.topic) as topic
    from source.search as search
    left join labels.search as label
        on label.program_id = search.program_id
        and label.file = search.file
        and label.row_number = search.row_number
    group by all
),

named as (
    select
        searches.*,
        coalesce(identity.person_key, searches.email, searches.learner_id) as person_key,
        -- nobody can tell two anonymous searches without a session apart from one: each stands alone
        coalesce(
            identity.person_key, searches.email, searches.learner_id, searches.session_id,
            'anonymous '
            || cast(
                row_number() over (partition by searches.program_id order by searches.searched_at, searches.query)
                as varchar
            )
        ) as searcher
    from searches
    left join staging.identity as identity
        on identity.program_id = searches.program_id and identity.key = searches.learner_id
),

-- a total order, so that searches of one instant give the same spell whatever file they came in
turns as (
    select
        *,
        row_number() over (
            partition by program_id, searcher, query
            order by searched_at, result_count, clicked_content_id, session_id, surface, locale, topic
        ) as turn
    from named
),

timed as (
    select
        *,
        lag(searched_at) over (partition by program_id, searcher, query order by turn) as previous_at
    from turns
),

spells as (
    select
        *,
        sum(case when searched_at <= previous_at + interval 30 minutes then 0 else 1 end) over (
            partition by program_id, searcher, query
            order by turn
            rows between unbounded preceding and current row
        ) as spell
    from timed
),

once as (
    select
        program_id,
        min(month) as month,
        min(searched_at) as searched_at,
        md5(query) as query_key,
        max(topic) as topic,
        max(result_count) as result_count,
        min_by(clicked_content_id, turn) filter (where clicked_content_id is not null)
            as clicked_content_id,
        max(person_key) as person_key,
        min_by(session_id, turn) filter (where session_id is not null) as session_id,
        min_by(surface, turn) filter (where surface is not null) as surface,
        min_by(locale, turn) filter (where locale is not null) as locale
    from spells
    group by program_id, searcher, query, spell
),

-- a few results that twenty searches of the month were given and hardly any of them opened, while others are opened
default_result as (
    select program_id, month, result_count
    from (
        select
            program_id,
            month,
            result_count,
            count(*) as searches,
            count(clicked_content_id) as clicks,
            sum(count(*)) over (partition by program_id, month) as all_searches,
            sum(count(clicked_content_id)) over (partition by program_id, month) as all_clicks
        from once
        where result_count > 0
        group by program_id, month, result_count
    ) as counted
    where result_count <= 3
        and searches >= 20
        and clicks < 0.1 * searches
        and all_searches > searches
        and clicks / searches < (all_clicks - clicks) / (all_searches - searches) / 3
)

select
    once.program_id,
    once.month,
    once.searched_at,
    once.query_key,
    once.topic,
    once.result_count,
    default_result.result_count is not null and once.clicked_content_id is null as is_default_result,
    once.clicked_content_id,
    once.person_key,
    once.session_id,
    once.surface,
    coalesce(lower(replace(once.locale, '_', '-')), learner.locale) as locale,
    coalesce(learner.is_internal, false) as is_internal
from once
left join staging.learner as learner
    on learner.program_id = once.program_id and learner.person_key = once.person_key
left join default_result
    on default_result.program_id = once.program_id
    and default_result.month = once.month
    and default_result.result_count = once.result_count
