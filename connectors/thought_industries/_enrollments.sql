-- description: One row per enrolment and export of a report, and one per enrolment that the log of actions tells.
-- grain: [_program_id, _source, user_id, email, course_id, course_title, is_of_log, _file, _row]
with acts as (
    select *, case
            when regexp_matches(lower(concat_ws(' ', type, source, event)), 'revok|unenrol') then 'revoked'
            when regexp_matches(lower(type), 'certificat') then 'certified'
            when regexp_matches(lower(type), 'enrol') then 'enrolled'
            when regexp_matches(lower(concat_ws(' ', type, source)), 'complet') then 'completed'
            when regexp_matches(lower(concat_ws(' ', type, source)), 'start') then 'started'
            when regexp_matches(lower(type), 'status') then 'progressed'
            -- older endpoints tell by their name
            when lower(event) like '%completion%' then 'completed'
            when lower(event) like '%enrollment%' then 'enrolled'
        end as act
    from landing.thought_industries__actions
),

gathered as (
    -- the log has a row per action; a person's actions on one piece of content are one enrolment
    select
        _program_id,
        _instance,
        _source,
        max(_file) as _file,
        max(_row) as _row,
        user_id,
        email,
        max(email_domain) as email_domain,
        max(coalesce(crm_id, client)) as account_id,
        course_id,
        course_title,
        min(source) filter (where act = 'enrolled') as assignment,
        min(occurred_at) filter (where act = 'enrolled') as enrolled_at,
        min(occurred_at) filter (where act = 'started') as started_at,
        min(occurred_at) filter (where act = 'completed') as completed_at,
        max(occurred_at) filter (where act in ('started', 'completed', 'progressed')) as last_activity_at,
        max(occurred_at) as updated_at
    from acts
    where act is not null
    group by _program_id, _instance, _source, user_id, email, course_id, course_title
    -- a revocation or a certificate alone is no enrolment
    having count(*) filter (where act in ('enrolled', 'started', 'completed')) > 0
)

select *, false as is_of_log from landing.thought_industries__enrollments
union all by name
select *, true as is_of_log from gathered
