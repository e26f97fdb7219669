"""The demonstration's interviews, counted once."""

import pytest
from invent_interviews import RELEASED, project_bytes

from invented import ROOT
from resurvey.core.strict_yaml import read_yaml
from resurvey.interviews.release import count_interviews

STUDY = ROOT / "examples/monitoring"


@pytest.fixture(scope="session")
def counted(tmp_path_factory):
    """Lines of every file of the demonstration's interviews."""
    path = tmp_path_factory.mktemp("invented") / "interviews.qdpx"
    path.write_bytes(project_bytes())
    declared = read_yaml(STUDY / "config/interviews.yaml")
    source = {**declared["sources"]["2022"], "file": str(path), "released": str(STUDY / RELEASED)}
    _, files = count_interviews(declared, source)
    return {name: lines for name, (_, lines) in files.items()}
