-- description: One row per person listed or seen in a log.
with people as (
    select *
    from (
        select *, row_number() over (partition by _program_id, id order by updated_at desc nulls last, _file desc, _row desc) as recency
        from landing.moodle__users
    ) as listed
    where recency = 1
),

seen as (
    select
        events._program_id,
        min(events._source) as _source,
        min(events._file) as _file,
        min(events._row) as _row,
        events.learner_id
    from landing._moodle__event as events
    left join people
        on people._program_id = events._program_id
        and people.id = events.learner_id
    where people.id is null
    group by events._program_id, events.learner_id
)

select
    _program_id, _source, _file, _row,
    id as learner_id, email, email_domain, account_id,
    lower(role) as role, locale,
    regexp_matches(lower(role), 'teacher|manager|coursecreator') as is_staff,
    created_at,
    updated_at as _version
from people
where not coalesce(deleted, false)
union all
select _program_id, _source, _file, _row, learner_id, null, null, null, null, null, null, null, null
from seen
