-- description: One row per enrolment of a learner in a published course.
with enrolments as (
    select * from landing._skilljar__enrolment
),

publications as (
    select * from landing._skilljar__publication
),

progress as (
    select *
    from (
        select *,
            -- enrolments that share their progress share its id: however often exported, it is one
            row_number() over (
                partition by _program_id, coalesce(course_progress_id, enrollment_id)
                order by latest_activity desc nulls last, completed_at desc nulls last, enrolled_at desc nulls last, _file desc, _row desc
            ) as recency
        from landing.skilljar__user_courses
    ) as known
    where recency = 1
),

everyone as (
    select
        enrolments._program_id, enrolments._source, enrolments._file, enrolments._row, enrolments.id,
        enrolments.user_id, enrolments.email, enrolments.email_domain, enrolments.enrolled_at,
        coalesce(enrolments.publication_id, progress.published_course_id) as publication_id
    from enrolments
    left join progress
        on progress._program_id = enrolments._program_id
        and progress.enrollment_id = enrolments.id
    union all
    -- progress that names its learner needs no list of enrolments
    select
        progress._program_id, progress._source, progress._file, progress._row, progress.enrollment_id,
        progress.user_id, progress.email, progress.email_domain, progress.enrolled_at, progress.published_course_id
    from progress
    left join enrolments
        on enrolments._program_id = progress._program_id
        and enrolments.id = progress.enrollment_id
    where enrolments.id is null
        and progress.enrolled_at is not null
        and coalesce(progress.user_id, progress.email) is not null
),

counted as (
    select *,
        coalesce(user_id, email) as person,
        -- nothing says who enrolled whom; people do not enrol by the half dozen in one second
        count(*) over (partition by _program_id, publication_id, date_trunc('second', enrolled_at)) as same_second_count
    from everyone
),

held as (
    -- of the enrolments that share a progress, it belongs to the last one made before its completion
    select
        progress.*,
        counted.id as holder_id,
        row_number() over (
            partition by progress._program_id, coalesce(progress.course_progress_id, progress.enrollment_id)
            order by
                case when counted.enrolled_at <= coalesce(progress.completed_at, progress.latest_activity) then 0 else 1 end,
                counted.enrolled_at desc,
                counted.id
        ) as preference
    from progress
    inner join counted as owner
        on owner._program_id = progress._program_id
        and owner.id = progress.enrollment_id
    inner join counted
        on counted._program_id = owner._program_id
        and counted.person = owner.person
        and counted.publication_id = owner.publication_id
    left join publications
        on publications._program_id = owner._program_id
        and publications.id = owner.publication_id
    where counted.id = progress.enrollment_id or not coalesce(publications.is_unique, false)
)

select
    counted._program_id,
    counted._source,
    counted._file,
    counted._row,
    counted.id as enrollment_id,
    counted.user_id as learner_id,
    counted.email,
    counted.email_domain,
    'skilljar:' || coalesce(publications.course_id, held.course_id, counted.publication_id) as content_id,
    counted.enrolled_at,
    case when counted.same_second_count >= 6 then 'bulk' else 'self' end as enrollment_type,
    held.completed_at,
    held.latest_activity as last_activity_at,
    case
        when held.completed_at is not null then 1
        -- optional lessons may push the count past what is required
        when coalesce(publications.required_lesson_count, held.required_lesson_count) > 0 then
            least(
                coalesce(held.completed_required_lesson_count, 0)
                / coalesce(publications.required_lesson_count, held.required_lesson_count), 1
            )
    end as progress,
    case when held.max_score > 0 and held.score is not null then least(held.score / held.max_score, 1) end as score,
    case held.success_status when 'PASSED' then true when 'FAILED' then false end as is_passed
from counted
left join publications
    on publications._program_id = counted._program_id
    and publications.id = counted.publication_id
left join held
    on held._program_id = counted._program_id
    and held.holder_id = counted.id
    and held.preference = 1
-- an enrolment saved outside its course's folder, without progress, is in a course we could not name
where counted.publication_id is not null
