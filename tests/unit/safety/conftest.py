"""One tabulated survey for all tests of the room."""

import pytest

from unit.safety.small_survey import respondents, tabulated


@pytest.fixture(scope="session")
def survey_files():
    """Files and codebook of 300 invented respondents."""
    return tabulated(respondents(1))
