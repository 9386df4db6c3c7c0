-- description: One row per person who can learn.
-- grain: [program_id, person_key]
-- columns:
--   program_id: program the row belongs to
--   person_key: hashed identity of the person
--   account_key: account named by the sources, else the one that owns the person's corporate e-mail domain; null if neither
--   email_domain: e-mail domain, lower case
--   role: role of the person
--   segment: segment of the person, else of the account
--   locale: language of the person
--   is_internal: whether the person is staff by flag, role or staff domain, or a test user
--   is_test: whether the person is a test user
--   created_at: when the person was first recorded

select
    cast(null as varchar) as program_id,
    cast(null as varchar) as person_key,
    cast(null as varchar) as account_key,
    cast(null as varchar) as email_domain,
    cast(null as varchar) as role,
    cast(null as varchar) as segment,
    cast(null as varchar) as locale,
    cast(null as boolean) as is_internal,
    cast(null as boolean) as is_test,
    cast(null as timestamp) as created_at
where false
