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

select
    cast(null as varchar) as program_id,
    cast(null as date) as month,
    cast(null as varchar) as opportunity_id,
    cast(null as timestamp) as created_at,
    cast(null as varchar) as account_key,
    cast(null as varchar) as contact_key,
    cast(null as double) as amount,
    cast(null as boolean) as is_won
where false
