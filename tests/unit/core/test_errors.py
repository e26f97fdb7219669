"""What goes wrong with the input is one sentence, in the terminal and in the log."""

import importlib
import logging
import marshal
import py_compile
import sys
from pathlib import Path

import pytest

from resurvey.core.errors import TOLD_LAST, SurveyError, cut_module, log_to
from resurvey.reading.formats import reader_errors


@pytest.fixture(autouse=True)
def _quiet():
    """Give the root logger back as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    for handler in root.handlers:
        if handler not in handlers:
            handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)


def test_wrong_input_is_one_sentence_without_a_traceback(tmp_path, capsys):
    with pytest.raises(SystemExit) as end, log_to(tmp_path / "logs/x.log"):
        raise SurveyError("wave.sav: variable 'sex' is missing")
    assert end.value.code == 1
    assert capsys.readouterr().err == "wave.sav: variable 'sex' is missing\n"
    assert (tmp_path / "logs/x.log").read_text() == "wave.sav: variable 'sex' is missing\n"


def test_fault_of_the_program_shows_its_traceback_in_both_places(tmp_path, capsys):
    with pytest.raises(SystemExit) as end, log_to(tmp_path / "x.log"):
        raise ZeroDivisionError("oops")
    assert end.value.code == 1
    for text in (capsys.readouterr().err, (tmp_path / "x.log").read_text()):
        assert "Traceback" in text
        assert "ZeroDivisionError: oops" in text
        assert "not your data's fault" in text


def test_words_of_a_door_are_logged_in_utf_8(tmp_path, capsys):
    with log_to(tmp_path / "x.log") as log:
        log.info("волна: %d", 515)
    assert (tmp_path / "x.log").read_text(encoding="utf-8") == "волна: 515\n"
    assert "волна: 515" in capsys.readouterr().err


def test_second_run_starts_the_log_anew(tmp_path):
    for word in ("first", "second"):
        with log_to(tmp_path / "x.log") as log:
            log.info(word)
    assert (tmp_path / "x.log").read_text() == "second\n"


def test_warning_of_a_library_is_logged(tmp_path):
    import warnings

    with log_to(tmp_path / "x.log"):
        warnings.warn("mind this", UserWarning, stacklevel=1)
    assert "mind this" in (tmp_path / "x.log").read_text()


def test_a_run_is_told_the_warnings_of_our_modules_and_no_others(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv(TOLD_LAST, "1")
    with log_to(tmp_path / "x.log") as log:
        log.warning("of the door")
        log.info("in passing")
        logging.getLogger("resurvey.tables.blocks").warning("of a room")
        logging.getLogger("resurveyor").warning("of another package")
    assert capsys.readouterr().err == "of the door\nof a room\n"
    assert "of another package" in (tmp_path / "x.log").read_text()


def test_keyboard_interrupt_is_not_swallowed(tmp_path):
    with pytest.raises(KeyboardInterrupt), log_to(tmp_path / "x.log"):
        raise KeyboardInterrupt
    assert sys.exc_info() == (None, None, None)


def test_compiled_module_that_a_full_disk_cut_is_named(tmp_path, monkeypatch):
    """Python says "marshal data too short", as if the file at hand were damaged."""
    source = tmp_path / "cut_by_a_full_disk.py"
    source.write_text("answers = list(range(100))\n")
    compiled = Path(py_compile.compile(str(source), doraise=True))
    compiled.write_bytes(compiled.read_bytes()[:60])
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(EOFError) as cut:
        importlib.import_module("cut_by_a_full_disk")
    sentence = "this compiled module of Python is damaged, as a full disk leaves it; delete it"
    assert cut_module(cut.value) == f"{compiled}: {sentence} and run again"
    with pytest.raises(SurveyError, match=sentence), reader_errors(Path("survey.sav")):
        importlib.import_module("cut_by_a_full_disk")
    compiled.unlink()
    assert importlib.import_module("cut_by_a_full_disk").answers[-1] == 99


def test_file_that_ends_early_is_no_cut_module():
    with pytest.raises(EOFError) as early:
        marshal.loads(b"\xe3")
    assert cut_module(early.value) == ""
