-- description: One row per enrolment of a person in a course.
-- grain: []
-- columns:
--   program_id: program the row belongs to
--   month: program-local month, first day
--   enrollment_id: identity of the enrolment; null if the source has none
--   person_key: hashed identity of the person; null if anonymous
--   account_key: hashed identity of the customer account; null if none is known
--   content_id: identity of the course
--   enrolled_at: when the person was enrolled
--   enrollment_type: self, assigned or bulk; bulk is inferred where the source is silent and ten or more people were enrolled in the course within the minute
--   started_at: first activity in the course
--   completed_at: completion of the course
--   last_activity_at: latest activity in the course
--   progress: share of the course done, 0 to 1
--   score: score, 0 to 1
--   is_passed: whether the course was passed
--   is_internal: whether the person is staff, a test user or from a staff domain

select
    cast(null as varchar) as program_id,
    cast(null as date) as month,
    cast(null as varchar) as enrollment_id,
    cast(null as varchar) as person_key,
    cast(null as varchar) as account_key,
    cast(null as varchar) as content_id,
    cast(null as timestamp) as enrolled_at,
    cast(null as varchar) as enrollment_type,
    cast(null as timestamp) as started_at,
    cast(null as timestamp) as completed_at,
    cast(null as timestamp) as last_activity_at,
    cast(null as double) as progress,
    cast(null as double) as score,
    cast(null as boolean) as is_passed,
    cast(null as boolean) as is_internal
where false
