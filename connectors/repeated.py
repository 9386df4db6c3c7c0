"""Keys of which one export file may hold one row: refuses earlier rows, and says where no key repeats."""

from collections.abc import Mapping

import duckdb

from connectors.cast import quoted
from connectors.mapping import Input, Target


def reject_repeated(
    con: duckdb.DuckDBPyConnection, target: Target, inputs: Mapping[str, Input], columns: tuple[str, ...]
) -> tuple[int, bool]:
    """Reject all but the last row of a key whose rows differ; table `repeated` lists them.

    Returns how many, and whether every row has a whole key and no two the same: staging need not look again then.
    """
    con.execute("create or replace temp table repeated (_row bigint)")
    key = [name for name in target.unique if name in inputs]
    if not key:
        return 0, False
    listed = ", ".join(quoted(name) for name in key)
    known = " or ".join(f"{quoted(name)} is not null" for name in key)
    good = f"from numbered where _bad is null and ({known})"
    whole = " and ".join(f"{quoted(name)} is not null" for name in key)
    # eight bytes a row instead of the key: most files have no repeated key and are done here
    groups = f"select hash({listed}) as h, count(*) as n, count(*) filter (where {whole}) as whole {good} group by h"
    suspects, keyed = con.execute(f"select count(*) filter (where n > 1), sum(whole) from ({groups})").fetchall()[0]
    if not suspects:
        rows = con.execute("select count(*) from numbered where _bad is null").fetchall()[0][0]
        return 0, rows > 0 and keyed == rows and len(key) == len(target.unique)
    con.execute(f"create or replace temp table suspects as select h from ({groups}) where n > 1")
    content = ", ".join(quoted(name) for name in columns)
    con.execute(
        "insert into repeated select _row from (select _row, content, last_value(content) over same as last_content"
        f" from (select _row, {listed}, hash({content}) as content {good}"
        f" and hash({listed}) in (select h from suspects)) window same as (partition by {listed} order by _row"
        " rows between unbounded preceding and unbounded following)) where content <> last_content"
    )
    name = " and ".join(inputs[column].name for column in key)
    con.execute(
        "insert into rejected select _row, ?, 'duplicate key: a later row has the same key and other values;"
        " legal: one row per key; the last one is kept', to_json(struct_pack("
        + ", ".join(f"{quoted(column)} := {quoted(column)}" for column in columns)
        + ")) from numbered where _row in (select _row from repeated)",
        [name],
    )
    return int(con.execute("select count(*) from repeated").fetchall()[0][0]), False
