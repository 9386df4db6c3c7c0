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
--   attachments: names of the files attached, lower case
--   links: "links in it, normalised: no scheme, query, fragment or closing slash"

select
    cast(null as varchar) as program_id,
    cast(null as date) as month,
    cast(null as varchar) as ticket_id,
    cast(null as timestamp) as created_at,
    cast(null as varchar) as author_key,
    cast(null as boolean) as is_staff,
    cast(null as boolean) as is_public,
    cast(null as bigint) as attachment_count,
    cast(null as bigint) as link_count,
    cast(null as varchar[]) as attachments,
    cast(null as varchar[]) as links
where false
