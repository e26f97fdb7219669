"""Imports: which modules of the library a script depends on, directly or through others."""

import hashlib
import re
from functools import cache
from pathlib import Path

from resurvey.core.files import hash_file

# It begins with the name, which a search finds at once; what stands before is looked at afterwards.
_NAMED = re.compile(
    r"resurvey[\w.]*(?:\s+import\s+(?:\((?P<many>[^)]*)\)|(?P<few>[^\n#]*)))?", re.ASCII
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
    found: set[str] = set()
    todo = [str(script)]
    reader = _modules(Path(root)).get(SETTINGS)
    while todo:
        new = _imported(todo.pop(), Path(root), deferred) - found - {reader}
        found |= new
        todo += new
    return [Path(path) for path in sorted(found)]


@cache
def hash_code(script: str | Path, root: str | Path) -> str:
    """SHA-256 of a script and of its `module_files`; each file is read once in a process."""
    hashes = "".join(map(_hash_module, [Path(script), *module_files(script, root)]))
    return hashlib.sha256(hashes.encode()).hexdigest()


@cache
def _hash_module(path: Path) -> str:
    return hash_file(path)


@cache
def _imported(path: str, root: Path, deferred: bool) -> frozenset[str]:
    text = Path(path).read_text(encoding="utf-8")
    names: set[str] = set()
    for match in _NAMED.finditer(text):
        before = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        word, imports = before.strip(), match["many"] or match["few"] or ""
        if not (word == "import" or (word == "from" and imports)):
            continue
        if before[0] in " \t" and not deferred:
            continue
        origin = match[0].split(maxsplit=1)[0]
        names.add(origin)
        names |= {f"{origin}.{word}" for word in re.findall(r"[\w*]+", imports)}
    return frozenset().union(*(_files(name, root) for name in names))


@cache
def _modules(root: Path) -> dict[str, str]:
    """Every module of the library by its dotted name; a package is its ``__init__``."""
    found = {}
    for path in root.joinpath("resurvey").rglob("*.py"):
        parts = path.relative_to(root).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = str(path)
    return found


@cache
def _files(name: str, root: Path) -> frozenset[str]:
    """Files of a module and of the packages around it; none for a name inside a module."""
    modules, parts = _modules(root), name.split(".")
    names = (".".join(parts[:depth]) for depth in range(1, len(parts) + 1))
    return frozenset(modules[module] for module in names if module in modules)
