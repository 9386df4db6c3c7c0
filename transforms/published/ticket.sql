-- description: One row per ticket of a customer, pseudonymous.
-- grain: [program_id, ticket_id]
-- belongs_to: [program, account?]
-- types: {program_id: VARCHAR, ticket_id: VARCHAR, created_at: TIMESTAMP, month: DATE, account_key: VARCHAR,
--   requester_key: VARCHAR, intent: VARCHAR, intent_probability: DOUBLE, topic: VARCHAR, is_repeat: BOOLEAN,
--   intent_version: VARCHAR, topic_key: VARCHAR, is_duplicate: BOOLEAN}
-- columns:
--   program_id: The program, as named in waystage.yaml.
--   ticket_id: The ticket.
--   created_at: When it was opened, UTC.
--   month: First day of the month, in the program's own time zone.
--   account_key: Keyed hash of its account.
--   requester_key: Keyed hash of who asked.
--   intent: What was asked for.
--   intent_probability: How sure the label is, 0 to 1.
--   topic: What it was about; null where fewer than three people asked about it.
--   is_repeat: True for a how-to or cannot-find question that is the third or later such on its topic within 90 days.
--   intent_version: The classifier that named the intent. All tickets of a run are named by one.
--   topic_key: Identity of the topic, also of one without a name.
--   is_duplicate: True for one that repeats another within days, or was merged into it or follows it up; not counted by signals.
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
    is_repeat,
    intent_version,
    topic_key,
    duplicate_of is not null as is_duplicate
from staging.ticket
where not is_internal
order by program_id, ticket_id
