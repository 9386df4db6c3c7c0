-- description: One row per customer organization, as last exported.
with organizations as (
    select *,
        row_number() over (
            partition by _program_id, id
            order by updated_at desc nulls last, _file desc, _row desc
        ) as recency
    from landing.zendesk_support__organizations
),

segment_tags as (
    -- a tag may hold the segment where no custom field does; of several the first by name, so that order never matters
    select _program_id, id, min(regexp_extract(tag, '^segment[:_](.+)$', 1)) as segment
    from (select _program_id, id, unnest(tags) as tag from organizations where recency = 1) as tagged
    where regexp_matches(tag, '^segment[:_].')
    group by _program_id, id
)

select
    organizations._program_id,
    organizations._source,
    organizations._file,
    organizations._row,
    -- the customer's own id joins other exports; Zendesk's number joins nothing else
    coalesce(organizations.external_id, organizations.id) as account_id,
    organizations.name,
    lower(organizations.domain_names[1]) as domain,
    organizations.created_at as started_at,
    coalesce(organizations.segment, segment_tags.segment) as segment,
    organizations.updated_at as _version
from organizations
left join segment_tags
    on segment_tags._program_id = organizations._program_id
    and segment_tags.id = organizations.id
where organizations.recency = 1
