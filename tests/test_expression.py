"""What the `{sql: ...}` of a column map may do: make a value of a row's values, and nothing else."""

from __future__ import annotations

import pytest

from connectors.expression import parsed
from connectors.problem import UnusableExport

ATTACKS = [
    "read_text('/etc/passwd')",
    "(select content from read_text('/etc/passwd'))",
    "array(select 1)",
    "exists(from read_csv('a'))",
    "x in (select a from b)",
    "(from duckdb_secrets())",
    "query('select 1')",
    "main.getenv('HOME')",
    "\"getenv\"('HOME')",
    "list_transform([x], lambda y: getenv(y))",
    "coalesce(x, getenv('HOME'))",
    "x at time zone getenv('HOME')",
    "current_setting('temp_directory')",
    "current_database()",
    "glob('/*')",
    "pragma_version()",
    "http_get('http://127.0.0.1/')",
    "json_execute_serialized_sql('x')",
    "json_serialize_plan('select 1')",
    "x; attach 'a.duckdb'",
    "x; copy raw to 'a.csv'",
    "install httpfs",
    "x) from read_csv('a') --",
    "columns('.*')",
    "#1",
    "$1",
    "?",
    "*",
    "count(*)",
    "sum(x) over ()",
    "unnest([1, 2])",
    "random()",
    "now()",
    "sleep_ms(100000)",
    "write_log('x')",
    "error('x')",
    "repeat('a', 100000000000)",
    "lpad(x, 1000000000, 'b')",
    "lpad(x, Start, 'b')",
    "printf('%1000000000d', 1)",
    "format('{:>1000000000}', 1)",
    "list_resize([1], 10000000000)",
    "range(10000000000)",
    "(" * 900 + "x" + ")" * 900,
    "not " * 900 + "x",
    "x" + " + x" * 5000,
]
HARMLESS = [
    "strptime(\"Start\", '%d/%m/%Y')",
    "case when status in ('solved', 'closed') then updated_at end",
    "role <> 'end-user'",
    "code || '/' || id",
    "split_part(verb, '/', -1)",
    "make_date(left(code, 4)::int, case right(code, 1) when 'J' then 10 else 2 end, 1) + days::int",
    "try_cast(replace(amount, ',', '') as double) / 100",
    "lpad(id, 8, '0')",
    "list_transform(string_split(tags, ' '), lambda one: lower(one))",
    "coalesce(nullif(trim(a), ''), b, 'none')",
    "a is not null and b between 1 and 3 or not (c like 'x%')",
    "date_trunc('month', x) + interval 3 days",
    "to_timestamp(x::bigint / 1000) at time zone 'Europe/Berlin'",
    "json_extract_string(x, '$.a')",
    "regexp_extract(x, '([0-9]+)', 1)",
]


@pytest.mark.parametrize("sql", ATTACKS, ids=lambda sql: sql[:40])
def test_an_expression_that_reaches_beyond_its_row_is_refused(sql: str) -> None:
    with pytest.raises(UnusableExport):
        parsed(sql)


@pytest.mark.parametrize("sql", HARMLESS)
def test_an_expression_over_its_row_is_taken(sql: str) -> None:
    parsed(sql)
