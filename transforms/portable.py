"""What SQL of ours may be made of, so that DuckDB and Spark answer it alike.

A list of what is allowed, each proven by `tests/test_spark.py` on both engines: what is not on it may mean something
else on Spark, or fail there on the night when it matters. To use more, put it here together with a case that shows it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlglot import exp

STRUCTURE = {
    *(exp.Select, exp.From, exp.Join, exp.Where, exp.Group, exp.Having, exp.Order, exp.Ordered, exp.With, exp.CTE),
    *(exp.Subquery, exp.Union, exp.Qualify, exp.Table, exp.TableAlias, exp.Alias, exp.Column, exp.Identifier, exp.Star),
    *(exp.Values, exp.Tuple, exp.Unnest, exp.Window, exp.WindowSpec, exp.Filter, exp.Distinct, exp.Var, exp.Paren),
    *(exp.Literal, exp.Null, exp.Boolean, exp.DataType, exp.Interval),
}
OPERATORS = {
    *(exp.And, exp.Or, exp.Not, exp.Is, exp.In, exp.Between, exp.Like, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT),
    *(exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Neg, exp.DPipe, exp.Cast),
    *(exp.Case, exp.If, exp.Coalesce, exp.Nullif),
}
FUNCTIONS = {
    *(exp.Count, exp.Sum, exp.Min, exp.Max, exp.Median, exp.StddevSamp, exp.LogicalOr, exp.LogicalAnd, exp.ArgMax),
    *(exp.ArgMin, exp.RowNumber, exp.Lag, exp.Lead, exp.Least, exp.Greatest, exp.Round, exp.Floor, exp.Sqrt, exp.Exp),
    *(exp.Ln, exp.Lower, exp.Trim, exp.Replace, exp.Concat, exp.ConcatWs, exp.SplitPart, exp.MD5, exp.RegexpLike),
    *(exp.RegexpExtract, exp.RegexpReplace, exp.ArraySize, exp.ArraySort, exp.ArrayToString, exp.TimestampTrunc),
    *(exp.DateDiff, exp.Extract, exp.LastDay, exp.TimeToUnix, exp.GenerateSeries),
}
PROVEN = STRUCTURE | OPERATORS | FUNCTIONS
NAMED = {"hash"}  # functions that sqlglot knows by their name only
TYPES = {"VARCHAR", "TEXT", "DATE", "TIMESTAMP", "DOUBLE", "BIGINT", "INT", "BOOLEAN"}
UNITS = {"MINUTE", "HOUR", "DAY", "MONTH"}
JOINS = {"", "INNER", "CROSS", "LEFT", "FULL", "ANTI"}
INSTEAD: dict[type[exp.Expr], str] = {
    exp.Quantile: "write median(x)",
    exp.PercentileCont: "write median(x)",
    exp.PercentileDisc: "write median(x)",
    exp.Length: "of a list, write array_length(x)",
    exp.TryCast: "write cast(x as …) of what is known to fit",
    exp.AnyValue: "write min(x) or max(x)",
    exp.First: "write min_by(x, order)",
    exp.Last: "write max_by(x, order)",
    exp.ILike: "write lower(x) like …",
    exp.IntDiv: "write floor(a / b)",
    exp.Except: "write an anti join",
    exp.Intersect: "write an inner join of distinct rows",
    exp.Lambda: "unnest the list in a join",
    exp.Bracket: "unnest the list in a join",
    exp.ArrayAgg: "keep rows, and count them",
    exp.Upper: "write lower(x)",
}
ELSE = "write it with what transforms/portable.py lists, or prove it on both engines and add it there"
PATTERN = re.compile(r"\(\?|\[\[|&&|\\[bBsSpPQECXZzhHRvV]")


def unportable(tree: exp.Expr, where: str) -> list[str]:
    """A problem for each construct that Spark may answer otherwise: the file, the construct, what to write instead."""
    return [
        f"{where}:{_line(node)}: {_shown(node)} is not the same on Spark as on DuckDB; {_refused(node)}"
        for node in tree.walk(prune=lambda node: _refused(node) is not None)
        if _refused(node)
    ]


def _line(node: exp.Expr) -> int:
    """Where it stands: names know their line."""
    return next((int(one.meta["line"]) for one in node.find_all(exp.Identifier) if "line" in one.meta), 1)


def _refused(node: exp.Expr) -> str | None:
    if isinstance(node, exp.Anonymous):
        return None if node.name.lower() in NAMED else ELSE
    kind = type(node)
    if kind not in PROVEN:
        return INSTEAD.get(kind, ELSE)
    check = CHECKS.get(kind)
    return check(node) if check else None


def _cast(node: exp.Expr) -> str | None:
    kind = node.args["to"].sql(dialect="duckdb")
    return None if kind in TYPES else f"cast to one of {', '.join(sorted(TYPES - {'TEXT'})).lower()}"


def _unit(node: exp.Expr) -> str | None:
    unit = node.text("unit").upper().removesuffix("S")
    return None if unit in UNITS else f"use {', '.join(sorted(UNITS)).lower()}"


def _days(node: exp.Expr) -> str | None:
    return None if node.text("unit").upper() == "DAY" else "count days: date_diff('day', …)"


def _extract(node: exp.Expr) -> str | None:
    return None if node.name.upper() in ("HOUR", "MINUTE") else "take the hour or the minute"


def _pattern(node: exp.Expr) -> str | None:
    pieces = list(node.expression.find_all(exp.Literal))
    if node.expression.find(exp.Column) or not pieces:
        return "write the pattern as text"
    found = PATTERN.search("".join(piece.name for piece in pieces))
    return f"{found[0]!r} means something else to Java; spell out the letters, such as [a-z0-9 ]" if found else None


def _distinct(node: exp.Expr) -> str | None:
    if node.args.get("on"):
        return "write qualify row_number() over (partition by … order by …) = 1"
    return "count rows of a select distinct" if len(node.expressions) > 1 else None


def _union(node: exp.Expr) -> str | None:
    return "list the columns of both" if node.args.get("by_name") else None


def _join(node: exp.Expr) -> str | None:
    kinds = {node.text(part).upper() for part in ("method", "side", "kind")}
    if kinds - JOINS:
        return "use inner, left, full, cross or anti join"
    return None


def _qualify(node: exp.Expr) -> str | None:
    return (
        "group in a CTE of its own" if isinstance(node.parent, exp.Select) and node.parent.args.get("group") else None
    )


def _star(node: exp.Expr) -> str | None:
    return (
        "list the columns" if any(node.args.get(part) for part in ("except_", "replace", "rename", "ilike")) else None
    )


def _series(node: exp.Expr) -> str | None:
    ends = [node.args.get("start"), node.args.get("end")]
    if node.args.get("step") or not all(isinstance(one, exp.Literal) and one.is_int for one in ends):
        return "count up between two numbers, since Spark counts down where DuckDB gives nothing"
    return None


def _unnest(node: exp.Expr) -> str | None:
    alias = node.args.get("alias")
    join = node.parent
    if not isinstance(join, exp.Join) or join.args.get("on") or alias is None or len(alias.columns) != 1:
        return "write it as a join: cross join unnest(list) as name (item), conditions under where"
    return None


def _with(node: exp.Expr) -> str | None:
    return "write it without recursion" if node.args.get("recursive") else None


def _tuple(node: exp.Expr) -> str | None:
    return None if isinstance(node.parent, exp.Values) else "compare or count one thing at a time"


CHECKS: dict[type[exp.Expr], Callable[[exp.Expr], str | None]] = {
    exp.Cast: _cast,
    exp.Interval: _unit,
    exp.TimestampTrunc: _unit,
    exp.DateDiff: _days,
    exp.Extract: _extract,
    exp.RegexpLike: _pattern,
    exp.RegexpExtract: _pattern,
    exp.RegexpReplace: _pattern,
    exp.Distinct: _distinct,
    exp.Union: _union,
    exp.Join: _join,
    exp.Qualify: _qualify,
    exp.Star: _star,
    exp.GenerateSeries: _series,
    exp.Unnest: _unnest,
    exp.With: _with,
    exp.Tuple: _tuple,
}


def _shown(node: exp.Expr) -> str:
    text = " ".join(node.sql(dialect="duckdb", comments=False, normalize_functions="lower").split())
    return text if len(text) <= 60 else f"{text[:57]}…"
