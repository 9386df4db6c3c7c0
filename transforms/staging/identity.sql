-- description: One row per program and hashed id that some row links to an e-mail address; any other id or address is its own person.
-- grain: [program_id, key]
-- columns:
--   program_id: program the row belongs to
--   key: hashed id
--   person_key: hashed e-mail address of the person

with links as (
    select
        program_id,
        person_id,
        email,
        sum(row_count) as row_count
    from staging.person_seen
    where person_id is not null and email is not null
    group by all
),

-- the learner list says what a person's address is now; elsewhere it is as old as the event
listed as (
    select
        program_id,
        learner_id as person_id,
        email,
        row_number() over (
            partition by program_id, learner_id
            order by version nulls first, file, row_number
        ) as recency
    from source.learner
    where learner_id is not null and email is not null
),

newest as (
    select program_id, person_id, email, max(recency) as recency
    from listed
    group by all
),

ranked as (
    select
        links.program_id,
        links.person_id,
        links.email,
        row_number() over (
            partition by links.program_id, links.person_id
            order by newest.recency desc nulls last, links.row_count desc, links.email
        ) as place
    from links
    left join newest
        on newest.program_id = links.program_id
        and newest.person_id = links.person_id
        and newest.email = links.email
)

select
    program_id,
    person_id as key,
    email as person_key
from ranked
where place = 1
