"""A survey is the answers with the codebook that reads them, and cannot be re-pointed."""

from dataclasses import FrozenInstanceError

import pandas as pd
import pytest

import resurvey
from resurvey.core.codebook import Codebook, Variable
from resurvey.core.survey import Survey


def test_survey_holds_codes_and_codebook():
    people = pd.DataFrame({"q": pd.array([1, 9, None], "Int64")})
    survey = Survey(people, Codebook({"q": Variable("q", missing=(9,))}))
    assert survey.data["q"].tolist()[:2] == [1, 9]
    assert survey.codebook["q"].is_missing(9)


def test_survey_cannot_be_given_another_codebook():
    survey = Survey(pd.DataFrame(), Codebook({}))
    with pytest.raises(FrozenInstanceError):
        survey.codebook = Codebook({})


def test_public_names_come_from_the_package():
    assert resurvey.Survey is Survey
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        resurvey.nothing  # noqa: B018


def test_importing_the_package_loads_nothing_heavy():
    import subprocess
    import sys

    heavy = "{'pandas', 'numpy', 'scipy', 'matplotlib', 'statsmodels', 'ortools', 'pyarrow'}"
    program = f"import sys; sys.path[:0] = {sys.path!r}; import resurvey; print({heavy} & set(sys.modules))"  # noqa: E501
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "set()\n", done.stderr
