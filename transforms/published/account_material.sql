-- description: >-
--   One row per account, pseudonymous, and piece of material that staff sent it: how often and in what form. Requests to send
--   something again are tickets of intent resend_request.
-- grain: [program_id, account_key, material_key]
-- belongs_to: [account, content_item?]
-- types: {program_id: VARCHAR, account_key: VARCHAR, material_key: VARCHAR, content_id: VARCHAR, topic: VARCHAR,
--   sends: BIGINT, send_days: BIGINT, sends_as_file: BIGINT, versions: BIGINT, first_sent_at: TIMESTAMP,
--   last_sent_at: TIMESTAMP}
-- columns:
--   program_id: The program, as named in waystage.yaml.
--   account_key: Keyed hash of the account.
--   material_key: "The piece of content; else a hash of the file's content, its name or the address that was sent."
--   content_id: The piece of content; NULL where what was sent is none that is known.
--   topic: Its topic.
--   sends: How often it was sent.
--   send_days: On how many days.
--   sends_as_file: Of the sends, those as a file.
--   versions: How many files or addresses of it were sent.
--   first_sent_at: First sent, UTC.
--   last_sent_at: Last sent, UTC.
with sent as (
    select
        program_id,
        account_key,
        coalesce(
            content_id,
            'sent-' || substr(sha256(program_id || '|' || coalesce(content_key, asset_key, '')), 1, 12)
        ) as material_key,
        content_id,
        coalesce(content_key, asset_key) as version_key,
        form,
        sent_at
    from staging.staff_send
    where account_key is not null
)

select
    sent.program_id,
    sent.account_key,
    sent.material_key,
    sent.content_id,
    any_value(item.topic) as topic,
    count(*) as sends,
    count(distinct cast(sent.sent_at as date)) as send_days,
    count(*) filter (where sent.form = 'attachment') as sends_as_file,
    count(distinct sent.version_key) as versions,
    min(sent.sent_at) as first_sent_at,
    max(sent.sent_at) as last_sent_at
from sent
left join staging.content_item as item
    on item.program_id = sent.program_id
    and item.content_id = sent.content_id
group by sent.program_id, sent.account_key, sent.material_key, sent.content_id
order by sent.program_id, sent.account_key, sent.material_key
