"""How many tickets the classifier reads in a second, texts that it has not met before."""

from __future__ import annotations

from tests.benchmarks.cost import Cost, measured, median, python
from tests.benchmarks.row import Bench, Line, within

TITLE = "ticket classification"
REACH = "≥ 2,000 tickets a second"
ORDER = 70
LEAST = 2_000
TEXTS = {"tiny": 4_000, "small": 20_000}
MOST_TEXTS = 60_000
SCRIPT = """
import sys, time
from tests.benchmarks.world import ticket_texts
from transforms.intent import classify_texts
said, count = ticket_texts(), int(sys.argv[1])
texts = [f"{said[i % len(said)]} Order {i}" for i in range(count)]
classify_texts(texts[:10])
began = time.perf_counter()
classify_texts(texts)
print(count / (time.perf_counter() - began))
"""


def measure(bench: Bench) -> list[Line]:
    count = TEXTS.get(bench.size_name, MOST_TEXTS)
    bench.say(f"classifying {count:,} tickets")
    costs = [measured(python(SCRIPT, count)) for _ in range(bench.rounds)]
    middle: Cost = median(costs)
    rate = float(middle.said)
    return [within(f"{rate:,.0f} tickets classified a second", middle, REACH, rate >= LEAST, tickets_per_second=rate)]
