-- description: >-
--   One row per account and business outcome, pseudonymous, of the accounts that `impact` compares: still customers at the landmark, training and
--   outcome recorded throughout, and time up.
-- grain: [program_id, account_key, business_outcome]
-- belongs_to: [account]
-- types: {program_id: VARCHAR, account_key: VARCHAR, business_outcome: VARCHAR, started_at: TIMESTAMP,
--   landmark_at: TIMESTAMP, due_at: TIMESTAMP, is_trained: BOOLEAN, value: DOUBLE, users: BIGINT, segment: VARCHAR,
--   prior_use: DOUBLE}
-- columns:
--   program_id: The program, as named in waystage.yaml.
--   account_key: Keyed hash of the account.
--   business_outcome: >-
--     adoption: a value event from day 90 to day 180; time_to_value: days from day 30 to the first value event, at most
--     150, of those without one by then; support: tickets from day 90 to day 180; retention: still a customer a year
--     after the start; expansion: more revenue within the year, after day 90.
--   started_at: When it became a customer, UTC.
--   landmark_at: "Its day 90, or day 30 for time_to_value, UTC: training counts before it, the outcome after it."
--   due_at: When the outcome was known, UTC.
--   is_trained: Whether one of its people learned before the landmark.
--   value: 1 or 0 where the outcome was reached or not, else days or tickets.
--   users: Its size, the first known number of seats, else of active users.
--   segment: Its segment.
--   prior_use: "Days with product use, of its first 30 and before anyone learned, for one expected: 1 is as usual."
select
    program_id,
    account_key,
    outcome as business_outcome,
    started_at,
    landmark_at,
    due_at,
    is_trained,
    value,
    users,
    segment,
    prior_use
from impact.account
order by program_id, account_key, business_outcome
