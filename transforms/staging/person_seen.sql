-- description: One row per program, identifiers, e-mail domain and account named together in any entity, with how often.
-- grain: []
-- columns:
--   program_id: program the row belongs to
--   person_id: hashed id; null if only an e-mail is known
--   email: hashed e-mail address; null if unknown
--   email_domain: e-mail domain, lower case
--   account_id: account named beside the person; null if none
--   row_count: rows that name them so

with seen as (
    select
        program_id,
        learner_id as person_id,
        email,
        email_domain,
        account_id,
        count(*) as row_count
    from source.learner
    group by all

    union all

    select
        program_id,
        learner_id as person_id,
        email,
        email_domain,
        cast(null as varchar) as account_id,
        count(*) as row_count
    from source.enrollment
    group by all

    union all

    select
        program_id,
        learner_id as person_id,
        email,
        email_domain,
        cast(null as varchar) as account_id,
        count(*) as row_count
    from source.learning_event as event
    anti join staging.learning_event_repeat as repeated
        on repeated.file = event.file
        and repeated.row_number = event.row_number
        and repeated.program_id = event.program_id
    group by all

    union all

    select
        program_id,
        learner_id as person_id,
        email,
        email_domain,
        account_id,
        count(*) as row_count
    from source.content_view
    group by all

    union all

    select
        program_id,
        learner_id as person_id,
        email,
        email_domain,
        cast(null as varchar) as account_id,
        count(*) as row_count
    from source.content_vote
    group by all

    union all

    select
        program_id,
        learner_id as person_id,
        email,
        email_domain,
        cast(null as varchar) as account_id,
        count(*) as row_count
    from source.search
    group by all

    union all

    select
        program_id,
        learner_id as person_id,
        email,
        email_domain,
        account_id,
        count(*) as row_count
    from source.guide_event
    group by all

    union all

    select
        program_id,
        learner_id as person_id,
        email,
        email_domain,
        cast(null as varchar) as account_id,
        count(*) as row_count
    from source.certification
    group by all

    union all

    select
        program_id,
        learner_id as person_id,
        email,
        email_domain,
        account_id,
        count(*) as row_count
    from source.live_session
    group by all

    union all

    select
        program_id,
        requester_id as person_id,
        requester_email as email,
        requester_email_domain as email_domain,
        account_id,
        count(*) as row_count
    from source.ticket
    group by all

    union all

    select
        program_id,
        author_id as person_id,
        author_email as email,
        author_email_domain as email_domain,
        cast(null as varchar) as account_id,
        count(*) as row_count
    from source.ticket_comment
    group by all

    union all

    select
        program_id,
        cast(null as varchar) as person_id,
        recipient as email,
        recipient_domain as email_domain,
        account_id,
        count(*) as row_count
    from source.staff_send
    group by all

    union all

    select
        program_id,
        user_id as person_id,
        email,
        email_domain,
        account_id,
        count(*) as row_count
    from source.usage_event
    group by all

    union all

    select
        program_id,
        cast(null as varchar) as person_id,
        contact_email as email,
        contact_email_domain as email_domain,
        account_id,
        count(*) as row_count
    from source.opportunity
    group by all

    union all

    select
        program_id,
        author_id as person_id,
        cast(null as varchar) as email,
        cast(null as varchar) as email_domain,
        cast(null as varchar) as account_id,
        count(*) as row_count
    from source.content_item
    group by all
)

select
    program_id,
    person_id,
    email,
    lower(email_domain) as email_domain,
    account_id,
    cast(sum(row_count) as bigint) as row_count
from seen
where person_id is not null or email is not null
group by all
