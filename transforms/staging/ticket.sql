-- description: One row per support ticket.
-- grain: [program_id, ticket_id]
-- columns:
--   program_id: program the row belongs to
--   month: program-local month, first day
--   ticket_id: identity of the ticket
--   created_at: when it was opened
--   requester_key: hashed identity of the requester; null if unknown
--   account_key: hashed identity of the customer account; null if none is known
--   channel: how it arrived
--   status: state it is in
--   solved_at: when it was solved
--   solved_month: program-local month in which it was solved
--   locale: language of the ticket
--   intent: what the requester wants, from the classifier; null if not classified
--   intent_probability: probability of the intent
--   intent_version: version of the classifier that said so
--   topic: stable topic of the ticket; null where fewer than three people asked about it
--   topic_key: identity of the topic, also of one without a name; null if the ticket says nothing telling
--   is_repeat: whether it is a how-to or cannot-find ticket and the third or later such on its topic within 90 days
--   is_internal: whether the requester is staff, a test user or from a staff domain
--   duplicate_of: ticket that this one repeats; null for tickets that count

with newest as (
    select *
    from source.ticket
    qualify row_number() over (
        partition by program_id, ticket_id
        order by version desc nulls last, file desc, row_number desc
    ) = 1
),

named as (
    select
        newest.program_id,
        newest.month,
        newest.ticket_id,
        newest.created_at,
        coalesce(identity.person_key, newest.requester_email, newest.requester_id) as requester_key,
        newest.account_id,
        newest.channel,
        newest.status,
        case when newest.solved_at >= program.closes_at then null else newest.solved_at end as solved_at,
        newest.locale,
        label.intent,
        label.intent_probability,
        label.classifier as intent_version,
        label.topic,
        label.topic_key,
        coalesce(nullif(newest.merged_into, newest.ticket_id), nullif(newest.follow_up_of, newest.ticket_id))
            as continues,
        program.timezone
    from newest
    left join staging.identity as identity
        on identity.program_id = newest.program_id and identity.key = newest.requester_id
    left join labels.ticket as label
        on label.program_id = newest.program_id and label.ticket_id = newest.ticket_id
    left join staging.program as program on program.program_id = newest.program_id
),

-- asking the same again within a week is one question, however long the chain grows
asked as (
    select
        *,
        lag(created_at) over same_question as previous_at,
        lag(ticket_id) over same_question as previous_id
    from named
    window same_question as (
        partition by program_id, requester_key, intent, topic_key, continues is null
        order by created_at, ticket_id
    )
),

judged as (
    select
        asked.*,
        coalesce(asked.account_id, learner.account_key) as account_key,
        coalesce(learner.is_internal, false) as is_internal,
        coalesce(
            asked.continues,
            case
                when asked.requester_key is not null
                    and asked.intent is not null
                    and asked.topic_key is not null
                    and asked.created_at <= asked.previous_at + interval 7 days
                    then asked.previous_id
            end
        ) as duplicate_of
    from asked
    left join staging.learner as learner
        on learner.program_id = asked.program_id and learner.person_key = asked.requester_key
),

questions as (
    select
        program_id,
        ticket_id,
        count(*) over (
            partition by program_id, topic_key
            order by created_at
            range between interval 90 days preceding and current row
        ) as asked_on_topic
    from judged
    where intent in ('how_to', 'cannot_find')
        and topic_key is not null
        and duplicate_of is null
        and not is_internal
)

select
    judged.program_id,
    judged.month,
    judged.ticket_id,
    judged.created_at,
    judged.requester_key,
    judged.account_key,
    judged.channel,
    judged.status,
    judged.solved_at,
    cast(
        case
            when judged.solved_at >= calendar.ends_at then calendar.month + interval 1 month
            else calendar.month
        end as date
    ) as solved_month,
    lower(replace(judged.locale, '_', '-')) as locale,
    judged.intent,
    judged.intent_probability,
    judged.intent_version,
    judged.topic,
    judged.topic_key,
    coalesce(questions.asked_on_topic >= 3, false) as is_repeat,
    judged.is_internal,
    judged.duplicate_of
from judged
left join questions
    on questions.program_id = judged.program_id and questions.ticket_id = judged.ticket_id
-- twelve hours back is never after the local month and at most one month before it
left join config.calendar as calendar
    on calendar.timezone = judged.timezone
    and calendar.month = cast(date_trunc('month', judged.solved_at - interval 12 hours) as date)
