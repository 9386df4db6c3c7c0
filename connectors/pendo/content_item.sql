-- description: One row per guide, as last exported.
select
    _program_id,
    _source,
    _file,
    _row,
    'pendo:' || id as content_id,
    name as title,
    'guide' as content_type,
    case state
        when 'public' then 'published'
        when 'draft' then 'draft'
        when 'staged' then 'draft'
        when '_pendingReview_' then 'draft'
        when 'disabled' then 'archived'
        when 'archived' then 'archived'
    end as status,
    author_id,
    published_at,
    updated_at as edited_at,
    updated_at as _version
from landing._pendo__guide
where is_deleted is not true
    and coalesce(state, '') <> 'deleted'
