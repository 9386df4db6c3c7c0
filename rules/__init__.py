"""Maturity models as data, and the pure functions that judge by them."""
