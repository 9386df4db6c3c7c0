-- description: One row per person listed or learning.
with people as (
    select *
    from (
        select *,
            row_number() over (
                partition by _program_id, id
                order by changed_at desc nulls last, updated_at desc nulls last, email nulls last, _file desc, _row desc
            ) as recency
        from landing.canvas__users
    ) as listed
    where recency = 1
),

addresses as (
    select _program_id, user_id, min_by(address, position) as email, min_by(address_domain, position) as email_domain
    from (
        select *, row_number() over (partition by _program_id, id order by changed_at desc nulls last, updated_at desc nulls last, _row desc) as recency
        from landing.canvas__channels
    ) as listed
    where recency = 1
        and coalesce(state, 'active') <> 'retired'
        and coalesce(action, 'U') <> 'D'
        and coalesce(path_type, 'email') = 'email'
        and address is not null
        and position is not null
    group by 1, 2
),

teaching as (
    select distinct _program_id, user_id
    from landing.canvas__enrollments
    where type in ('TeacherEnrollment', 'TaEnrollment', 'DesignerEnrollment')
        and coalesce(state, 'active') not in ('deleted', 'rejected')
    union
    select distinct _program_id, user_id
    from landing.canvas__user_enrollments
    where type in ('TeacherEnrollment', 'TaEnrollment', 'DesignerEnrollment')
        and coalesce(state, 'active') not in ('deleted', 'rejected')
),

learning as (
    select _program_id, user_id, min(_source) as _source, min(_file) as _file, min(_row) as _row,
        max(email) as email, max(email_domain) as email_domain
    from landing._canvas__student
    group by _program_id, user_id
),

everyone as (
    select
        coalesce(people._program_id, learning._program_id) as _program_id,
        coalesce(people._source, learning._source) as _source,
        coalesce(people._file, learning._file) as _file,
        coalesce(people._row, learning._row) as _row,
        coalesce(people.id, learning.user_id) as id,
        coalesce(people.email, learning.email) as email,
        coalesce(people.email_domain, learning.email_domain) as email_domain,
        people.locale,
        people.created_at,
        people.updated_at,
        learning.user_id is not null as is_learning,
        coalesce(people.state = 'deleted', false) or coalesce(people.action = 'D', false) or coalesce(people.is_deleted, false) as is_gone
    from people
    full join learning
        on learning._program_id = people._program_id
        and learning.user_id = people.id
)

select
    everyone._program_id,
    everyone._source,
    everyone._file,
    everyone._row,
    everyone.id as learner_id,
    coalesce(everyone.email, addresses.email) as email,
    case when everyone.email is not null then everyone.email_domain else addresses.email_domain end as email_domain,
    case when everyone.is_learning then 'student' when teaching.user_id is not null then 'teacher' end as role,
    everyone.locale,
    -- who teaches and learns nothing is the school's own
    teaching.user_id is not null and not everyone.is_learning as is_staff,
    everyone.created_at,
    everyone.updated_at as _version
from everyone
left join addresses
    on addresses._program_id = everyone._program_id
    and addresses.user_id = everyone.id
left join teaching
    on teaching._program_id = everyone._program_id
    and teaching.user_id = everyone.id
where not everyone.is_gone
