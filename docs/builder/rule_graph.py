"""The graph of the rules as a drawing: what Snakemake says of it, in layers from top to bottom."""

import re
import subprocess
import sys
from collections.abc import Mapping
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGETS = ("all", "certificate", "deposit", "figures")
WIDTH, HEIGHT, GAP, STEP = 146, 28, 18, 66

Graph = Mapping[str, frozenset[str]]
"""Rule -> the rules that it waits for."""


def rule_graph() -> Graph:
    """Ask Snakemake for the rules of the article's study and what each waits for."""
    command = [
        sys.executable,
        "-m",
        "snakemake",
        "-n",
        "--quiet",
        "--rulegraph=dot",
        "--",
        *TARGETS,
    ]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
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
        for number, name in names.items()
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


def layers(graph: Graph) -> list[list[str]]:
    """Rules by the longest way to them; within a layer near what they wait for."""

    def depth(rule: str) -> int:
        return 1 + max((depth(one) for one in graph[rule]), default=-1)

    rows: list[list[str]] = []
    places: dict[str, float] = {}
    for level in range(max(map(depth, graph)) + 1):
        row = [rule for rule in graph if depth(rule) == level]
        middle = {
            rule: sum(places.get(one, 0.5) for one in graph[rule]) / max(1, len(graph[rule]))
            for rule in row
        }
        row.sort(key=lambda rule: (middle[rule], rule))
        places |= {rule: (place + 1) / (len(row) + 1) for place, rule in enumerate(row)}
        rows.append(row)
    return rows


def draw(graph: Graph) -> str:
    """Draw a graph as SVG."""
    graph = reduced(graph)
    rows = layers(graph)
    width = max(len(row) for row in rows) * (WIDTH + GAP) + GAP
    height = len(rows) * STEP + GAP
    corner = {}
    for level, row in enumerate(rows):
        left = (width - len(row) * (WIDTH + GAP) + GAP) / 2
        for place, rule in enumerate(row):
            corner[rule] = (left + place * (WIDTH + GAP), GAP + level * STEP)
    lines, boxes = [], []
    for rule, needed in graph.items():
        x, y = corner[rule]
        for one in sorted(needed):
            start, top = corner[one][0] + WIDTH / 2, corner[one][1] + HEIGHT
            end, bend = x + WIDTH / 2, (top + y) / 2
            lines.append(
                f'<path d="M{start:g} {top:g}C{start:g} {bend:g} {end:g} {bend:g} {end:g} {y:g}"/>'
            )
        boxes.append(f'<rect x="{x:g}" y="{y:g}" width="{WIDTH}" height="{HEIGHT}" rx="5"/>')
        boxes.append(f'<text x="{x + WIDTH / 2:g}" y="{y + 18:g}">{escape(rule)}</text>')
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
