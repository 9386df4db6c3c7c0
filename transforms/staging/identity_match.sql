-- description: One row per program, kind and method, how identifiers became people, people got accounts, and where sources disagree.
-- grain: [program_id, kind, method]
-- columns:
--   program_id: program the row belongs to
--   kind: what is counted; identifier, person (by the sources that name it), account (external people by how they got one) or conflict
--   method: how it was matched, or what the conflict is
--   item_count: how many
--   total_count: of how many
--   share: item_count of total_count; null where there is nothing to count

with identifier_seen as (
    select program_id, source, person_id as identifier, person_id, email from staging.person_seen
    where person_id is not null
    union all
    select program_id, source, email, null, email from staging.person_seen
    where email is not null
),

identifier as (
    select
        seen.program_id,
        seen.identifier,
        coalesce(identity.person_key, seen.identifier) as person_key,
        bool_or(seen.person_id is not null) as is_id,
        bool_or(seen.person_id is not null and seen.email is not null) as has_email
    from identifier_seen as seen
    left join staging.identity as identity
        on identity.program_id = seen.program_id and identity.key = seen.person_id
    group by all
),

person_source as (
    select
        identifier.program_id,
        identifier.person_key,
        count(distinct seen.source) as source_count
    from identifier_seen as seen
    inner join identifier
        on identifier.program_id = seen.program_id and identifier.identifier = seen.identifier
    group by identifier.program_id, identifier.person_key
),

person_identifier as (
    select
        program_id,
        person_key,
        count(*) as identifier_count,
        bool_and(is_id) as is_id_only
    from identifier
    group by program_id, person_key
),

person as (
    select
        held.program_id,
        held.person_key,
        held.identifier_count,
        person_source.source_count,
        case
            when held.identifier_count > 1 then 'email_beside_id'
            when person_source.source_count > 1 and held.is_id_only then 'same_id'
            when person_source.source_count > 1 then 'same_email'
            else 'single'
        end as method
    from person_identifier as held
    inner join person_source using (program_id, person_key)
),

person_total as (
    select
        person.program_id,
        sum(person.identifier_count) as identifiers,
        count(*) as people,
        count(learner.person_key) filter (where not learner.is_internal) as external_people
    from person
    left join staging.learner as learner using (program_id, person_key)
    group by person.program_id
),

email_total as (
    select
        program_id,
        count(distinct person_id) as ids_with_email
    from staging.person_seen
    where person_id is not null and email is not null
    group by program_id
),

several_emails as (
    select program_id, person_id
    from staging.person_seen
    where person_id is not null and email is not null
    group by program_id, person_id
    having count(distinct email) > 1
),

owned_domain as (
    select program_id, domain, count(*) as owner_count
    from staging.account
    where domain is not null
    group by program_id, domain
),

domain_total as (
    select program_id, count(*) as domains
    from owned_domain
    group by program_id
),

-- a name typed at sign-up beside the account's id is no second account
named_account as (
    select
        seen.program_id,
        coalesce(identity.person_key, seen.email, seen.person_id) as person_key,
        count(distinct account.account_key) as listed_count,
        count(distinct seen.account_id) as named_count
    from staging.person_seen as seen
    left join staging.identity as identity
        on identity.program_id = seen.program_id and identity.key = seen.person_id
    left join staging.account as account
        on account.program_id = seen.program_id and account.account_key = seen.account_id
    where seen.account_id is not null
    group by all
),

named_total as (
    select program_id, count(*) as people_named
    from named_account
    group by program_id
),

counted as (
    select program_id, 'identifier' as kind, method, sum(identifier_count) as item_count
    from person
    group by program_id, method
    union all
    select program_id, 'person', case when source_count > 1 then method else 'one_source' end, count(*)
    from person
    group by all
    union all
    select program_id, 'account', account_match, count(*)
    from staging.learner
    where not is_internal
    group by program_id, account_match
    union all
    select program_id, 'conflict', 'id_with_several_emails', count(*)
    from several_emails
    group by program_id
    union all
    select program_id, 'conflict', 'domain_of_several_accounts', count(*)
    from owned_domain
    where owner_count > 1
    group by program_id
    union all
    select program_id, 'conflict', 'person_of_several_accounts', count(*)
    from named_account
    where listed_count > 1 or (listed_count = 0 and named_count > 1)
    group by program_id
),

-- every line is told, a zero too: no conflict is news
expected as (
    select
        total.program_id,
        line.kind,
        line.method,
        case line.kind
            when 'identifier' then total.identifiers
            when 'person' then total.people
            when 'account' then total.external_people
            else
                case line.method
                    when 'id_with_several_emails' then email_total.ids_with_email
                    when 'domain_of_several_accounts' then domain_total.domains
                    else named_total.people_named
                end
        end as total_count
    from person_total as total
    left join email_total using (program_id)
    left join domain_total using (program_id)
    left join named_total using (program_id)
    cross join (
        values
            ('identifier', 'email_beside_id'),
            ('identifier', 'same_email'),
            ('identifier', 'same_id'),
            ('identifier', 'single'),
            ('person', 'email_beside_id'),
            ('person', 'same_email'),
            ('person', 'same_id'),
            ('person', 'one_source'),
            ('account', 'named'),
            ('account', 'domain'),
            ('account', 'named_unlisted'),
            ('account', 'none'),
            ('conflict', 'id_with_several_emails'),
            ('conflict', 'domain_of_several_accounts'),
            ('conflict', 'person_of_several_accounts')
    ) as line (kind, method)
)

select
    expected.program_id,
    expected.kind,
    expected.method,
    cast(coalesce(counted.item_count, 0) as bigint) as item_count,
    cast(coalesce(expected.total_count, 0) as bigint) as total_count,
    coalesce(counted.item_count, 0) / nullif(cast(expected.total_count as double), 0) as share
from expected
left join counted using (program_id, kind, method)
