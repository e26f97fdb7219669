"""Other machines: clocks, zones, languages, seeds, cores and folders that no byte may tell.

The other day is that of a library which a compiler makes here and the system loads first, so that
all programs of a run see it.
"""

import shutil
import subprocess

DAYS = 40
FOLDER = "моя папка 'x\" (1)"
PLACES = {
    "one core, another seed": (1, {"PYTHONHASHSEED": "1"}),
    "four cores, a third seed": (4, {"PYTHONHASHSEED": "2"}),
    "zone behind": (2, {"TZ": "America/Adak"}),
    "zone before": (2, {"TZ": "Asia/Tashkent"}),
    "language C": (2, {"LC_ALL": "C", "LANG": "C"}),
    "Russian": (2, {"LC_ALL": "ru_RU.UTF-8", "LANG": "ru_RU.UTF-8"}),
    "two threads": (2, {f"{name}_NUM_THREADS": "2" for name in ("OMP", "OPENBLAS", "MKL")}),
}
"""Cores and environment; `another_day` is a place of its own."""

CLOCK = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/time.h>
#include <time.h>
static const long later = %d * 86400L;
int clock_gettime(clockid_t clock, struct timespec *told) {
    static int (*own)(clockid_t, struct timespec *);
    if (!own) own = dlsym(RTLD_NEXT, "clock_gettime");
    int failed = own(clock, told);
    if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        told->tv_sec += later;
    return failed;
}
int gettimeofday(struct timeval *told, void *zone) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    told->tv_sec = now.tv_sec;
    told->tv_usec = now.tv_nsec / 1000;
    return 0;
}
time_t time(time_t *told) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (told) *told = now.tv_sec;
    return now.tv_sec;
}
"""


def another_day(folder, days=DAYS):
    """Environment in which it is so many days later; None where there is no compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    source, library = folder / "clock.c", folder / "clock.so"
    source.write_text(CLOCK % days, encoding="utf-8")
    options = ["-shared", "-fPIC", "-o", str(library), str(source), "-ldl"]
    subprocess.run([compiler, *options], check=True, capture_output=True)
    return {"LD_PRELOAD": str(library)}
