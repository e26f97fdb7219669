"""What was not audited is never called free of weaknesses."""

import runpy

import pytest

from invented import ROOT

judge = runpy.run_path(str(ROOT / "benchmarks/dependencies.py"))["judge"]
CLEAN = {"name": "a", "version": "1", "vulns": []}
SKIPPED = {"name": "b", "skip_reason": "not found"}
WEAK = {"name": "c", "version": "2", "vulns": [{"id": "PYSEC-1"}, {"id": "CVE-2"}]}


@pytest.mark.parametrize(
    ("packages", "code", "said"),
    [
        ([CLEAN], 0, "1 of 1 packages audited, 0 with known weaknesses"),
        ([CLEAN, SKIPPED], 3, "not audited: 1 packages (not found)"),
        ([SKIPPED, SKIPPED], 3, "0 of 2 packages audited"),
        ([], 3, "no package was listed"),
        ([CLEAN, WEAK, SKIPPED], 1, "c 2: PYSEC-1, CVE-2"),
    ],
)
def test_verdict_of_an_audit(packages, code, said):
    found, told = judge({"dependencies": packages})
    assert found == code
    assert said in "\n".join(told)
