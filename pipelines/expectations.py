"""Great Expectations at work, in a process of its own: `python expectations.py`, one line of JSON in, one out.

Its import is seconds of Python, which beside the job would hold up all of its Python, and on another core holds up
nothing. Imports nothing of ours, so that it starts from wherever the job was started.
"""

import functools
import gc
import json
import logging
import os
import signal
import sys
from typing import Any

Counts = list[dict[str, Any]]  # table, law, key, rows


def above_zero(name: str, counts: Counts) -> Counts:
    """The counts that are not zero, as Great Expectations sees them; `name` is what it calls the batch."""
    import pandas as pd  # noqa: PLC0415

    gx = _library()
    asset = _context().data_sources.add_or_update_pandas(name).add_dataframe_asset(name)
    batch = asset.add_batch_definition_whole_dataframe(name).get_batch({"dataframe": pd.DataFrame(counts)})
    expectation = gx.expectations.ExpectColumnValuesToBeBetween(column="rows", max_value=0)
    shown = {"result_format": "COMPLETE", "unexpected_index_column_names": ["table", "law", "key"]}
    found = batch.validate(gx.ExpectationSuite(name=name, expectations=[expectation]), result_format=shown)
    unexpected = found.results[0].result.get("unexpected_index_list") or []
    return [{**row, "rows": int(row["rows"])} for row in unexpected]


@functools.cache
def _context() -> Any:
    """One for the process: making it takes longer than a check."""
    context = _library().get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    return context


def _library() -> Any:
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")  # it would otherwise report each use to its maker
    spark = sys.modules.get("pyspark")
    sys.modules["pyspark"] = None  # type: ignore[assignment]  # where it is installed it would be imported, for nothing
    try:
        import great_expectations  # noqa: PLC0415
    finally:
        del sys.modules["pyspark"]
        if spark is not None:
            sys.modules["pyspark"] = spark

    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    return great_expectations


def main() -> None:
    """Answers until its input ends, as it does with the process that asks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the job, which then lets go of this process
    gc.set_threshold(50_000)  # looking for cycles among all that is imported takes a sixth of its import
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints is no answer
    _context()
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(above_zero(asked["name"], asked["counts"])), file=answers, flush=True)


if __name__ == "__main__":
    main()
