-- description: One row per support ticket.
-- grain: [program_id, ticket_id]
-- columns:
--   program_id: program the row belongs to
--   month: program-local month, first day
--   ticket_id: identity of the ticket
--   created_at: when it was opened
--   requester_key: hashed identity of the requester; null if unknown
--   account_key: hashed identity of the customer account; null if none is known
--   channel: how it arrived
--   status: state it is in
--   solved_at: when it was solved
--   solved_month: program-local month in which it was solved
--   locale: language of the ticket
--   intent: what the requester wants, from the classifier; null if not classified
--   intent_probability: probability of the intent
--   topic: stable topic of the ticket
--   is_repeat: whether an earlier ticket of another requester in the 90 days before asks the same
--   is_internal: whether the requester is staff, a test user or from a staff domain
--   duplicate_of: ticket that this one repeats; null for tickets that count

select
    cast(null as varchar) as program_id,
    cast(null as date) as month,
    cast(null as varchar) as ticket_id,
    cast(null as timestamp) as created_at,
    cast(null as varchar) as requester_key,
    cast(null as varchar) as account_key,
    cast(null as varchar) as channel,
    cast(null as varchar) as status,
    cast(null as timestamp) as solved_at,
    cast(null as date) as solved_month,
    cast(null as varchar) as locale,
    cast(null as varchar) as intent,
    cast(null as double) as intent_probability,
    cast(null as varchar) as topic,
    cast(null as boolean) as is_repeat,
    cast(null as boolean) as is_internal,
    cast(null as varchar) as duplicate_of
where false
