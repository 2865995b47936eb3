"""How long work takes, so that much of it can be compared with little."""

import time
from collections.abc import Callable


def processor_time(work: Callable[[], object]) -> float:
    """Return how many seconds of the processor's time some work takes: the least of three runs."""
    return min(_once(work) for _ in range(3))


def _once(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
