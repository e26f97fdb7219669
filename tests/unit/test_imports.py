"""A door depends on exactly the library files that it imports, directly or through others."""

import subprocess
import sys
from pathlib import Path

import pytest

from resurvey.imports import module_files

SCRIPTS = Path(__file__).parents[2] / "workflow/scripts"
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


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.stem)
def test_door_names_every_module_that_it_loads(door):
    program = (
        f"import sys; sys.path[:0] = [{str(SCRIPTS)!r}]; import {door.stem}\n"
        "print(*{m.__file__ for n, m in sys.modules.items() if n.split('.')[0] == 'resurvey'}, "
        "sep='\\n')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) <= set(map(str, module_files(door, SCRIPTS)))
