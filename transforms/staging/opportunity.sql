-- description: One row per sales opportunity.
-- grain: [program_id, opportunity_id]
-- columns:
--   program_id: program the row belongs to
--   month: program-local month, first day
--   opportunity_id: identity of the opportunity
--   created_at: when it was opened
--   account_key: hashed identity of the customer account; null if none is known
--   contact_key: hashed identity of the contact
--   amount: amount in the program's currency
--   is_won: whether it was won; null while open

with newest as (
    select *
    from source.opportunity
    qualify row_number() over (
        partition by program_id, opportunity_id
        order by version desc nulls last, file desc, row_number desc
    ) = 1
)

select
    newest.program_id,
    newest.month,
    newest.opportunity_id,
    newest.created_at,
    coalesce(newest.account_id, learner.account_key) as account_key,
    newest.contact_email as contact_key,
    newest.amount,
    newest.is_won
from newest
left join staging.learner as learner
    on learner.program_id = newest.program_id and learner.person_key = newest.contact_email
