"""Scripts that import the modules of 0.1.0 by their former names still run."""

import importlib
import subprocess
import sys

import pytest

from invented import ROOT
from resurvey.core.former_names import MOVED


@pytest.mark.parametrize("name", MOVED)
def test_former_name_is_the_module_that_stands_elsewhere_now(name):
    former = importlib.import_module(f"resurvey.{name}")
    present = importlib.import_module(f"resurvey.{MOVED[name]}")
    assert former is present
    assert present.__spec__.name == f"resurvey.{MOVED[name]}"


@pytest.mark.slow
def test_script_of_the_first_release_runs_as_it_was_written():
    script = (
        "from resurvey.codebook import Codebook, Variable\n"
        "from resurvey.crosstabs import Crosstab\n"
        "from resurvey.comparison import compare_cells\n"
        "from resurvey.published import PrintedCell, TOTAL\n"
        "from resurvey.statistics.weighted import shares\n"
        "from resurvey.documents.word import __doc__ as text\n"
        "from resurvey.errors import SurveyError\n"
        "import resurvey as rs\n"
        "assert rs.SurveyError is SurveyError and rs.Codebook is Codebook and text\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(ROOT / "workflow/scripts"), "PYTHONUTF8": "1"},
    )
    assert done.returncode == 0, done.stderr


def test_name_that_never_was_is_an_error_as_ever():
    with pytest.raises(ModuleNotFoundError, match="resurvey.nothing"):
        importlib.import_module("resurvey.nothing")
