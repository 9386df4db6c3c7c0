"""What the product costs, beside other ways to get the same numbers. `python -m tests.benchmarks --help`.

One row of the table is one file in `rows/`, found by its place; what a row declares is at the top of `row.py`.
"""
