-- description: One row per program and web address of an item in the catalogue, so that views known by address alone find it.
-- grain: [program_id, address]
-- columns:
--   program_id: program the row belongs to
--   address: "address, normalised: no scheme, www, query, fragment or closing slash; of a help-center article no language, no hc and no title words"
--   content_id: identity of the item; of several at one address the first by name

with addressed as (
    select
        program_id,
        content_id,
        regexp_replace(
            regexp_replace(
                regexp_replace(
                    rtrim(
                        regexp_replace(regexp_replace(lower(trim(url)), '^[a-z]+://(www[.])?', ''), '[?#].*$', ''),
                        '/'
                    ),
                    '/hc/[a-z]{2,3}(-[a-z0-9]+)*/',
                    '/hc/'
                ),
                '/[a-z]{2}(-[a-z0-9]{2,4})?/(articles|collections|support/solutions)/',
                '/\2/'
            ),
            '(/articles/[0-9]+)-[^/]*$',
            '\1'
        ) as address
    from source.content_item
    where url is not null
)

select
    program_id,
    address,
    min(content_id) as content_id
from addressed
where address <> ''
group by program_id, address
