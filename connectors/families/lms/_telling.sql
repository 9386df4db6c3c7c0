-- description: One row per enrolment and time it was told, with the person, the course and the vendor's words made out; recency 1 is the newest.
-- grain: [_program_id, enrollment_id, recency]
with people as (
    select * from landing._lms__person
),

courses as (
    select * from landing._lms__course
),

names as (
    -- a name or an address that two people share tells neither
    select _program_id, username, min(id) as id
    from people
    where id is not null and username is not null
    group by 1, 2
    having count(*) = 1
),

addresses as (
    select _program_id, email, min(id) as id
    from people
    where id is not null and email is not null
    group by 1, 2
    having count(*) = 1
),

addresses_of as (
    select _program_id, id, any_value(email) as email, any_value(email_domain) as email_domain
    from people
    where id is not null and email is not null
    group by 1, 2
),

course_names as (
    select _program_id, name, min(content) as content
    from (
        select _program_id, lower(trim(unnest([uid, code, title]))) as name, content
        from courses
    ) as named
    where name is not null
    group by 1, 2
    having count(distinct content) = 1
),

listed as (
    select * from landing.lms__enrollments
    union all by name
    -- not every vendor has these
    select
        cast(null as varchar) as course_family,
        cast(null as varchar) as created_by,
        cast(null as varchar) as sitting,
        cast(null as boolean) as is_completed
    where false
),

read as (
    -- data frames turn whole-number ids with gaps into 123.0
    select * replace (
            regexp_replace(id, '([0-9])[.]0$', '\1') as id,
            regexp_replace(course_id, '([0-9])[.]0$', '\1') as course_id
        ),
        contains(progress, '%') as is_percent,
        try_cast(regexp_extract(replace(progress, ',', '.'), '^\s*([0-9]+(\.[0-9]+)?)', 1) as double) as progress_number,
        contains(progress_shown, '%') as is_percent_shown,
        try_cast(regexp_extract(replace(progress_shown, ',', '.'), '^\s*([0-9]+(\.[0-9]+)?)', 1) as double) as progress_shown_number,
        try_cast(regexp_extract(replace(score, ',', '.'), '^\s*([0-9]+(\.[0-9]+)?)', 1) as double) as score_number
    from listed
),

scaled as (
    -- 1 may mean all or one per cent: all rows of a source together tell, the interface and the report each for itself
    select *,
        max(progress_number) over (partition by _program_id, _source) as most_progress,
        max(progress_shown_number) over (partition by _program_id, _source) as most_progress_shown,
        max(score_number) over (partition by _program_id, _source) as most_score,
        -- what tells a person or a course only where no id does
        case when user_id is null then username end as username_alone,
        case when user_id is null then email end as email_alone,
        case when course_id is null then lower(trim(course_uid)) end as uid_alone,
        case when course_id is null then lower(trim(course_code)) end as code_alone,
        case when course_id is null then lower(trim(course_title)) end as title_alone
    from read
),

resolved as (
    select
        scaled.* exclude (email, email_domain, id),
        scaled.id as own_id,
        coalesce(scaled.user_id, names.id, addresses.id, scaled.username) as learner_id,
        coalesce(scaled.email, addresses_of.email) as email,
        coalesce(scaled.email_domain, addresses_of.email_domain) as email_domain,
        coalesce(
            regexp_replace(scaled.course_family, '([0-9])[.]0$', '\1'), courses.content, scaled.course_id,
            by_uid.content, by_code.content, by_title.content,
            scaled.course_uid, scaled.course_code, scaled.course_title
        ) as content,
        case
            when progress_number is null then null
            when is_percent or most_progress > 1 then least(progress_number / 100, 1)
            else progress_number
        end as progress_share,
        case
            when progress_shown_number is null then null
            when is_percent_shown or most_progress_shown > 1 then least(progress_shown_number / 100, 1)
            else progress_shown_number
        end as progress_shown_share,
        case
            when score_number is null then null
            when score_total > 0 then least(score_number / score_total, 1)
            when contains(scaled.score, '%') then least(score_number / 100, 1)
            when most_score <= 1 then score_number
            -- more than 100 are points, and without their total no share
            when most_score <= 100 then score_number / 100
        end as score_share,
        regexp_replace(lower(trim(scaled.status)), '([a-z])[ -]+([a-z])', '\1_\2', 'g') as vendor_status
    from scaled
    left join names
        on names._program_id = scaled._program_id
        and names.username = scaled.username_alone
    left join addresses
        on addresses._program_id = scaled._program_id
        and addresses.email = scaled.email_alone
    left join addresses_of
        on addresses_of._program_id = scaled._program_id
        and addresses_of.id = scaled.user_id
    left join courses
        on courses._program_id = scaled._program_id
        and courses.course_key = scaled.course_id
    left join course_names as by_uid
        on by_uid._program_id = scaled._program_id
        and by_uid.name = scaled.uid_alone
    left join course_names as by_code
        on by_code._program_id = scaled._program_id
        and by_code.name = scaled.code_alone
    left join course_names as by_title
        on by_title._program_id = scaled._program_id
        and by_title.name = scaled.title_alone
),

judged as (
    select *,
        coalesce(learner_id, email) as person,
        case
            when is_completed or regexp_full_match(vendor_status, $completed) then 'completed'
            when regexp_full_match(vendor_status, $passed) then 'passed'
            when regexp_full_match(vendor_status, $failed) then 'failed'
            when regexp_full_match(vendor_status, $in_progress) then 'in progress'
            when regexp_full_match(vendor_status, $not_started) then 'not started'
            when regexp_full_match(vendor_status, $not_enrolled) then 'not enrolled'
        end as state
    from resolved
    where coalesce(learner_id, email) is not null
        and content is not null
),

keyed as (
    select *,
        coalesce(own_id, content || ':' || person || coalesce(':' || sitting, '')) as enrollment_id,
        count(own_id) over (partition by _program_id, content, person) as ids_known
    from judged
)

select *,
    row_number() over (
        partition by _program_id, enrollment_id
        order by updated_at desc nulls last, synced_at desc nulls last, completed_at desc nulls last,
            last_activity_at desc nulls last, _file desc, _row desc
    ) as recency,
    not coalesce(is_deleted, false)
        and state is distinct from 'not enrolled'
        -- who teaches a course is not learning it
        and not coalesce(regexp_matches(lower(role), 'instructor|tutor|teacher'), false) as is_enrolled
from keyed
-- a report beside the numbered records tells the same enrolments again
where own_id is not null or ids_known = 0
