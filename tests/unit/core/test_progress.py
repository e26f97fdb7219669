"""Long work holds one line of a terminal and leaves no trace there, nor anywhere else."""

import os
import pty
import re
import subprocess
import sys
import threading

import pytest

from invented import ROOT

pytestmark = pytest.mark.slow

WORK = """
import sys, time
from resurvey.core import progress
progress.PATIENCE = {patience}
for number in progress.track(range(4), "tables"):
    time.sleep({pause})
    if number == 2:
        {say}
"""


def on_a_terminal(code, columns=80, **environment):
    """What a program writes to a terminal of its own."""
    ours, theirs = pty.openpty()
    import fcntl
    import struct
    import termios

    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=theirs,
        stderr=theirs,
        stdin=subprocess.DEVNULL,
        env={
            **os.environ,
            "TERM": "xterm",
            "PYTHONPATH": str(ROOT / "workflow/scripts"),
            **environment,
        },
    )
    os.close(theirs)
    written = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:
            break
        if not piece:
            break
        written += piece
    os.close(ours)
    assert process.wait() == 0, written
    return written.decode()


def seen(written):
    """Lines as they stand on the terminal when all is over: a line may have been written over."""
    lines = []
    for line in written.split("\n"):
        shown = ""
        for piece in re.split(r"(\r|\x1b\[K)", line):
            if piece == "\r":
                cursor = 0
            elif piece == "\x1b[K":
                shown = shown[:cursor]
            else:
                shown, cursor = piece + shown[len(piece) :], len(piece)
        lines.append(shown)
    return [line for line in lines if line.strip()]


def work(patience=0.2, pause=0.5, say="pass"):
    return WORK.format(patience=patience, pause=pause, say=say)


def test_long_work_says_what_is_done_and_what_is_left_and_wipes_it():
    written = on_a_terminal(work())
    assert "tables: 1 of 4, about" in written
    assert "\n" not in written
    assert seen(written) == []


def test_batches_are_told_by_what_they_hold():
    code = work().replace('"tables"', '"respondents", 40, size=lambda _: 10')
    assert code != work()
    assert "respondents: 10 of 40, about" in on_a_terminal(code)


def test_short_work_says_nothing():
    assert on_a_terminal(work(patience=60, pause=0.05)) == ""


def test_a_message_of_a_door_stands_on_a_line_of_its_own(tmp_path):
    code = work(say="log.info('table 3 is odd')").replace("for number", "log = 1\nfor number")
    opened = f"log = log_to({str(tmp_path / 'a.log')!r}).__enter__()"
    code = code.replace("log = 1", f"from resurvey.core.errors import log_to\n{opened}")
    assert seen(on_a_terminal(code)) == ["table 3 is odd"]
    assert (tmp_path / "a.log").read_text() == "table 3 is odd\n"


def test_what_is_printed_within_long_work_stands_alone():
    code = """
import time
from resurvey.core import progress
progress.PATIENCE = 0.1
with progress.working("reading raw.sav"):
    time.sleep(0.8)
    print("found")
    time.sleep(0.8)
"""
    written = on_a_terminal(code)
    assert re.search(r"reading raw.sav: \d s", written)
    assert seen(written) == ["found"]


def test_work_inside_work_stands_on_the_same_line():
    code = """
import time
from resurvey.core.progress import track, working
from resurvey.core import progress
progress.PATIENCE = 0.1
with working("tabulate_wave 2022"):
    for _ in track(range(3), "tables"):
        time.sleep(0.6)
"""
    assert re.search(r"tabulate_wave 2022: \d s · tables: 1 of 3, about", on_a_terminal(code))


def test_a_line_is_no_wider_than_the_terminal():
    code = work().replace('"tables"', '"tables of a study with a long name, which goes on"')
    shown = re.findall(r"\x1b\[K([^\r\x1b]+)", on_a_terminal(code, columns=30))
    assert shown
    assert max(map(len, shown)) < 30


def test_a_plain_terminal_is_left_alone():
    assert on_a_terminal(work(), TERM="dumb") == ""


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_nothing_is_written_where_nobody_looks(stream):
    done = subprocess.run(
        [sys.executable, "-c", work(pause=0.2)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "workflow/scripts")},
        check=True,
    )
    assert getattr(done, stream) == ""


def test_work_that_fails_wipes_its_line():
    code = work(say="raise SystemExit(0)")
    assert seen(on_a_terminal(code)) == []


def test_work_that_nobody_sees_costs_nothing():
    from resurvey.core.progress import track

    before = threading.active_count()
    begun = track(range(100_000), "numbers")
    assert next(begun) == 0
    assert threading.active_count() == before
    assert sum(1 for _ in begun) == 99_999
