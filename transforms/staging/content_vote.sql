-- description: One row per vote on a piece of content.
-- grain: []
-- columns:
--   program_id: program the row belongs to
--   month: program-local month, first day
--   voted_at: when the vote was cast
--   content_id: identity of the item
--   value: "1 for helpful, -1 for not helpful"
--   person_key: hashed identity of the person; null if anonymous
--   account_key: hashed identity of the customer account; null if none is known
--   is_internal: whether the person is staff, a test user or from a staff domain

-- identical rows are one vote
with votes as (
    select distinct program_id, month, voted_at, content_id, value, learner_id, email
    from source.content_vote
)

select
    votes.program_id,
    votes.month,
    votes.voted_at,
    votes.content_id,
    votes.value,
    coalesce(identity.person_key, votes.email, votes.learner_id) as person_key,
    learner.account_key,
    coalesce(learner.is_internal, false) as is_internal
from votes
left join staging.identity as identity
    on identity.program_id = votes.program_id and identity.key = votes.learner_id
left join staging.learner as learner
    on learner.program_id = votes.program_id
    and learner.person_key = coalesce(identity.person_key, votes.email, votes.learner_id)
