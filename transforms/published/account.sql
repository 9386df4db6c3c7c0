-- description: One row per customer account, pseudonymous.
-- grain: [program_id, account_key]
-- belongs_to: [program]
-- types: {program_id: VARCHAR, account_key: VARCHAR, started_at: TIMESTAMP, ended_at: TIMESTAMP, segment: VARCHAR}
-- columns:
--   program_id: The program, as named in waystage.yaml.
--   account_key: Keyed hash of the account.
--   started_at: When it became a customer, UTC.
--   ended_at: When it left, UTC.
--   segment: Its segment.
select
    program_id,
    account_key,
    started_at,
    ended_at,
    segment
from staging.account
order by program_id, account_key
