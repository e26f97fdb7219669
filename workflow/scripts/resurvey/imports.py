"""Imports: which modules of the library a script depends on, directly or through others."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_IMPORT = re.compile(
    r"^\s*(?:from\s+(?P<origin>resurvey[\w.]*)\s+import\s+(?:\((?P<many>[^)]*)\)|(?P<few>[^\n#]*))"
    r"|import\s+(?P<plain>resurvey[\w.]*))",
    re.MULTILINE,
)


def module_files(script: str | Path, root: str | Path) -> list[Path]:
    """List the library's files that `script` imports, followed through the library.

    Parameters
    ----------
    script : path
        A door.
    root : path
        Folder that holds the package ``resurvey``.

    Returns
    -------
    list of pathlib.Path
        Sorted; the packages' ``__init__`` files among them. Imports inside functions and under
        ``TYPE_CHECKING`` count: a rerun too many costs less than a stale table.
    """
    found: set[Path] = set()
    todo = [Path(script)]
    while todo:
        new = {path for path in _imported(todo.pop(), Path(root)) if path not in found}
        found |= new
        todo += new
    return sorted(found)


@cache
def _imported(path: Path, root: Path) -> frozenset[Path]:
    names: set[str] = set()
    for match in _IMPORT.finditer(path.read_text(encoding="utf-8")):
        origin = match["origin"] or match["plain"]
        names.add(origin)
        words = re.findall(r"[\w*]+", (match["many"] or match["few"] or ""))
        names |= {f"{origin}.{word}" for word in words}
    return frozenset(file for name in names for file in _files(name, root))


@cache
def _modules(root: Path) -> dict[str, Path]:
    """Every module of the library by its dotted name; a package is its ``__init__``."""
    found = {}
    for path in root.joinpath("resurvey").rglob("*.py"):
        parts = path.relative_to(root).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def _files(name: str, root: Path) -> Iterator[Path]:
    """Files of a module and of the packages around it; none for a name inside a module."""
    modules, parts = _modules(root), name.split(".")
    for depth in range(1, len(parts) + 1):
        file = modules.get(".".join(parts[:depth]))
        if file is not None:
            yield file
