-- description: One row per person named in any source.
-- grain: [program_id, person_key]
-- columns:
--   program_id: program the row belongs to
--   person_key: hashed identity of the person
--   account_key: known account named by the sources, else the one that owns the person's corporate e-mail domain, else any account named; null if none
--   account_match: how the account was found; named (by a source), domain, named_unlisted (no account has the id) or none
--   email_domain: e-mail domain, lower case
--   is_personal_domain: whether anyone can have an address there, so that it tells no company; null without a domain
--   role: role of the person
--   segment: segment of the person, else of the account
--   locale: language of the person
--   is_internal: whether the person is staff by flag, role or staff domain, or a test user
--   is_test: whether the person is a test user
--   created_at: when the person was first recorded

with newest as (
    select *
    from source.learner
    qualify row_number() over (
        partition by program_id, source, learner_id, email
        order by version desc nulls last, file desc, row_number desc
    ) = 1
),

ranked as (
    select
        newest.*,
        coalesce(identity.person_key, newest.email, newest.learner_id) as person_key,
        account.account_key is not null as is_known_account,
        row_number() over (
            partition by newest.program_id, coalesce(identity.person_key, newest.email, newest.learner_id)
            order by newest.version nulls first, newest.file, newest.row_number
        ) as recency
    from newest
    left join staging.identity as identity
        on identity.program_id = newest.program_id and identity.key = newest.learner_id
    left join staging.account as account
        on account.program_id = newest.program_id and account.account_key = newest.account_id
),

listed as (
    select
        program_id,
        person_key,
        max_by(account_id, recency) filter (where is_known_account) as known_account_key,
        max_by(account_id, recency) filter (where account_id is not null) as named_account_key,
        max_by(role, recency) filter (where role is not null) as role,
        max_by(segment, recency) filter (where segment is not null) as segment,
        max_by(locale, recency) filter (where locale is not null) as locale,
        bool_or(is_staff) as is_staff,
        bool_or(lower(role) in ('agent', 'light_agent', 'staff', 'employee', 'internal', 'bot')) as is_staff_role,
        bool_or(is_test) as is_test,
        min(created_at) as created_at
    from ranked
    group by program_id, person_key
),

seen as (
    select
        seen.program_id,
        coalesce(identity.person_key, seen.email, seen.person_id) as person_key,
        seen.email_domain,
        seen.account_id,
        sum(seen.row_count) as row_count
    from staging.person_seen as seen
    left join staging.identity as identity
        on identity.program_id = seen.program_id and identity.key = seen.person_id
    group by all
),

domain_count as (
    select program_id, person_key, email_domain, sum(row_count) as row_count
    from seen
    where email_domain is not null
    group by program_id, person_key, email_domain
),

domain_seen as (
    select program_id, person_key, email_domain
    from domain_count
    qualify row_number() over (partition by program_id, person_key order by row_count desc, email_domain) = 1
),

account_count as (
    select
        seen.program_id,
        seen.person_key,
        max(account.account_key) as known_account_key,
        seen.account_id as named_account_key,
        sum(seen.row_count) as row_count
    from seen
    left join staging.account as account
        on account.program_id = seen.program_id and account.account_key = seen.account_id
    where seen.account_id is not null
    group by seen.program_id, seen.person_key, seen.account_id
),

account_seen as (
    select program_id, person_key, known_account_key, named_account_key
    from account_count
    qualify row_number() over (
        partition by program_id, person_key
        order by known_account_key is null, row_count desc, named_account_key
    ) = 1
),

persons as (
    select distinct program_id, person_key
    from seen
),

staff_domain as (
    select
        program.program_id,
        lower(staff.domain) as domain
    from config.program as program
    cross join unnest(program.staff_domains) as staff (domain)
),

staff_person as (
    select distinct
        domain_seen.program_id,
        domain_seen.person_key
    from domain_seen
    inner join staff_domain
        on staff_domain.program_id = domain_seen.program_id
        and (
            domain_seen.email_domain = staff_domain.domain
            or domain_seen.email_domain like '%.' || staff_domain.domain
        )
),

-- a domain that several accounts share says nothing of which one a person belongs to
domain_owner as (
    select
        program_id,
        domain,
        min(account_key) as account_key
    from staging.account
    where domain is not null
    group by program_id, domain
    having count(*) = 1
),

placed as (
    select
        persons.program_id,
        persons.person_key,
        -- an id that no account has may be a company's name typed at sign-up: it counts where nothing better is known
        coalesce(
            listed.known_account_key,
            account_seen.known_account_key,
            domain_owner.account_key,
            listed.named_account_key,
            account_seen.named_account_key
        ) as account_key,
        case
            when coalesce(listed.known_account_key, account_seen.known_account_key) is not null then 'named'
            when domain_owner.account_key is not null then 'domain'
            when coalesce(listed.named_account_key, account_seen.named_account_key) is not null then 'named_unlisted'
            else 'none'
        end as account_match,
        domain_seen.email_domain,
        listed.role,
        listed.segment,
        lower(replace(listed.locale, '_', '-')) as locale,
        coalesce(listed.is_staff, false)
            or coalesce(listed.is_staff_role, false)
            or coalesce(listed.is_test, false)
            or staff_person.person_key is not null as is_internal,
        coalesce(listed.is_test, false) as is_test,
        listed.created_at
    from persons
    left join listed using (program_id, person_key)
    left join domain_seen using (program_id, person_key)
    left join account_seen using (program_id, person_key)
    left join staff_person using (program_id, person_key)
    left join domain_owner
        on domain_owner.program_id = persons.program_id
        and domain_owner.domain = domain_seen.email_domain
)

select
    placed.program_id,
    placed.person_key,
    placed.account_key,
    placed.account_match,
    placed.email_domain,
    case when placed.email_domain is not null then personal.domain is not null end as is_personal_domain,
    placed.role,
    coalesce(placed.segment, account.segment) as segment,
    placed.locale,
    placed.is_internal,
    placed.is_test,
    placed.created_at
from placed
left join config.personal_domain as personal on personal.domain = placed.email_domain
left join staging.account as account
    on account.program_id = placed.program_id and account.account_key = placed.account_key
