"""Many exact tests at once give the very numbers that scipy gives of each."""

from __future__ import annotations

import numpy as np
from scipy import stats

from rules.exact_test import binomial, fisher_exact, mann_whitney

TESTS = 300


def test_shares_are_compared_as_by_fisher() -> None:
    draw = np.random.default_rng(1)
    most = draw.choice([1, 5, 40, 3000], TESTS)
    former, latter = (tuple(draw.integers(0, most + 1, (2, TESTS))) for _ in range(2))
    each = [stats.fisher_exact(np.transpose(table)).pvalue for table in np.transpose([former, latter])]
    assert list(fisher_exact(former, latter)) == each
    assert min(each) < 1e-6
    assert max(each) == 1.0


def test_rates_are_compared_as_by_the_binomial_test() -> None:
    draw = np.random.default_rng(2)
    total = draw.integers(0, draw.choice([2, 30, 900], TESTS))
    share = draw.choice([0.0, 0.25, 0.5, 0.731, 1.0], TESTS)
    hits = draw.integers(0, total + 1)
    each = [
        stats.binomtest(int(some), int(of), float(one)).pvalue if of else 1.0
        for some, of, one in zip(hits, total, share, strict=True)
    ]
    assert list(binomial(hits, total, share)) == each
    assert min(each) < 1e-6


def test_months_are_compared_as_by_mann_and_whitney() -> None:
    draw = np.random.default_rng(3)
    values = draw.normal(size=(TESTS, 36))
    values[::2] = np.round(values[::2] * 3)  # ties
    later = np.arange(36) >= draw.integers(2, 34, TESTS)[:, None]
    values[later & (draw.random(TESTS) < 0.4)[:, None]] += 3
    known = draw.random(values.shape) < 0.9
    known[:, [0, 35]] = True
    each = [
        stats.mannwhitneyu(one[before], one[after]).pvalue
        for one, before, after in zip(values, known & ~later, known & later, strict=True)
    ]
    assert list(mann_whitney(values, known & ~later, known & later)) == each
    assert min(each) < 1e-4
