-- description: One row per vote that the counters of an article gained between two exports with a date in their names, spread evenly over that time.
select * exclude (id)
from landing._freshdesk__gained_vote as votes
-- what only agents see is no content, so what they think of it is no vote
where exists (
    select 1
    from landing._freshdesk__article as article
    where article._program_id = votes._program_id
        and article.id = votes.id
)
