"""Exports in, landed Parquet out: one folder per connector."""
