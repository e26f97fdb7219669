"""A drawing is the same to the byte on every run and can be pasted beside others."""

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from resurvey.figures.canvas import Canvas, plain_style
from resurvey.figures.palette import Fill

SCRIPT = """
import sys
from resurvey.figures.canvas import Canvas
from resurvey.figures.palette import Fill
from resurvey.figures.canvas import plain_style
canvas = Canvas()
canvas.box(10, 10, 50, 20, Fill("#0072b2", "rising"))
canvas.mark(30, 60, "o", "#e69f00")
canvas.text(10, 90, "Ответ, 31,3 %")
canvas.height = 100
with plain_style():
    sys.stdout.buffer.write(canvas.svg("t", "A", "B").encode() + canvas.png() + canvas.pdf("A"))
"""


def drawing():
    canvas = Canvas()
    canvas.box(10, 10, 50, 20, Fill("#0072b2", "rising"))
    canvas.mark(30, 60, "o", "#e69f00")
    canvas.text(10, 90, 'id="x" <b>$1$</b> & 3 > 2')
    canvas.height = 100.0
    return canvas


@pytest.fixture
def svg():
    with plain_style():
        return drawing().svg("jobs-en", 'Jobs "and" <more>', "Most & least")


def test_every_id_starts_with_the_figure(svg):
    names = re.findall(r'<[^>]*\bid="([^"]*)"', svg)
    assert names
    assert all(name.startswith("jobs-en-") for name in names)
    targets = re.findall(r'href="#([^"]*)"', svg)
    assert targets
    assert set(targets) <= set(names)


def test_text_stays_text_and_is_escaped(svg):
    words = [node.text for node in ElementTree.fromstring(svg).iter() if node.tag.endswith("text")]
    assert words == ['id="x" <b>$1$</b> & 3 > 2']


def test_picture_scales_and_names_itself(svg):
    root = ElementTree.fromstring(svg)
    assert root.attrib["viewBox"] == "0 0 535.5 100"
    assert root.attrib["width"] == "100%"
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == 'Jobs "and" <more>'
    assert root[0].text == "Most & least"


def test_picture_says_nothing_of_time_or_program_and_styles_nothing_else(svg):
    assert svg.startswith("<svg ")
    assert "<style" not in svg
    assert not re.search(r"matplotlib|20\d\d-\d\d|metadata", svg, re.IGNORECASE)


@pytest.mark.slow
def test_drawing_is_the_same_bytes_in_any_process():
    folder = str(Path(__file__).parents[3] / "workflow/scripts")
    outputs = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={**os.environ, "PYTHONPATH": folder, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]


def test_settings_of_the_user_change_nothing():
    import matplotlib

    with plain_style():
        plain = drawing().png()
    with matplotlib.rc_context({"text.color": "red", "lines.linewidth": 9, "font.size": 30}):
        with plain_style():
            assert drawing().png() == plain
        assert matplotlib.rcParams["font.size"] == 30
