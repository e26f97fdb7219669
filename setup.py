"""Package: the library, and with it the workflow that a run needs, as one folder of it.

Everything else about the package stands in pyproject.toml. The folder `resurvey/home` exists only
in what is installed (workflow/scripts/resurvey/core/home.py): it is the repository, thinned out to
the files listed here, at the places that they have in the repository.
"""

from pathlib import Path

from setuptools import find_packages, setup

ROOT = Path(__file__).parent
LIBRARY = "workflow/scripts"
HOME = "resurvey.home"
CARRIED = [
    "Snakefile",
    "workflow/rules/*.smk",
    "workflow/scripts/*.py",
    "workflow/schemas/*.yaml",
    "workflow/profiles/*/config.yaml",
    "report/*.yaml",
    "report/*/*",
    "requirements.lock",
    "environment.yml",
    "pyproject.toml",
    "CITATION.cff",
    "LICENSE",
    "LICENSE-DATA.md",
]

# A folder is a package here, or setuptools would not have its files.
carried: dict[str, list[str]] = {}
for pattern in CARRIED:
    for path in sorted(ROOT.glob(pattern)):
        if path.is_file():
            package = ".".join([HOME, *path.parent.relative_to(ROOT).parts])
            carried.setdefault(package, []).append(path.name)

setup(
    packages=[*find_packages(LIBRARY, include=["resurvey", "resurvey.*"]), *carried],
    package_dir={"": LIBRARY, HOME: "."},
    package_data=carried,
)
