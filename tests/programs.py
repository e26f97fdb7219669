"""Programs beside Python that some tests open; without one they say how to install it."""

import os
import shutil

import pytest

PACKAGES = {
    "chromium": "chromium",
    "pdftotext": "poppler-utils",
    "pdftoppm": "poppler-utils",
    "pspp": "pspp",
    "soffice": "libreoffice-writer-nogui libreoffice-calc-nogui",
    "Rscript": "r-base-core r-cran-haven",
    "cc": "gcc libc6-dev",
    "slurmctld": "slurm-wlm munge",
}
"""Program -> the Debian package that brings it, as in `.ci/run`."""
OTHER_NAMES = {"chromium": ("chromium-browser", "google-chrome"), "cc": ("gcc",)}
ALL_THERE = "RESURVEY_ALL_PROGRAMS"
"""Environment variable of a machine that has them all: there, a test that lacks one fails."""


def need(program):
    """Path of a program; where it is absent the test is skipped, or fails on a machine of CI."""
    for name in (program, *OTHER_NAMES.get(program, ())):
        if found := shutil.which(name):
            return found
    words = f"{program} is not on this machine; install it: apt-get install {PACKAGES[program]}"
    if os.environ.get(ALL_THERE):
        pytest.fail(words, pytrace=False)
    pytest.skip(words)
