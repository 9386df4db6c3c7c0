-- description: One row per person who is a member of a domain or enrolled in a course.
with members as (
    select *
    from (
        select *, row_number() over (partition by _program_id, id order by _file desc, _row desc) as recency
        from landing.skilljar__users
    ) as listed
    where recency = 1
),

enrolled as (
    -- one may be enrolled without being on the list of a domain
    select *
    from (
        select
            enrollments.*,
            row_number() over (partition by enrollments._program_id, enrollments.user_id order by enrollments._file desc, enrollments._row desc) as recency
        from landing.skilljar__enrollments as enrollments
        left join members
            on members._program_id = enrollments._program_id
            and members.id = enrollments.user_id
        where members.id is null
    ) as listed
    where recency = 1
),

people as (
    select _program_id, _source, _file, _row, id, email, email_domain, enrolled_at as created_at from members
    union all
    select _program_id, _source, _file, _row, user_id, email, email_domain, null from enrolled
),

answers as (
    -- fields are the customer's own; a label is all that tells what was asked
    select
        _program_id,
        user_id,
        max(case
            when lower(trim(label)) in ('account id', 'customer id', 'company id', 'external id', 'company', 'account') then account
        end) as account_id,
        max(case when lower(trim(label)) in ('role', 'job role') then lower(trim(answer)) end) as role,
        max(case when lower(trim(label)) in ('segment', 'customer segment') then lower(trim(answer)) end) as segment,
        max(case when lower(trim(label)) in ('language', 'locale') then trim(answer) end) as locale
    from landing.skilljar__signup_fields
    group by _program_id, user_id
)

select
    people._program_id,
    people._source,
    people._file,
    people._row,
    people.id as learner_id,
    people.email,
    people.email_domain,
    answers.account_id,
    answers.role,
    answers.segment,
    answers.locale,
    people.created_at
from people
left join answers
    on answers._program_id = people._program_id
    and answers.user_id = people.id
