-- description: One row per account, as last exported.
select
    _program_id,
    _source,
    _file,
    _row,
    account_id,
    name,
    segment,
    updated_at as _version
from landing._pendo__account
