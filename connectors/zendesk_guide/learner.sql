-- description: One row per author of an article: staff, so that their own reading and voting is not taken for a customer's.
with authors as (
    select *,
        row_number() over (
            partition by _program_id, author_id
            order by updated_at desc nulls last, _file desc, _row desc
        ) as recency
    from landing.zendesk_guide__articles
    where author_id is not null
)

select
    _program_id,
    _source,
    _file,
    _row,
    author_id as learner_id,
    true as is_staff
from authors
where recency = 1
