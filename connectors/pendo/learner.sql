-- description: One row per visitor, and per member of staff who makes guides.
with versions as (
    select * from landing.pendo__visitors
    union all by name
    select * from landing.pendo__visitor_versions
),

visitors as (
    select *
    from (
        select
            *,
            row_number() over (
                partition by _program_id, id
                order by updated_at desc nulls last, _file desc, _row desc
            ) as recency
        from versions
        where id is not null
    ) as known
    where recency = 1
        and is_deleted is not true
),

seen_in as (
    select _program_id, visitor_id, account_id
    from (
        select
            *,
            row_number() over (
                partition by _program_id, visitor_id
                order by updated_at desc nulls last, _file desc, _row desc
            ) as recency
        from landing.pendo__visitor_accounts
        where account_id is not null
    ) as known
    where recency = 1
),

authors as (
    select _program_id, _source, _file, _row, id, username, username_domain from landing.pendo__staff
    union all
    select _program_id, _source, _file, _row, author_id, null, null
    from landing._pendo__guide
    where author_id is not null
),

staff as (
    select *
    from (
        select
            *,
            row_number() over (partition by _program_id, id order by username nulls last, _file desc, _row desc) as choice
        from authors
    ) as listed
    where choice = 1
)

select
    visitors._program_id,
    visitors._source,
    visitors._file,
    visitors._row,
    visitors.id as learner_id,
    coalesce(visitors.email, visitors.id_email) as email,
    case
        when visitors.email is not null then visitors.email_domain
        when visitors.id_email is not null then visitors.id_email_domain
    end as email_domain,
    coalesce(accounts.account_id, visitors.account_id, seen_in.account_id) as account_id,
    visitors.role,
    visitors.segment,
    visitors.language as locale,
    case when lower(visitors.internal) in ('true', 'yes', '1') then true end as is_staff,
    visitors.first_visit as created_at,
    visitors.updated_at as _version
from visitors
left join seen_in
    on seen_in._program_id = visitors._program_id
    and seen_in.visitor_id = visitors.id
left join landing._pendo__account as accounts
    on accounts._program_id = visitors._program_id
    and accounts.id = coalesce(visitors.account_id, seen_in.account_id)
union all
select
    _program_id, _source, _file, _row, id, username, case when username is not null then username_domain end, null, null, null, null, true, null, null
from staff
