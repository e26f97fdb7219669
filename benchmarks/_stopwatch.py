"""Stopwatch of the benchmarks: the median of several rounds after one warming call."""

import statistics
import time


def median_seconds(work, rounds, warm=True):
    """Time a function after one warming call; returns the median and the last result."""
    if warm:
        work()
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - started)
    return statistics.median(times), result
