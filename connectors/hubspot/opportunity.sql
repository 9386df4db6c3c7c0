-- description: One row per deal that is there, as last exported.
with ranked as (
    select *,
        row_number() over (
            partition by _program_id, id
            order by modified_at desc nulls last, synced_at desc nulls last, _file desc, _row desc
        ) as recency
    from landing.hubspot__deals
),

merged as (
    -- a warehouse keeps the row of a deal that was merged into another
    select _program_id, unnest(merged_ids) as merged_id
    from ranked
    where recency = 1
    union
    select _program_id, merged_id
    from landing.hubspot__deal_merges
    where not coalesce(is_removed, false)
        and merged_id <> deal_id
),

deal_contacts as (
    select _program_id, deal_id, min_by(contact_id, _row) as contact_id
    from landing.hubspot__deal_contacts
    where not coalesce(is_removed, false)
    group by _program_id, deal_id
),

deal_companies as (
    select _program_id, deal_id, min_by(company_id, _row) as company_id
    from landing.hubspot__deal_companies
    where not coalesce(is_removed, false)
    group by _program_id, deal_id
),

deals as (
    select
        ranked.* exclude (contact_id, company_id),
        coalesce(ranked.contact_id, ranked.contact_ids[1], deal_contacts.contact_id) as contact_id,
        coalesce(ranked.company_id, ranked.company_ids[1], deal_companies.company_id) as company_id,
        -- the stages HubSpot starts with say it by their ids, and on the screen by their names
        regexp_replace(lower(ranked.stage), '^.*/|[^a-z]', '', 'g') as stage_name
    from ranked
    left join merged
        on merged._program_id = ranked._program_id
        and merged.merged_id = ranked.id
    left join deal_contacts
        on deal_contacts._program_id = ranked._program_id
        and deal_contacts.deal_id = ranked.id
    left join deal_companies
        on deal_companies._program_id = ranked._program_id
        and deal_companies.deal_id = ranked.id
    where ranked.recency = 1
        and merged.merged_id is null
        and not coalesce(ranked.is_archived, false)
        and not coalesce(ranked.is_deleted, false)
        and not coalesce(ranked.is_removed, false)
)

select
    deals._program_id,
    deals._source,
    deals._file,
    deals._row,
    deals.id as opportunity_id,
    deals.created_at,
    coalesce(companies.account_id, deals.company_id, contacts.account_id) as account_id,
    contacts.email as contact_email,
    contacts.email_domain as contact_email_domain,
    try_cast(replace(deals.amount, ',', '') as double) as amount,
    case
        when deals.is_won or stages.is_won or starts_with(deals.stage_name, 'closedwon') then true
        when deals.is_closed or stages.is_closed or starts_with(deals.stage_name, 'closedlost') then false
    end as is_won,
    coalesce(deals.modified_at, deals.synced_at) as _version
from deals
left join landing._hubspot__stage as stages
    on stages._program_id = deals._program_id
    and stages.pipeline = deals.pipeline
    and stages.stage = deals.stage
left join landing._hubspot__merged_contact as merged_contacts
    on merged_contacts._program_id = deals._program_id
    and merged_contacts.merged_id = deals.contact_id
left join landing._hubspot__person as contacts
    on contacts._program_id = deals._program_id
    and contacts.id = coalesce(merged_contacts.contact_id, deals.contact_id)
left join landing._hubspot__company as companies
    on companies._program_id = deals._program_id
    and companies.id = deals.company_id
