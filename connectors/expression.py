"""Checks the `{sql: ...}` of a column map: one scalar expression over the export's columns, nothing else."""

import sqlglot
from sqlglot import exp

from connectors.nearest import nearest
from connectors.problem import UnusableExport, listing
from connectors.rows import Rows

# statements, other tables, other rows; and what is not the same every time it is asked
FORBIDDEN = (
    exp.Query,
    exp.Table,
    exp.AggFunc,
    exp.Window,
    exp.Star,
    exp.Command,
    exp.Parameter,
    exp.Placeholder,
    exp.CurrentDate,
    exp.CurrentTime,
    exp.CurrentTimestamp,
    exp.CurrentUser,
    exp.Rand,
    exp.Uuid,
    exp.Unnest,
)
FORBIDDEN_PREFIXES = ("read_", "duckdb_", "pragma_", "parquet_", "current_", "pg_")
FORBIDDEN_NAMES = {
    "getenv",
    "getvariable",
    "glob",
    "sniff_csv",
    "query",
    "query_table",
    "which_secret",
    "nextval",
    "currval",
    "random",
    "setseed",
    "uuid",
    "gen_random_uuid",
    "uuidv4",
    "uuidv7",
    "now",
    "today",
    "get_current_time",
    "get_current_timestamp",
    "transaction_timestamp",
    "txid_current",
    "in_search_path",
    "write_log",
    "error",
    "unnest",
    "generate_series",
    "range",
    "version",
    "add_parquet_key",
    "json_serialize_sql",
    "json_execute_serialized_sql",
    "st_read",
    "seq_scan",
    "index_scan",
    "checkpoint",
    "force_checkpoint",
    "sql_auto_complete",
}
LEGAL = "one expression over the file's columns, such as strptime(\"Start\", '%d/%m/%Y')"


def rewritten(sql: str, rows: Rows, is_json: bool) -> str:
    """The expression over the relation's own columns. Raises UnusableExport."""
    tree = parsed(sql)

    def place(node: exp.Expr) -> exp.Expr:
        if not isinstance(node, exp.Column):
            return node
        name = ".".join(part.name for part in node.parts) if is_json else node.name
        if not is_json and len(node.parts) > 1:
            raise UnusableExport(
                f"{{sql: {sql}}} names '{node.sql()}'",
                "columns without a table name",
                f'quote a column whose name holds a dot: "{node.sql()}"',
            )
        return sqlglot.parse_one(rows.native(_column(name, sql, rows)), dialect="duckdb")

    return tree.transform(place).sql(dialect="duckdb")


def columns_in(sql: str) -> set[str]:
    """Names of the export's columns, or first steps of its paths, that the expression uses."""
    return {part for column in parsed(sql).find_all(exp.Column) for part in (column.name, column.parts[0].name)}


def parsed(sql: str) -> exp.Expr:
    """The expression as a tree, refused unless it is scalar and reproducible."""
    try:
        statements = sqlglot.parse(f"select {sql}", dialect="duckdb")
    except sqlglot.errors.SqlglotError as error:
        text = " ".join(str(error).split(". ")[0].split())
        raise UnusableExport(f"{{sql: {sql}}} cannot be read ({text})", LEGAL, "correct the expression") from None
    statement = statements[0] if len(statements) == 1 else None
    clauses = {name for name, value in (statement.args if statement else {}).items() if value}
    if not isinstance(statement, exp.Select) or clauses - {"expressions", "kind"} or len(statement.expressions) != 1:
        raise UnusableExport(f"{{sql: {sql}}} is more than one expression", LEGAL, "leave only the expression")
    tree: exp.Expr = statement.expressions[0]
    tree = tree.this if isinstance(tree, exp.Alias) else tree
    for node in tree.walk():
        if isinstance(node, FORBIDDEN) or _is_forbidden_function(node):
            seen = node.sql(dialect="duckdb")
            raise UnusableExport(
                f"{{sql: {sql}}} uses {seen}",
                LEGAL + "; no subqueries, aggregates, files, clocks or random values",
                "leave it out",
            )
    return tree


def _is_forbidden_function(node: exp.Expr) -> bool:
    if not isinstance(node, exp.Func):
        return False
    name = (node.name if isinstance(node, exp.Anonymous) else node.sql_name()).lower()
    return name in FORBIDDEN_NAMES or name.startswith(FORBIDDEN_PREFIXES)


def _column(name: str, sql: str, rows: Rows) -> str:
    if name in rows.names:
        return name
    folded = [header for header in rows.names if header.casefold() == name.casefold()]
    if len(folded) == 1:
        return folded[0]
    if name.split(".", 1)[0] in rows.names:
        return name  # a path into a JSON record
    names = list(rows.names)
    raise UnusableExport(
        f"{{sql: {sql}}} names the column '{name}', which the file does not have",
        f"one of {listing(names)}; names with blanks or capitals in double quotes, texts in single quotes",
        nearest(name, names) or "correct the expression",
    )
