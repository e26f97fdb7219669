"""The library's rooms stand in one order, and a room imports only rooms before it."""

import ast
import re
from functools import cache

import pytest

from invented import ROOT

LIBRARY = ROOT / "workflow/scripts/resurvey"
ROOMS = (
    "core",
    "statistics",
    "recovery",
    "counts",
    "reading",
    "safety",
    "study",
    "prepare",
    "tables",
    "index",
    "interviews",
    "figures",
    "pages",
    "audit",
    "report",
    "waves",
    "proof",
)


@cache
def arrows():
    """Every import from one room into another, those inside functions and for types too."""
    found = []
    for path in sorted(LIBRARY.rglob("*.py")):
        room = path.relative_to(LIBRARY).parts[0]
        if room not in ROOMS:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                origins = [node.module or ""]
            elif isinstance(node, ast.Import):
                origins = [alias.name for alias in node.names]
            else:
                continue
            for origin in origins:
                package, _, rest = origin.partition(".")
                other = rest.partition(".")[0]
                if package == "resurvey" and other and other != room:
                    place = f"{path.relative_to(LIBRARY)}:{node.lineno}"
                    found.append((room, other, place))
    return found


def test_every_room_is_in_the_order():
    files = [path.relative_to(LIBRARY).parts[0] for path in LIBRARY.rglob("*.py")]
    entries = {name.removesuffix(".py") for name in files}
    assert entries == {"__init__", "__main__", *ROOMS}


@pytest.mark.slow
def test_a_room_imports_only_rooms_before_it():
    wrong = [
        f"{where}: {room} imports {other}"
        for room, other, where in arrows()
        if ROOMS.index(other) > ROOMS.index(room)
    ]
    assert wrong == []


@pytest.mark.slow
def test_rooms_are_connected_by_few_arrows():
    assert len({(room, other) for room, other, _ in arrows()}) <= 77


def test_every_module_that_the_contributors_page_names_is_there():
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_]+(?:/[a-z_]+)*/[a-z_]+\.(?:py|html|smk))`", page))
    folders = LIBRARY, ROOT
    assert named
    assert [
        name for name in sorted(named) if not any((at / name).is_file() for at in folders)
    ] == []
