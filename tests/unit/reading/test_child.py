"""A file that kills, starves or stops its reader costs a child and one sentence."""

import logging
import os
import subprocess
import sys
import warnings

import openpyxl
import pytest

from invented import PEOPLE, write_raw
from resurvey.core.errors import SurveyError
from resurvey.reading import child, read_survey
from resurvey.reading.formats import Export


class Deadly(Export):
    """What is declared of a file, which in the child does something as soon as it is used."""

    def __init__(self, deed):
        self.deed = deed

    def __reduce__(self):
        encoding = f"property(lambda self: {self.deed})"
        return eval, (f"type('Export', (), {{'encoding': {encoding}, 'store': None}})()",)


@pytest.fixture
def raw(tmp_path):
    return write_raw(tmp_path / "wave.sav")


def refused(path, export):
    with pytest.raises(SurveyError) as problem:
        child.read_apart(path, "labelled.read_labelled", export)
    sentence = str(problem.value)
    assert sentence.startswith(f"{path}: ")
    assert "\n" not in sentence
    return sentence


@pytest.mark.parametrize(
    ("signal", "words"),
    [
        ("SIGSEGV", "the program that was reading it died of it (SIGSEGV)"),
        ("SIGABRT", "died of it (SIGABRT)"),
        ("SIGKILL", "the system stopped the program"),
    ],
)
def test_death_of_the_reader_is_a_sentence_and_the_next_file_is_read(raw, signal, words):
    deed = f"__import__('os').kill(__import__('os').getpid(), __import__('signal').{signal})"
    assert words in refused(raw, Deadly(deed))
    assert len(read_survey(raw).data) == len(PEOPLE)


def test_reader_that_never_ends_is_stopped_by_its_processor_time(raw, monkeypatch):
    monkeypatch.setattr(child, "SHORTEST_TIME", 1)
    assert "the limit of 1 seconds" in refused(raw, Deadly("sum(0 for _ in iter(int, 1))"))


def test_reader_that_sleeps_is_stopped_by_the_clock(raw, monkeypatch):
    monkeypatch.setattr(child, "SHORTEST_TIME", 1)
    monkeypatch.setattr(child, "_WAIT", 1)
    assert "takes longer than" in refused(raw, Deadly("__import__('time').sleep(1000)"))


def test_reader_that_wants_all_memory_is_refused_it(raw):
    wanted = 2 * child.memory_limit(raw)
    assert "needs more memory" in refused(raw, Deadly(f"bytearray({wanted})"))
    # That child lives on.
    assert len(read_survey(raw).data) == len(PEOPLE)


def test_limits_grow_with_the_file(raw, tmp_path):
    large = tmp_path / "large.sav"
    with large.open("wb") as stream:
        stream.truncate(100 * 2**20)
    assert child.memory_limit(large) > 30 * child.memory_limit(raw)
    assert child.time_limit(large) > 30 * child.time_limit(raw)


def test_file_is_read_from_the_folder_that_the_program_is_in_now(raw, monkeypatch, tmp_path):
    read_survey(raw)
    monkeypatch.chdir(tmp_path)
    assert len(read_survey(raw.name).data) == len(PEOPLE)
    with pytest.raises(SurveyError, match=r"^\./none\.sav|^none\.sav"):
        read_survey("none.sav")


def test_what_the_reader_says_and_warns_of_reaches_the_log(raw, caplog):
    said = "__import__('logging').getLogger('resurvey.reading').warning('%s was odd', 'q')"
    warned = "__import__('warnings').warn('an old book')"
    with caplog.at_level(logging.INFO), pytest.warns(UserWarning, match="an old book"):
        child.read_apart(raw, "labelled.read_labelled", Deadly(f"({said}, {warned}) and None"))
    assert [record.getMessage() for record in caplog.records] == ["q was odd"]


def test_workbook_is_read_apart_and_text_here(tmp_path, monkeypatch):
    def fail(path, reader, *given):
        raise SurveyError("apart")

    monkeypatch.setattr(child, "read_apart", fail)
    book = openpyxl.Workbook()
    book.active.append(["id"])
    book.active.append([1])
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(SurveyError, match="apart"):
        read_survey(tmp_path / "a.xlsx")
    (tmp_path / "a.csv").write_text("id,q\n1,2\n2,3\n")
    assert len(read_survey(tmp_path / "a.csv").data) == 2


@pytest.mark.slow
def test_script_without_a_guard_reads_a_file_and_leaves_no_child(raw):
    """A child that ran the caller's script again would read, and start children, without end."""
    code = (
        "import resurvey as rs; from resurvey.reading import child\n"
        f"print(len(rs.read_survey({str(raw)!r}).data), child._children[0].process.pid)"
    )
    finished = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=True,
    )
    rows, pid = finished.stdout.split()
    assert int(rows) == len(PEOPLE)
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)


def test_fork_of_a_process_that_has_read_has_a_child_of_its_own(raw):
    read_survey(raw)
    before = child._children[0].process.pid
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        fork = os.fork()
    if not fork:
        right = len(read_survey(raw).data) == len(PEOPLE)
        other = child._children[0].process.pid != before
        child._end_children()
        os._exit(0 if right and other else 1)
    assert os.waitpid(fork, 0)[1] == 0
    assert len(read_survey(raw).data) == len(PEOPLE)
    assert child._children[0].process.pid == before
