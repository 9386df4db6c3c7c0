"""The four signals as a dbt project on DuckDB (`dbt/`)."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).parent / "dbt"


def main() -> int:
    exports, out = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    with tempfile.TemporaryDirectory() as scratch:
        os.environ |= {
            "SIGNALS_EXPORTS": str(exports),
            "SIGNALS_OUT": str(out),
            "SIGNALS_DATABASE": f"{scratch}/signals.duckdb",
            "DBT_TARGET_PATH": f"{scratch}/target",
            "DBT_LOG_PATH": f"{scratch}/logs",
        }
        from dbt.cli.main import dbtRunner  # noqa: PLC0415  it reads the environment as it is imported

        done = dbtRunner().invoke(["run", "--quiet", "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)])
    return 0 if done.success else 1


if __name__ == "__main__":
    sys.exit(main())
