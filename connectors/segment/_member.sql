-- description: One row per person and the account they were last put in.
-- grain: [_program_id, user_id]
select
    _program_id,
    user_id,
    max_by(group_id, (type = 'group', occurred_at, _file, _row)) as account_id
from landing._segment__call
where user_id is not null
    and group_id is not null
group by _program_id, user_id
