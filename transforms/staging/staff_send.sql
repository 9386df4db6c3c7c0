-- description: One row per piece of learning content that staff sent to a customer at one time.
-- grain: []
-- columns:
--   program_id: program the row belongs to
--   month: program-local month, first day
--   sent_at: when it was sent
--   account_key: hashed identity of the customer account; null if none is known
--   recipient_key: hashed identity of the recipient; null if unknown
--   content_id: item that was sent; null if it is not in the catalogue
--   form: attachment or link
--   asset_key: file name or normalised address of what was sent

select
    cast(null as varchar) as program_id,
    cast(null as date) as month,
    cast(null as timestamp) as sent_at,
    cast(null as varchar) as account_key,
    cast(null as varchar) as recipient_key,
    cast(null as varchar) as content_id,
    cast(null as varchar) as form,
    cast(null as varchar) as asset_key
where false
