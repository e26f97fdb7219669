"""The graph of the rules as a drawing: what Snakemake says of it, in layers from top to bottom."""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGETS = ("all", "certificate", "deposit", "figures")
WIDTH, HEIGHT, GAP, STEP, STATION = 132, 28, 18, 66, 8

Graph = Mapping[str, frozenset[str]]
"""Rule -> the rules that it waits for."""


def rule_graph() -> Graph:
    """Ask Snakemake for the rules of the article's study and what each waits for."""
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"), "-n"]
    command += ["--quiet", "--rulegraph=dot", "--", *TARGETS]
    # Results that lie in the repository, whatever their state, are no matter of its documentation.
    with tempfile.TemporaryDirectory() as folder:
        for part in ("config", "resources/published"):
            shutil.copytree(ROOT / part, Path(folder, part))
        finished = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if finished.returncode:
        raise RuntimeError(f"the graph of the rules cannot be drawn: {finished.stderr}")
    return read_dot(finished.stdout)


def read_dot(text: str) -> Graph:
    """Read the rules and arrows of a graph in the language of Graphviz.

    >>> read_dot('0[label = "all"] 1[label = "count"] 1 -> 0')
    {'all': frozenset({'count'}), 'count': frozenset()}
    """
    names = dict(re.findall(r'(\d+)\[label = "(\w+)"', text))
    arrows = re.findall(r"(\d+) -> (\d+)", text)
    return {
        name: frozenset(names[start] for start, end in arrows if end == number)
        for number, name in sorted(names.items(), key=lambda named: named[1])
    }


def reduced(graph: Graph) -> Graph:
    """Leave out every arrow that follows from others.

    >>> reduced({"c": frozenset("ab"), "b": frozenset("a"), "a": frozenset()})["c"]
    frozenset({'b'})
    """

    def before(rule: str) -> set[str]:
        return {rule}.union(*(before(one) for one in graph[rule]))

    return {
        rule: frozenset(
            one
            for one in needed
            if not any(one in before(other) for other in needed if other != one)
        )
        for rule, needed in graph.items()
    }


def layers(graph: Graph) -> tuple[list[list[str]], dict[tuple[str, str], list[str]]]:
    """Rules by the longest way to them, and the stations of every arrow between two of them.

    An arrow over several layers has a station in each, so that it runs between the boxes; a
    station is named by its arrow and layer.
    """

    def depth(rule: str) -> int:
        return 1 + max((depth(one) for one in graph[rule]), default=-1)

    levels = {rule: depth(rule) for rule in graph}
    rows: list[list[str]] = [[] for _ in range(max(levels.values()) + 1)]
    for rule, level in levels.items():
        rows[level].append(rule)
    ways = {}
    for rule, needed in graph.items():
        for one in sorted(needed):
            between = range(levels[one] + 1, levels[rule])
            stations = [f"{one}>{rule}>{level}" for level in between]
            for level, station in zip(between, stations, strict=True):
                rows[level].append(station)
            ways[one, rule] = [one, *stations, rule]
    return rows, ways


def order(rows: list[list[str]], ways: Mapping[tuple[str, str], Sequence[str]]) -> None:
    """Order each layer near its neighbours, from above and from below in turn."""
    steps = [pair for way in ways.values() for pair in pairwise(way)]
    for turn in range(8):
        down = turn % 2 == 0
        places: dict[str, float] = {}
        for row in rows if down else reversed(rows):
            near: dict[str, list[float]] = {one: [] for one in row}
            for upper, lower in steps:
                own, other = (lower, upper) if down else (upper, lower)
                if own in near and other in places:
                    near[own].append(places[other])
            old = {one: (place + 1) / (len(row) + 1) for place, one in enumerate(row)}
            row.sort(key=lambda one: sum(near[one]) / len(near[one]) if near[one] else old[one])
            places |= {one: (place + 1) / (len(row) + 1) for place, one in enumerate(row)}


def draw(graph: Graph) -> str:
    """Draw a graph as SVG."""
    graph = reduced(graph)
    rows, ways = layers(graph)
    order(rows, ways)
    wide = {one: WIDTH if one in graph else STATION for row in rows for one in row}
    spans = [sum(wide[one] + GAP for one in row) - GAP for row in rows]
    width, height = max(spans) + 2 * GAP, len(rows) * STEP
    middle, top = {}, {}
    for level, row in enumerate(rows):
        left = (width - spans[level]) / 2
        for one in row:
            middle[one], top[one] = left + wide[one] / 2, GAP + level * STEP
            left += wide[one] + GAP
    lines = []
    for way in ways.values():
        path = f"M{middle[way[0]]:g} {top[way[0]] + HEIGHT:g}"
        for one, other in pairwise(way):
            start, end = top[one] + HEIGHT, top[other]
            bend = (start + end) / 2
            path += (
                f"C{middle[one]:g} {bend:g} {middle[other]:g} {bend:g} {middle[other]:g} {end:g}"
            )
            if other not in graph:
                path += f"V{end + HEIGHT:g}"
        lines.append(f'<path d="{path}"/>')
    boxes = []
    for rule in graph:
        corner = middle[rule] - WIDTH / 2
        boxes.append(
            f'<rect x="{corner:g}" y="{top[rule]:g}" width="{WIDTH}" height="{HEIGHT}" rx="5"/>'
            f'<text x="{middle[rule]:g}" y="{top[rule] + 18:g}">{escape(rule)}</text>'
        )
    style = (
        "path{fill:none;stroke:#8a93b8;stroke-width:1.3}rect{fill:#eef0fa;stroke:#3f51b5}"
        "text{font:12px sans-serif;text-anchor:middle;fill:#1a2040}"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}"><title>Rules of the workflow</title>'
        f"<style>{style}</style>"
        f'<path style="fill:#fff;stroke:none" d="M0 0h{width:g}v{height:g}H0z"/>'
        f"{''.join(lines)}{''.join(boxes)}</svg>\n"
    )
