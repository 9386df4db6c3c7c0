-- description: One row per person who works on issues - has one assigned or writes what customers do not see.
-- grain: [_program_id, person_id]
select _program_id, person_id
from (
    select _program_id, assignee_id as person_id from landing._jira__issue
    union
    select _program_id, author_id from landing._jira__comment where is_public is false or restricted_to is not null
) as working
where person_id is not null
