"""Picture: the feasible bases of a question as a small drawing, the same bytes every time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH, HEIGHT, MARGIN = 340, 230, 46
STRIP = 92
INK, SOFT, ACCENT, LOUD = "#1c2126", "#515b66", "#00558c", "#b3470b"


@dataclass(frozen=True)
class BaseSet:
    """One feasible set of bases: by column, its number of solutions, and whether it is chosen."""

    bases: Mapping[str, int]
    solutions: int
    chosen: bool


def draw_bases(
    sets: Sequence[BaseSet], sizes: Mapping[str, int], labels: Mapping[str, str], alt: str
) -> Markup:
    """Draw every feasible set of bases: a plane for two groups, a line for one or several."""
    columns = list(sizes)
    if len(columns) == 2:
        return _plane(sets, sizes, labels, alt)
    largest = sum(sizes.values())
    sums = [BaseSet({"": sum(one.bases.values())}, one.solutions, one.chosen) for one in sets]
    label = labels[columns[0]] if len(columns) == 1 else labels[""]
    return _line(sums, largest, label, alt)


def _plane(
    sets: Sequence[BaseSet], sizes: Mapping[str, int], labels: Mapping[str, str], alt: str
) -> Markup:
    first, second = sizes
    wide, high = WIDTH - MARGIN - 14, HEIGHT - MARGIN - 14

    def across(value: int) -> float:
        return MARGIN + wide * value / sizes[first]

    def down(value: int) -> float:
        return 14 + high * (1 - value / sizes[second])

    left, bottom, right, top = across(0), down(0), across(sizes[first]), down(sizes[second])
    parts = [
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{high:.1f}" '
        f'fill="#f4f6f8" stroke="#d5dade"/>',
        _text(left, bottom + 16, "0", "middle"),
        _text(right, bottom + 16, str(sizes[first]), "middle"),
        _text(left - 6, bottom + 4, "0", "end"),
        _text(left - 6, top + 4, str(sizes[second]), "end"),
        _text((left + right) / 2, bottom + 34, labels[first], "middle"),
        _text(
            0,
            0,
            labels[second],
            "middle",
            f'transform="translate(14 {(top + bottom) / 2:.1f}) rotate(-90)"',
        ),
    ]
    parts += _dots(
        [(across(one.bases[first]), down(one.bases[second]), one.chosen) for one in sets]
    )
    return _svg(parts, HEIGHT, alt)


def _line(sets: Sequence[BaseSet], largest: int, label: str, alt: str) -> Markup:
    left, right, axis = 14.0, WIDTH - 14.0, 36.0

    def across(value: int) -> float:
        return left + (right - left) * value / largest

    parts = [
        f'<rect x="{left:.1f}" y="14" width="{right - left:.1f}" height="{axis + 8 - 14:.1f}" '
        f'fill="#f4f6f8" stroke="#d5dade"/>',
        _text(left, axis + 26, "0", "start"),
        _text(right, axis + 26, str(largest), "end"),
        _text((left + right) / 2, axis + 44, label, "middle"),
    ]
    top, bottom = 17.0, axis + 5
    places = sorted({(one.chosen, round(across(one.bases[""]), 1)) for one in sets})
    parts += [
        f'<line x1="{x:.1f}" y1="{top - 7 * chosen:.1f}" '
        f'x2="{x:.1f}" y2="{bottom + 7 * chosen:.1f}" '
        f'stroke="{LOUD if chosen else ACCENT}" stroke-width="{3 if chosen else 1.2}"/>'
        for chosen, x in places
    ]
    return _svg(parts, STRIP, alt)


def _dots(places: Sequence[tuple[float, float, bool]]) -> list[str]:
    """One dot per place on the grid of a tenth; the chosen one last and larger."""
    seen = sorted(
        {(round(x, 1), round(y, 1), chosen) for x, y, chosen in places}, key=lambda p: (p[2], p)
    )
    radius = 3.2 if len(seen) <= 60 else 2.0
    return [
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="none" stroke="{LOUD}" stroke-width="2.5"/>'
        if chosen
        else f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{ACCENT}" fill-opacity="0.75"/>'
        for x, y, chosen in seen
    ]


def _text(x: float, y: float, words: str, anchor: str, more: str = "") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="12" '
        f'font-family="sans-serif" fill="{SOFT}" {more}>{escape(words)}</text>'
    )


def _svg(parts: Sequence[str], height: int, alt: str) -> Markup:
    body = "".join(parts)
    return Markup(
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(alt)}" '
        f'xmlns="http://www.w3.org/2000/svg">{body}</svg>'
    )
