-- description: One row per ticket of a customer, pseudonymous.
-- grain: [program_id, ticket_id]
-- columns:
--   program_id: The program, as named in waystage.yaml.
--   ticket_id: The ticket.
--   created_at: When it was opened, UTC.
--   month: First day of the month, in the program's own time zone.
--   account_key: Keyed hash of its account.
--   requester_key: Keyed hash of who asked.
--   intent: What was asked for.
--   intent_probability: How sure the label is, 0 to 1.
--   topic: What it was about.
--   is_repeat: True when the same question had been asked before.
select
    program_id,
    ticket_id,
    created_at,
    month,
    account_key,
    requester_key,
    intent,
    intent_probability,
    topic,
    is_repeat
from staging.ticket
where not is_internal
order by program_id, ticket_id
