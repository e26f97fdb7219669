"""Runs that several tests look into, and what tells the quick tests from the others."""

import subprocess
from functools import partialmethod
from multiprocessing.process import BaseProcess

import pytest
from hypothesis import settings

from invented import (
    MINIMAL_CONFIG,
    MINIMAL_TABLES,
    ROOT,
    copy_study,
    snakemake,
    write_raw,
    write_study,
)
from product.browsing import launched
from resurvey.reading import child

# How long an example takes is the machine's, and no test is about that.
settings.register_profile("resurvey", deadline=None)
settings.register_profile("quick", deadline=None, max_examples=20)
settings.load_profile("resurvey")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Take as slow what runs the workflow or opens its pages; of the units each says so itself."""
    rooms = {ROOT / "tests/workflow", ROOT / "tests/product"}
    for item in items:
        if rooms & set(item.path.parents):
            item.add_marker(pytest.mark.slow)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """Let a quick test start no process: Snakemake, a browser, another Python take seconds."""
    with pytest.MonkeyPatch.context() as patch:
        if item.get_closest_marker("slow") is None:
            patch.setattr(
                subprocess.Popen, "__init__", partialmethod(refuse, subprocess.Popen.__init__)
            )
            patch.setattr(BaseProcess, "start", partialmethod(refuse, None))
        return (yield)


def refuse(process, start, command=(), *given, **named):
    """Fail a test that starts a process without having said so; files are read in one for all."""
    if list(command)[1:3] != ["-c", child._START]:
        pytest.fail("a quick test starts no process; mark this one with @pytest.mark.slow")
    start(process, command, *given, **named)


@pytest.fixture(scope="session")
def browser():
    """The one browser of all tests: Playwright cannot be started twice."""
    with launched() as browser:
        yield browser


@pytest.fixture
def minimal_study(tmp_path):
    """The least a study needs: a wave, a table and a file."""
    write_raw(tmp_path / "resources/1996/raw.sav")
    return write_study(tmp_path, config=MINIMAL_CONFIG, tables=MINIMAL_TABLES)


@pytest.fixture(scope="session")
def minimal_run(tmp_path_factory):
    """The minimal study, run once to its report."""
    folder = tmp_path_factory.mktemp("minimal")
    write_raw(folder / "resources/1996/raw.sav")
    write_study(folder, config=MINIMAL_CONFIG, tables=MINIMAL_TABLES)
    finished = snakemake(folder)
    assert finished.returncode == 0, finished.stderr
    return folder


@pytest.fixture(scope="session")
def article_run(tmp_path_factory):
    """The article's study in a folder of its own, run once to its reports."""
    folder = copy_study(ROOT, tmp_path_factory.mktemp("article"))
    finished = snakemake(folder, cores=4)
    assert finished.returncode == 0, finished.stderr
    return folder


@pytest.fixture(scope="session")
def anes_run(tmp_path_factory):
    """The second survey, run once to its report."""
    folder = copy_study(ROOT / "examples/anes1996", tmp_path_factory.mktemp("anes"))
    finished = snakemake(folder)
    assert finished.returncode == 0, finished.stderr
    return folder
