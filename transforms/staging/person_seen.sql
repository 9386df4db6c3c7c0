-- description: One row per program, source, identifiers, e-mail domain and account named together in any entity, with how often.
-- grain: []
-- columns:
--   program_id: program the row belongs to
--   source: source that names them
--   person_id: hashed id; null if only an e-mail is known
--   email: hashed e-mail address; null if unknown
--   email_domain: e-mail domain, lower case
--   account_id: account named beside the person; null if none
--   row_count: rows that name them so

with named as (
    select program_id, source, learner_id as person_id, email, email_domain, account_id from source.learner
    union all
    select program_id, source, learner_id, email, email_domain, null from source.enrollment
    union all
    select program_id, source, learner_id, email, email_domain, account_id from source.content_view
    union all
    select program_id, source, learner_id, email, email_domain, null from source.content_vote
    union all
    select program_id, source, learner_id, email, email_domain, null from source.search
    union all
    select program_id, source, learner_id, email, email_domain, account_id from source.guide_event
    union all
    select program_id, source, learner_id, email, email_domain, null from source.certification
    union all
    select program_id, source, learner_id, email, email_domain, account_id from source.live_session
    union all
    select program_id, source, requester_id, requester_email, requester_email_domain, account_id from source.ticket
    union all
    select program_id, source, author_id, author_email, author_email_domain, null from source.ticket_comment
    union all
    select program_id, source, null, recipient, recipient_domain, account_id from source.staff_send
    union all
    select program_id, source, user_id, email, email_domain, account_id from source.usage_event
    union all
    select program_id, source, null, contact_email, contact_email_domain, account_id from source.opportunity
    union all
    select program_id, source, author_id, null, null, null from source.content_item
),

counted as (
    select *, count(*) as row_count
    from named
    where person_id is not null or email is not null
    group by all
    union all
    select program_id, source, learner_id, email, email_domain, null, event_count
    from staging.learning_event_month
    where learner_id is not null or email is not null
)

select
    program_id,
    source,
    person_id,
    email,
    lower(email_domain) as email_domain,
    account_id,
    cast(sum(row_count) as bigint) as row_count
from counted
group by all
