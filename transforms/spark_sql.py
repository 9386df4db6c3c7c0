"""One select of ours, in DuckDB's words, as Spark says it; with the same answer, down to nulls, ties and time zones.

sqlglot knows both dialects, but not everywhere that they differ in silence. What it leaves to differ is put right here:
how text is trimmed and lowered, what a regular expression's `$` is, that only the first match is replaced, days between
two instants, division, and what `date_trunc` gives. What neither speaks alike is refused by `transforms.portable`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from sqlglot import exp, parse_one
from sqlglot.generators.spark import SparkGenerator

NO_ZONE = "TIMESTAMP_NTZ"
SPACES = r"^\p{Zs}+|\p{Zs}+\z"  # what DuckDB's trim takes away: every kind of space, and no tab or line end


def spark_sql(sql: str) -> str:
    """The select in Spark's SQL; each table it reads, `schema.name`, is the view `schema__name`."""
    tree = exp.Subquery(this=parse_one(sql, dialect="duckdb"))  # something to stand in, should all be replaced
    for node in reversed(list(tree.walk())):  # from within, so that what is put in place is not put in place again
        node.comments = None
        if change := CHANGES.get(type(node)):
            node.replace(change(node))
    return str(Spark4(dialect="spark", identify=True).generate(tree.this))


def view_name(table: str) -> str:
    """The name of Spark's view of a table: Spark has no schemas of temporary views."""
    return table.replace(".", "__")


class Spark4(SparkGenerator):
    """Spark 4 has QUALIFY and lateral joins; sqlglot would write them otherwise, losing a join's condition."""

    TRANSFORMS: ClassVar = {kind: how for kind, how in SparkGenerator.TRANSFORMS.items() if kind is not exp.Select}


def _table(node: exp.Expr) -> exp.Expr:
    if not node.args.get("db"):
        return node
    alias = node.alias or node.name
    return exp.alias_(exp.to_table(view_name(f"{node.text('db')}.{node.name}")), alias, table=True)


def _call(name: str, *args: exp.Expr | str) -> exp.Anonymous:
    return exp.Anonymous(
        this=name, expressions=[exp.Literal.string(one) if isinstance(one, str) else one for one in args]
    )


def _named(node: exp.Expr) -> exp.Expr:
    name = {"hash": "XXHASH64"}.get(node.name.lower(), node.name)
    return exp.Anonymous(this=name, expressions=node.expressions)


def _cast(node: exp.Expr, kind: str) -> exp.Expr:
    return exp.cast(node, kind, dialect="spark")


def _divided(node: exp.Expr) -> exp.Expr:
    """Division as of two doubles, whatever they are; by zero it gives infinity or no number, as in DuckDB."""
    top, bottom = _cast(node.this, "double"), _cast(node.expression, "double")
    if isinstance(node.expression, exp.Literal):
        return exp.Paren(this=exp.Div(this=top, expression=bottom, typed=True))
    is_zero = exp.EQ(this=bottom.copy(), expression=exp.Literal.number(0))
    endless = exp.If(this=is_zero, true=_call("DOUBLE", "Infinity"), false=exp.Null())
    beyond = exp.Mul(this=top.copy(), expression=endless)
    return exp.Coalesce(this=_call("TRY_DIVIDE", top, bottom), expressions=[beyond])


def _trimmed(node: exp.Expr) -> exp.Expr:
    if node.expression is not None or node.args.get("position"):
        return node
    return _call("REGEXP_REPLACE", node.this, SPACES, "")


def _lowered(node: exp.Expr) -> exp.Expr:
    # letter by letter, as DuckDB does: Java looks at the end of the word for a sigma and gives the dotted I two letters
    return exp.Lower(this=_call("TRANSLATE", node.this, "\u0130\u03a3", "i\u03c3"))


def _truncated(node: exp.Expr) -> exp.Expr:
    return _cast(_call("DATE_TRUNC", node.text("unit"), node.this), NO_ZONE)


def _days(node: exp.Expr) -> exp.Expr:
    """Midnights between two instants; Spark's own form with a unit counts whole days."""
    return _call("DATEDIFF", _cast(node.this, "date"), _cast(node.expression, "date"))


def _seconds(node: exp.Expr) -> exp.Expr:
    micros = _call("UNIX_MICROS", _cast(node.this, "timestamp_ltz"))
    return exp.Paren(this=exp.Div(this=micros, expression=_cast(exp.Literal.number(1_000_000), "double"), typed=True))


def _at_extreme(node: exp.Expr) -> exp.Expr:
    """`max_by(x, y)` looks past rows without an x; Spark's own does not."""
    told = exp.If(this=exp.Is(this=node.this.copy(), expression=exp.Null()), true=exp.Null(), false=node.expression)
    return type(node)(this=node.this, expression=told)


def _exploded(node: exp.Expr) -> exp.Expr:
    """`unnest(list) as t (column)`: a lateral join, which may have a condition and be followed by others."""
    alias = node.args.get("alias")
    return exp.Lateral(this=exp.Explode(this=node.expressions[0]), alias=alias.copy() if alias else None)


def _searched(node: exp.Expr) -> exp.Expr:
    return exp.RegexpLike(this=node.this, expression=exp.Literal.string(_java(_pattern(node.expression))))


def _extracted(node: exp.Expr) -> exp.Expr:
    group = node.args.get("group") or exp.Literal.number(0)
    return _call("REGEXP_EXTRACT", node.this, _java(_pattern(node.expression)), group)


def _replaced(node: exp.Expr) -> exp.Expr:
    """The first match replaced; Spark replaces all, so the match is sought with all that comes before it."""
    pattern, by = _pattern(node.expression), node.args["replacement"].name
    if "g" in node.text("modifiers"):
        return _call("REGEXP_REPLACE", node.this, _java(pattern), _groups(by, 0))
    return _call("REGEXP_REPLACE", node.this, _java(f"\\A([\\s\\S]*?)(?:{pattern})"), f"$1{_groups(by, 1)}")


def _pattern(node: exp.Expr) -> str:
    """The text of a pattern, which may be written in several pieces."""
    return "".join(str(one.this) for one in node.find_all(exp.Literal, bfs=False))


def _java(pattern: str) -> str:
    """A pattern of RE2 as Java reads it: `$` is the end of the text, and only a line feed ends a line."""
    said, is_class, is_escaped = "", False, False
    for letter in pattern:
        if letter == "$" and not is_class and not is_escaped:
            said += r"\z"
            continue
        said += letter
        if not is_escaped:
            is_class = letter == "[" or (is_class and letter != "]")
        is_escaped = letter == "\\" and not is_escaped
    return f"(?d){said}"


def _groups(by: str, shift: int) -> str:
    """What a match is replaced by: `\\1` is `$1` in Java, and `$` must not be one."""
    said, rest = "", by.replace("$", r"\$")
    while rest:
        head, mark, rest = rest.partition("\\")
        said += head
        if mark and rest[:1].isdigit():
            said, rest = f"{said}${{{int(rest[0]) + shift}}}", rest[1:]
        elif mark:
            said, rest = said + mark + rest[:1], rest[1:]
    return said.replace("${", "$").replace("}", "")


CHANGES: dict[type[exp.Expr], Callable[[exp.Expr], exp.Expr]] = {
    exp.Table: _table,
    exp.Anonymous: _named,
    exp.Div: _divided,
    exp.Trim: _trimmed,
    exp.Lower: _lowered,
    exp.TimestampTrunc: _truncated,
    exp.DateTrunc: _truncated,
    exp.DateDiff: _days,
    exp.TimeToUnix: _seconds,
    exp.ArgMax: _at_extreme,
    exp.ArgMin: _at_extreme,
    exp.Unnest: _exploded,
    exp.RegexpLike: _searched,
    exp.RegexpExtract: _extracted,
    exp.RegexpReplace: _replaced,
}
