"""Python's search for cycles of objects, made seldom where many objects are made and hardly a cycle among them."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

OBJECTS = 50_000  # made before the newest are searched; Python's own 700 took a fifth of the landing of small files


@contextmanager
def collected_seldom() -> Iterator[None]:
    """A time in which many objects are made; as a decorator, the time of a call."""
    before = gc.get_threshold()
    gc.set_threshold(OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
