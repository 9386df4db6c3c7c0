"""Canonical entities and the signals measured from them, as SQL."""
