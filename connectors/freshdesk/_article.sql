-- description: One row per article and language as last exported; deleted ones and those in folders only agents see are left out.
-- grain: [_program_id, id, locale]
with located as (
    select *,
        -- a translation is fetched by its language, which its folder names; its record may not
        nullif(regexp_extract(_file, '/articles/[0-9]+/([A-Za-z]{2}(-[A-Za-z]{2,4})?)\.json', 1), '') as asked_locale
    from landing.freshdesk__solution_articles
),

ranked as (
    select *,
        row_number() over (
            partition by _program_id, id, lower(coalesce(asked_locale, locale))
            order by updated_at desc nulls last, _file desc, _row desc
        ) as recency
    from located
),

articles as (
    select * exclude (locale), lower(coalesce(asked_locale, locale)) as locale
    from ranked
    where recency = 1 and not coalesce(deleted, false)
),

main as (
    select *,
        row_number() over (
            partition by _program_id, id
            order by asked_locale is not null, created_at, locale
        ) = 1 as is_source
    from articles
),

folders as (
    select _program_id, id, max_by(visibility, coalesce(updated_at, timestamp '1990-01-01')) as visibility
    from landing.freshdesk__solution_folders
    group by _program_id, id
)

select
    main._program_id,
    main._source,
    main._file,
    main._row,
    main.id,
    main.locale,
    main.is_source,
    main.title,
    case split_part(main.status, '.', 1) when '1' then 'draft' when '2' then 'published' end as status,
    main.agent_id,
    regexp_replace(main.category_id, '([0-9])\.0$', '\1') as category_id,
    regexp_replace(main.folder_id, '([0-9])\.0$', '\1') as folder_id,
    main.hierarchy,
    main.tags,
    coalesce(main.modified_at, main.updated_at) as edited_at,
    main.created_at,
    main.updated_at
from main
left join folders
    on folders._program_id = main._program_id
    and folders.id = regexp_replace(main.folder_id, '([0-9])\.0$', '\1')
where coalesce(split_part(coalesce(main.folder_visibility, folders.visibility), '.', 1), '1') <> '3'
