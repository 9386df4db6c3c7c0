"""The same four signals in other engines, from the same files on the same cores; all numbers must be equal.

Ours lands, hashes, stages and measures the three exports that the four signals need, and leaves Parquet and a warehouse
behind; the others read the files and leave one table. What else a night does is in the row of the full build.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import duckdb

from tests.benchmarks import world
from tests.benchmarks.cost import Cost, in_turn, measured, python
from tests.benchmarks.row import Bench, Line, NotMeasured, compared

TITLE = "the same signals in other engines"
REACH = "faster than each"
ORDER = 20
REFERENCE = Path(__file__).parents[1] / "reference"
SIGNALS = ("monthly_active_learners", "learner_return_rate", "self_navigated_view_share", "search_zero_result_rate")
ENGINES = {
    "pandas": ("pandas", "pyarrow"),
    "polars": ("polars",),
    "dbt": ("dbt.adapters.duckdb",),
    "clickhouse": ("chdb",),
    "spark": ("pyspark",),
}
CALLED = {"dbt": "dbt-duckdb", "clickhouse": "ClickHouse (chdb)", "spark": "PySpark, local", "polars": "Polars"}
OURS = """
import sys
from dataclasses import replace
from pathlib import Path
from pipelines import night, session
from transforms import measure
opened = session.validate(Path(sys.argv[1]))
few = replace(opened.catalogue, signals={name: opened.catalogue.signals[name] for name in sys.argv[3:]})
with session.open_night(replace(opened, catalogue=few), session.Options(), lambda text: None) as tonight:
    night.land(tonight)
    night.build_staging(tonight)
    measure.measure(tonight.con, tonight.catalogue)
    tonight.con.execute("copy (select program_id as program, strftime(month, '%Y-%m') as month, signal, "
        "coalesce(numerator, value) as numerator, denominator from signal.signal "
        "where coalesce(denominator, value) > 0 and status = 'observed') to '" + sys.argv[2] + "'")
"""


def measure(bench: Bench) -> list[Line]:
    here = {name: needs for name, needs in ENGINES.items() if _has(bench, needs)}
    if "spark" in here and not shutil.which("java"):
        del here["spark"]
    lines = [_absent(name) for name in ENGINES if name not in here]
    if not here:
        raise NotMeasured("none of the other engines is here; install them with: make bench")
    folder = _of_three_sources(bench)
    told = folder / "told"
    told.mkdir(exist_ok=True)

    def ours() -> Cost:
        shutil.rmtree(folder / ".waystage", ignore_errors=True)
        return measured(python(OURS, folder, told / "ours.csv", *SIGNALS))

    def theirs(name: str) -> Cost:
        script = REFERENCE / f"{name}_signals.py"
        return measured([bench.others, str(script), str(bench.workspace / "exports"), str(told / f"{name}.csv")])

    bench.say(f"ours beside {', '.join(here)}")
    costs = in_turn({"ours": ours, **{name: lambda name=name: theirs(name) for name in here}}, bench.rounds)  # type: ignore[misc]
    for name in here:
        different = _different(told / "ours.csv", told / f"{name}.csv")
        if different:
            raise NotMeasured(f"{name} does not compute the same: {different}")
    return [
        *(
            compared("four signals, CSV to numbers", costs["ours"], CALLED.get(name, name), costs[name], 1.0)
            for name in here
        ),
        *lines,
    ]


def _has(bench: Bench, modules: tuple[str, ...]) -> bool:
    find = f"import sys; from importlib.util import find_spec; sys.exit(not all(map(find_spec, {list(modules)!r})))"
    return subprocess.run([bench.others, "-c", find], check=False, capture_output=True).returncode == 0


def _absent(name: str) -> Line:
    need = "a Java (17 or newer) and the extra" if name == "spark" else "the extra"
    said = f"not measured: needs {need}; install with: pip install '.[bench]'"
    return Line("four signals, CSV to numbers", "", CALLED.get(name, name), said)


def _of_three_sources(bench: Bench) -> Path:
    """The same exports without the tickets, which none of the four signals reads and the others cannot classify."""
    folder = bench.folder / f"{bench.size_name}-three"
    folder.mkdir(exist_ok=True)
    exports = folder / "exports"
    if not exports.exists():
        exports.symlink_to(bench.workspace.resolve() / "exports")
    world.describe(folder, bench.size.programs, without="zendesk_support")
    return folder


def _different(ours: Path, theirs: Path) -> str | None:
    """What two tables of numbers differ in, in words; None where every number is the same."""
    columns = "program, month, signal, numerator::double as numerator, denominator::double as denominator"
    with duckdb.connect() as con:
        for name, path in (("ours", ours), ("theirs", theirs)):
            con.execute(f"create table {name} as select {columns} from read_csv('{path}', nullstr = ['', '\\N'])")
        rows = con.execute(
            "(select 'ours', * from (from ours except all from theirs)) union all "
            "(select 'theirs', * from (from theirs except all from ours)) limit 4"
        ).fetchall()
        count = con.execute("select count(*) from ours").fetchone()
    if not count or not count[0]:
        return "ours has no rows"
    return f"{rows}" if rows else None
