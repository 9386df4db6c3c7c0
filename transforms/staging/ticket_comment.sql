-- description: One row per comment on a ticket.
-- grain: []
-- columns:
--   program_id: program the row belongs to
--   month: program-local month, first day
--   ticket_id: identity of the ticket
--   created_at: when it was written
--   author_key: hashed identity of the author; null if unknown
--   is_staff: whether staff wrote it
--   is_public: whether the requester can read it
--   attachment_count: files attached
--   link_count: links in it
--   attachments: names of the files attached
--   links: links in it

-- identical rows are one comment; the text tells two comments of one second apart and stays behind here
with comments as (
    select distinct
        program_id, month, ticket_id, created_at, author_id, author_email, is_staff, is_public, body,
        attachments, links
    from source.ticket_comment
)

select
    comments.program_id,
    comments.month,
    comments.ticket_id,
    comments.created_at,
    coalesce(identity.person_key, comments.author_email, comments.author_id) as author_key,
    coalesce(comments.is_staff, learner.is_internal, false) as is_staff,
    coalesce(comments.is_public, true) as is_public,
    cast(coalesce(array_length(comments.attachments), 0) as bigint) as attachment_count,
    cast(coalesce(array_length(comments.links), 0) as bigint) as link_count,
    comments.attachments,
    comments.links
from comments
left join staging.identity as identity
    on identity.program_id = comments.program_id and identity.key = comments.author_id
left join staging.learner as learner
    on learner.program_id = comments.program_id
    and learner.person_key = coalesce(identity.person_key, comments.author_email, comments.author_id)
