"""Home: the folder in which the workflow lies that goes with the library.

In a checkout it is the repository. An installed package carries the same files at the same places
in a folder of its own, so that a run names, hashes and certifies them alike.
"""

from pathlib import Path, PurePosixPath

LIBRARY = Path(__file__).resolve().parents[1]
"""Folder of the library itself."""

PACKAGED = "home"
"""Name of the folder inside an installed library; a checkout has none. `setup.py` fills it."""

HOME = LIBRARY / PACKAGED if (LIBRARY / PACKAGED).is_dir() else LIBRARY.parents[2]
"""Folder that holds `Snakefile`, `workflow/`, `report/`, the run lock and the licences."""

DOORS = HOME / "workflow/scripts"
"""Folder of the scripts that the rules run."""

SCHEMAS = HOME / "workflow/schemas"
"""Folder of the schemas of a study's files."""

REPORT = HOME / "report"
"""Folder of the words and the templates that all studies share."""


def is_installed() -> bool:
    """Whether the library runs from an installed package and not from a checkout.

    Examples
    --------
    >>> is_installed() == (HOME.name == PACKAGED)
    True
    """
    return HOME.parent == LIBRARY


def source_files() -> dict[str, Path]:
    """List the doors and the modules of the library by their places in the repository.

    Returns
    -------
    dict
        Place, with slashes -> file; the same places in the same order in a checkout and in an
        installed package.

    Examples
    --------
    >>> list(source_files())[0]
    'workflow/scripts/assess_index.py'
    >>> source_files()["workflow/scripts/resurvey/core/home.py"].name
    'home.py'
    """
    doors = {PurePosixPath(path.name): path for path in DOORS.glob("*.py")}
    modules = {
        PurePosixPath(LIBRARY.name, *path.relative_to(LIBRARY).parts): path
        for path in LIBRARY.rglob("*.py")
        if not path.is_relative_to(LIBRARY / PACKAGED)
    }
    found = doors | modules
    return {f"workflow/scripts/{place}": found[place] for place in sorted(found)}
