-- description: One row per certificate issued to a learner.
with enrolments as (
    select * from landing._skilljar__enrolment
),

publications as (
    select * from landing._skilljar__publication
),

certificates as (
    select *
    from (
        select *,
            row_number() over (
                partition by _program_id, certificate_code, certificate_issued_at, enrollment_id
                order by _file desc, _row desc
            ) as recency
        from landing.skilljar__user_courses
        where certificate_issued_at is not null
    ) as issued
    where recency = 1
),

owned as (
    select
        certificates.*,
        coalesce(enrolments.user_id, certificates.user_id) as learner_id,
        coalesce(enrolments.email, certificates.email) as learner_email,
        coalesce(enrolments.email_domain, certificates.email_domain) as learner_email_domain,
        coalesce(
            publications.course_id, certificates.course_id, certificates.published_course_id, enrolments.publication_id
        ) as content
    from certificates
    left join enrolments
        on enrolments._program_id = certificates._program_id
        and enrolments.id = certificates.enrollment_id
    left join publications
        on publications._program_id = certificates._program_id
        and publications.id = coalesce(certificates.published_course_id, enrolments.publication_id)
)

select
    _program_id,
    max(_source) as _source,
    max(_file) as _file,
    max(_row) as _row,
    learner_id,
    max(learner_email) as email,
    max(learner_email_domain) as email_domain,
    'skilljar:' || content as content_id,
    certificate_issued_at as certified_at,
    max(certificate_expires_at) as expires_at
from owned
where coalesce(learner_id, learner_email) is not null
    and content is not null
-- re-enrolling repeats the certificate under another enrolment
group by _program_id, learner_id, content, certificate_issued_at
