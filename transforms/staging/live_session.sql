-- description: One row per attendance of a live session.
-- grain: []
-- columns:
--   program_id: program the row belongs to
--   month: program-local month, first day
--   started_at: when it began
--   duration_s: time attended, in seconds
--   person_key: hashed identity of the person; null if anonymous
--   account_key: hashed identity of the customer account; null if none is known
--   content_id: course it belongs to
--   session_id: identity of the session
--   is_internal: whether the person is staff, a test user or from a staff domain

-- identical rows are one attendance
with sessions as (
    select distinct
        program_id, month, started_at, duration_s, learner_id, email, account_id, content_id, session_id
    from source.live_session
)

select
    sessions.program_id,
    sessions.month,
    sessions.started_at,
    sessions.duration_s,
    coalesce(identity.person_key, sessions.email, sessions.learner_id) as person_key,
    coalesce(sessions.account_id, learner.account_key) as account_key,
    sessions.content_id,
    sessions.session_id,
    coalesce(learner.is_internal, false) as is_internal
from sessions
left join staging.identity as identity
    on identity.program_id = sessions.program_id and identity.key = sessions.learner_id
left join staging.learner as learner
    on learner.program_id = sessions.program_id
    and learner.person_key = coalesce(identity.person_key, sessions.email, sessions.learner_id)
