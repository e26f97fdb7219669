"""A door depends on exactly the library files that it imports, directly or through others."""

import subprocess
import sys
from pathlib import Path

import pytest

from resurvey.study.code_hashes import hash_code, module_files

SCRIPTS = Path(__file__).parents[3] / "workflow/scripts"
DOORS = sorted(SCRIPTS.glob("*.py"))


@pytest.fixture
def library(tmp_path):
    """A small library: `a` imports `b` inside a function, `c` nothing, `d` is a package."""
    package = tmp_path / "resurvey"
    (package / "d").mkdir(parents=True)
    for name, text in {
        "__init__.py": "",
        "a.py": "def f():\n    from resurvey.b import x\n",
        "b.py": "from resurvey import c  # a comment, and d\n",
        "c.py": "x = 1\n",
        "d/__init__.py": "from resurvey.d.e import (\n    x,\n    y as z,\n)\n",
        "d/e.py": "import resurvey.b\n",
        "unused.py": "",
    }.items():
        (package / name).write_text(text)

    def found(script):
        path = tmp_path / "door.py"
        path.write_text(script)
        # Files are read once per process, as in a run of Snakemake.
        module_files.__globals__["_imported"].cache_clear()
        return [str(one.relative_to(package)) for one in module_files(path, tmp_path)]

    found.root = package
    return found


@pytest.mark.parametrize(
    ("script", "files"),
    [
        ("import json\n", []),
        ("from resurvey.c import x\n", ["__init__.py", "c.py"]),
        ("from resurvey.a import f\n", ["__init__.py", "a.py", "b.py", "c.py"]),
        ("import resurvey.d as d\n", ["__init__.py", "b.py", "c.py", "d/__init__.py", "d/e.py"]),
        (
            "from resurvey.d.e import x\n",
            ["__init__.py", "b.py", "c.py", "d/__init__.py", "d/e.py"],
        ),
        ("if TYPE_CHECKING:\n    from resurvey.c import x\n", ["__init__.py", "c.py"]),
        ("from other.resurvey import c\n", []),
    ],
)
def test_imports_are_followed_and_nothing_else(library, script, files):
    assert library(script) == files


def test_what_reads_the_settings_is_not_followed(library):
    (library.root / "doors.py").write_text("from resurvey.c import x\n")
    assert library("from resurvey.proof.doors import open_door\n") == ["__init__.py"]


def test_code_of_a_door_is_its_own_text_too(tmp_path):
    (tmp_path / "resurvey").mkdir()
    hashes = set()
    for name, text in (("one", "x = 1\n"), ("other", "x = 2\n")):
        (tmp_path / f"{name}.py").write_text(text)
        hashes.add(hash_code(tmp_path / f"{name}.py", tmp_path))
    assert len(hashes) == 2


@pytest.mark.slow
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.stem)
def test_door_names_every_module_that_it_loads(door):
    program = (
        f"import sys; sys.path[:0] = [{str(SCRIPTS)!r}]; import resurvey.proof.doors\n"
        "known = set(sys.modules)\n"
        f"import {door.stem}\n"
        "print(*{m.__file__ for n, m in sys.modules.items() "
        "if n.split('.')[0] == 'resurvey' and n not in known}, "
        "sep='\\n')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) <= set(map(str, module_files(door, SCRIPTS)))


@pytest.mark.slow
@pytest.mark.parametrize("door", ["trace_wave", "draw_figures", "write_pages", "write_documents"])
def test_pages_and_figures_load_no_reader_of_answers(door):
    program = (
        f"import sys; sys.path[:0] = [{str(SCRIPTS)!r}]; import {door}\n"
        "print({'pandas', 'pyarrow', 'pyreadstat', 'scipy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "set()"
