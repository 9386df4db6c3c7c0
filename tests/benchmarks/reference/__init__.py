"""The same four signals in other engines, from the same files: `python FILE EXPORTS OUT.csv`.

Each is written as its own users would write it, and uses all cores. What they compute is at the top of
`pandas_signals.py`; `rows/others.py` holds their numbers against ours.
"""
