"""Environment: the versions that a run used; nothing that names a machine, a person or a time."""

import platform
import re
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import resurvey

_LOCKED = re.compile(r"^(?P<name>[A-Za-z0-9][\w.-]*)==(?P<version>[^\s;\\]+)", re.MULTILINE)
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")


def describe_environment(lock: str, code: str) -> dict[str, Any]:
    """Describe the Python, the library and the packages that are installed.

    Returns
    -------
    dict
        ``python``, ``resurvey`` and ``packages``, each with its installed version and whether
        that is the locked one. A package that is not installed here (one for another system, say)
        is left out.
    """
    locked: dict[str, set[str]] = {}
    for found in _LOCKED.finditer(lock):
        locked.setdefault(found["name"].lower(), set()).add(found["version"])
    packages = []
    for name in sorted(locked):
        try:
            installed = version(name)
        except PackageNotFoundError:
            continue
        packages.append(
            {"name": name, "version": installed, "as_locked": installed in locked[name]}
        )
    return {
        "python": {
            "implementation": platform.python_implementation(),
            "version": platform.python_version(),
        },
        "resurvey": {"version": resurvey.__version__, "code_sha256": code},
        "packages": packages,
    }


def direct_packages(requirements: Sequence[str]) -> list[str]:
    """Name the packages that the project itself asks for.

    Examples
    --------
    >>> direct_packages(["pandas>=3.0,<4", "pyarrow[all]>=0.30"])
    ['pandas', 'pyarrow']
    """
    names = (_NAME.match(one) for one in requirements)
    return [found[0].lower() for found in names if found]
