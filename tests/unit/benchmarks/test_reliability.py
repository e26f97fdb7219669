"""The table of promises: its verdicts, and a share of what it tries."""

import csv
import runpy

import pytest

from invented import ROOT
from programs import need

RELIABILITY = runpy.run_path(str(ROOT / "benchmarks/reliability.py"))
PROMISES, main = RELIABILITY["PROMISES"], RELIABILITY["main"]
Verdict = RELIABILITY["Verdict"]


def test_every_promise_is_tried_and_documented():
    assert list(PROMISES) == [f"P{number}" for number in range(1, 16)]
    page = (ROOT / "docs/reliability.md").read_text(encoding="utf-8")
    for promise, function in PROMISES.items():
        assert function.__doc__.startswith(f"{promise}: ")
        assert f"| {promise} |" in page


@pytest.fixture
def kept(monkeypatch, tmp_path):
    """The history in a place of its own; returns how to run some promises and what they come to."""
    scope = main.__globals__
    monkeypatch.setitem(scope, "HISTORY", tmp_path / "history.csv")

    def run(**found):
        for promise, verdict in found.items():
            monkeypatch.setitem(PROMISES, promise, said(verdict))
        code = main([*found, "--quick"])
        with (tmp_path / "history.csv").open(encoding="utf-8", newline="") as lines:
            return code, list(csv.DictReader(lines))

    return run


def said(verdict):
    """A promise that comes to this."""

    def promise(quick, place):
        """P0: something."""
        if isinstance(verdict, Exception):
            raise verdict
        return verdict

    return promise


def test_promise_that_does_not_hold_ends_the_command_with_1_and_stays_in_the_history(kept, capsys):
    holds, fails = Verdict("3 files", "holds"), Verdict("2 files", "does not hold", "one died")
    code, lines = kept(P1=holds, P2=fails, P3=Verdict("", "not tried", "no PSPP"))
    assert code == 1
    assert [line["verdict"] for line in lines] == ["holds", "does not hold", "not tried"]
    told = capsys.readouterr().out
    assert "one died" in told
    assert "3 promises: 1 holds, 0 holds in part, 1 does not hold, 1 not tried" in told
    assert kept(P1=holds)[0] == 0
    assert len(kept(P1=holds)[1]) == 5


def test_trial_that_fails_is_no_promise_that_holds(kept):
    code, lines = kept(P4=RuntimeError("no run"))
    assert code == 1
    assert lines[-1]["reason"] == "RuntimeError: no run"


def test_unknown_promise_is_refused():
    with pytest.raises(SystemExit, match="no promise 'P99'"):
        main(["P99"])


@pytest.mark.slow
def test_audit_of_invented_tables_gives_no_false_alarm_and_finds_what_is_planted():
    alarms, missed, cells, planted = RELIABILITY["audited"](500)
    assert cells > 1500
    assert planted == 250
    assert alarms == 0
    assert missed <= 0.01 * planted


@pytest.mark.slow
def test_missing_answers_are_counted_as_pspp_counts_them(tmp_path):
    need("pspp")
    found = PROMISES["P5"](True, tmp_path)
    assert found.verdict == "holds", found
    assert int(found.figures.split()[0]) > 30
