-- description: One row per certification awarded to a person at one time.
-- grain: [program_id, person_key, content_id, certified_at]
-- columns:
--   program_id: program the row belongs to
--   month: program-local month, first day
--   person_key: hashed identity of the person
--   account_key: hashed identity of the customer account; null if none is known
--   content_id: identity of the certification
--   certified_at: when it was awarded
--   expires_at: when it lapses; null if it does not
--   is_internal: whether the person is staff, a test user or from a staff domain

with named as (
    select
        certification.program_id,
        certification.month,
        coalesce(identity.person_key, certification.email, certification.learner_id) as person_key,
        certification.content_id,
        certification.certified_at,
        certification.expires_at
    from source.certification as certification
    left join staging.identity as identity
        on identity.program_id = certification.program_id and identity.key = certification.learner_id
),

-- one award, reported twice with different ends, lasts until the later one
awards as (
    select
        program_id,
        month,
        person_key,
        content_id,
        certified_at,
        max(expires_at) as expires_at
    from named
    group by program_id, month, person_key, content_id, certified_at
)

select
    awards.program_id,
    awards.month,
    awards.person_key,
    learner.account_key,
    awards.content_id,
    awards.certified_at,
    awards.expires_at,
    coalesce(learner.is_internal, false) as is_internal
from awards
left join staging.learner as learner
    on learner.program_id = awards.program_id and learner.person_key = awards.person_key
