"""Stopwatch of the benchmarks: rounds of a function, and what a command takes in all."""

import statistics
import subprocess
import sys
import time

# Runs a command, then says how long it took, on the wall and of the processors, and what the
# largest of its processes held.
METER = """
import resource, subprocess, sys, time
started = time.perf_counter()
code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
wall = time.perf_counter() - started
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(code, wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""


def measured(*command):
    """Wall seconds, processor seconds and megabytes of a command that must succeed."""
    told = subprocess.run(
        [sys.executable, "-c", METER, *command], capture_output=True, text=True, check=True
    )
    code, *taken = told.stdout.split()
    if code != "0":
        sys.exit(f"{' '.join(command)}: exit code {code}")
    return tuple(map(float, taken))


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
