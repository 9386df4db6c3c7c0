-- description: One row per person that was identified, with the traits told last.
with told as (
    select
        _program_id, _source, _file, _row, user_id, user_email, user_email_domain, email, email_domain, group_id, locale,
        role, segment, created_at, is_staff, is_test, occurred_at
    from landing._segment__call
    where type = 'identify'
        and user_id is not null
    union all
    select
        _program_id, _source, _file, _row, message_id, user_email, case when user_email is not null then user_email_domain end,
        email, case when email is not null then email_domain end, group_id, locale,
        role, segment, created_at, is_staff, is_test, received_at
    from landing.segment__users
    where is_deleted is not true
),

ordered as (
    select
        *,
        row_number() over (
            partition by _program_id, user_id
            order by occurred_at nulls first, _file, _row
        ) as place
    from told
),

persons as (
    select
        _program_id,
        user_id,
        max_by(_source, place) as _source,
        max_by(_file, place) as _file,
        max_by(_row, place) as _row,
        coalesce(max_by(email, place) filter (where email is not null), max_by(user_email, place)) as email,
        coalesce(
            max_by(email_domain, place) filter (where email is not null), max_by(user_email_domain, place)
        ) as email_domain,
        max_by(group_id, place) filter (where group_id is not null) as group_id,
        max_by(role, place) filter (where role is not null) as role,
        max_by(segment, place) filter (where segment is not null) as segment,
        max_by(locale, place) filter (where locale is not null) as locale,
        max_by(lower(is_staff) in ('true', 'yes', '1'), place) filter (where is_staff is not null) as is_staff,
        max_by(lower(is_test) in ('true', 'yes', '1'), place) filter (where is_test is not null) as is_test,
        min(make_timestamp(epoch_us(try_cast(created_at as timestamptz)))) as created_at,
        max(occurred_at) as _version
    from ordered
    group by _program_id, user_id
)

select
    persons._program_id,
    persons._source,
    persons._file,
    persons._row,
    persons.user_id as learner_id,
    persons.email,
    persons.email_domain,
    coalesce(member.account_id, persons.group_id) as account_id,
    persons.role,
    persons.segment,
    persons.locale,
    persons.is_staff,
    persons.is_test,
    persons.created_at,
    persons._version
from persons
left join landing._segment__member as member
    on member._program_id = persons._program_id
    and member.user_id = persons.user_id
