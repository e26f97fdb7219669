"""Imports: which modules of the library a script depends on, directly or through others."""

import hashlib
import re
from functools import cache
from pathlib import Path

from resurvey.core.files import hash_file

_IMPORT = re.compile(
    r"^[ \t]*(?:from\s+(?P<origin>resurvey[\w.]*)\s+import\s+"
    r"(?:\((?P<many>[^)]*)\)|(?P<few>[^\n#]*))"
    r"|import\s+(?P<plain>resurvey[\w.]*))",
    re.MULTILINE,
)


SETTINGS = "resurvey.proof.doors"
"""Module through which a door reads its settings: what it gives is hashed, not how it reads."""


def module_files(script: str | Path, root: str | Path, deferred: bool = True) -> list[Path]:
    """List the library's files that `script` imports, followed through the library.

    Without `deferred` only what is imported at once counts, and not what a function imports when
    it is called.

    Returns
    -------
    list of pathlib.Path
        Sorted; the packages' ``__init__`` files among them. Imports inside functions and under
        ``TYPE_CHECKING`` count: a rerun too many costs less than a stale table. `SETTINGS` does
        not: another way of reading the same settings changes no result.
    """
    found: set[Path] = set()
    todo = [Path(script)]
    reader = _modules(Path(root)).get(SETTINGS)
    while todo:
        imported = _imported(todo.pop(), Path(root), deferred) - {reader}
        new = {path for path in imported if path not in found}
        found |= new
        todo += new
    return sorted(found)


@cache
def hash_code(script: str | Path, root: str | Path) -> str:
    """SHA-256 of a script and of its `module_files`; each file is read once in a process."""
    hashes = "".join(map(_hash_module, [Path(script), *module_files(script, root)]))
    return hashlib.sha256(hashes.encode()).hexdigest()


@cache
def _hash_module(path: Path) -> str:
    return hash_file(path)


@cache
def _imported(path: Path, root: Path, deferred: bool) -> frozenset[Path]:
    names: set[str] = set()
    for match in _IMPORT.finditer(path.read_text(encoding="utf-8")):
        if not deferred and match[0][0] in " \t":
            continue
        origin = match["origin"] or match["plain"]
        names.add(origin)
        words = re.findall(r"[\w*]+", (match["many"] or match["few"] or ""))
        names |= {f"{origin}.{word}" for word in words}
    return frozenset().union(*(_files(name, root) for name in names))


@cache
def _modules(root: Path) -> dict[str, Path]:
    """Every module of the library by its dotted name; a package is its ``__init__``."""
    found = {}
    for path in root.joinpath("resurvey").rglob("*.py"):
        parts = path.relative_to(root).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def _files(name: str, root: Path) -> frozenset[Path]:
    """Files of a module and of the packages around it; none for a name inside a module."""
    modules, parts = _modules(root), name.split(".")
    names = (".".join(parts[:depth]) for depth in range(1, len(parts) + 1))
    return frozenset(modules[module] for module in names if module in modules)
