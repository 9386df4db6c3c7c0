-- description: One row per vote on an article, as the voter last left it; without the votes themselves, those that dated counters tell of.
with votes as (
    select *,
        row_number() over (
            partition by _program_id, id
            order by coalesce(updated_at, created_at) desc, _file desc, _row desc
        ) as recency
    from landing.zendesk_guide__votes
),

cast_votes as (
    select
        _program_id,
        _source,
        _file,
        _row,
        -- a changed mind keeps the vote's id and moves updated_at: the opinion is of that day
        coalesce(updated_at, created_at) as voted_at,
        'zendesk_guide:' || item_id as content_id,
        value,
        user_id as learner_id,
        coalesce(updated_at, created_at) as _version
    from votes
    where recency = 1
        -- community posts and comments are voted on too; 0 is a vote taken back
        and coalesce(item_type, 'Article') = 'Article'
        and value <> 0
)

select * from cast_votes
union all by name
select * exclude (id)
from landing._zendesk_guide__gained_vote as counted_votes
-- the counters count the votes, which would count twice
where not exists (select 1 from votes where votes._program_id = counted_votes._program_id)
