"""Checks the `{sql: ...}` of a column map: one scalar expression over the export's columns, nothing else."""

import sqlglot
from sqlglot import exp

from connectors.expression_functions import forbidden_part
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
MOST_CHARACTERS = 4000
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
    if len(sql) > MOST_CHARACTERS:
        raise UnusableExport(
            f"{{sql: {sql[:40]}…}} has {len(sql):,} characters",
            f"{LEGAL}, of up to {MOST_CHARACTERS:,} characters",
            "shorten it",
        )
    try:
        return _checked(sql)
    except RecursionError:
        raise UnusableExport(
            f"{{sql: {sql[:40]}…}} is nested too deeply", LEGAL, "write it with fewer brackets"
        ) from None


def _checked(sql: str) -> exp.Expr:
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
    seen = next((node.sql(dialect="duckdb") for node in tree.walk() if isinstance(node, FORBIDDEN)), None)
    # as it will be run: two readers of one text may differ
    seen = seen or forbidden_part(tree.sql(dialect="duckdb"))
    if seen:
        raise UnusableExport(
            f"{{sql: {sql}}} uses {seen}",
            LEGAL + "; no subqueries, aggregates, files, clocks or random values",
            "leave it out",
        )
    return tree


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
