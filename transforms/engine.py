"""What makes staged tables and answers signals: DuckDB, or Spark, which must give the same."""

from __future__ import annotations

from dataclasses import dataclass

from transforms.measure import Ask, ask_duckdb
from transforms.stage import Build, build_in_duckdb


@dataclass(frozen=True)
class Engine:
    """How one staging table is built, and one signal asked."""

    build: Build = build_in_duckdb
    ask: Ask = ask_duckdb
