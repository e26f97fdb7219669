"""Heat map: a matrix of correlations, the lower triangle as tiles with their numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

from resurvey.core.names import name_correlation_number
from resurvey.figures.canvas import Canvas, Datum
from resurvey.figures.cells import Setting
from resurvey.figures.lettering import printable, width, wrap
from resurvey.figures.page import Page, Sign
from resurvey.figures.palette import Fill, fill_correlation

MOST_VARIABLES = 12
"""More variables than these nobody reads in one figure, and a narrow sheet has room for fewer."""
_TILES = 0.75
"""Share of the width that tiles may take at most; labels have the rest."""

Lines = Sequence[Mapping[str, str]]


def known_lines(lines: Lines) -> list[Mapping[str, str]]:
    """Keep the lines that have a correlation."""
    return [line for line in lines if line["value"]]


def name_matrix(spec: Mapping[str, Any], setting: Setting) -> str:
    """Label of a matrix; its method where it has none."""
    method = setting.words[f"heat_map_{spec.get('method', 'pearson')}"]
    return setting.about(setting.label(spec.get("label"), method), spec.get("where", {}))


def find_in_matrix(lines: Lines, setting: Setting) -> str:
    """Say which correlation is the strongest."""
    known = known_lines(lines)
    if not known:
        return setting.words["heat_map_nothing"]
    most = max(known, key=lambda line: abs(float(line["value"])))
    return setting.words["heat_map_strongest"].format(
        one=setting.question(most["row_variable"]),
        other=setting.question(most["column_variable"]),
        value=setting.number(float(most["value"]), 2),
    )


def draw_heat_map(
    name: str, spec: Mapping[str, Any], lines: Lines, setting: Setting, title: str
) -> Canvas:
    """Draw the correlations of a matrix below its diagonal.

    Parameters
    ----------
    name : str
        Of the matrix.
    spec : dict
        Its entry in `correlations` of ``config/tables.yaml``.
    lines : sequence of dict
        Its lines of ``correlations.csv``.
    setting : Setting
        Labels, words and the sheet.
    title : str
        What the matrix shows, in a sentence.

    Returns
    -------
    Canvas
        Every row has its label and number, every column the number; a correlation that there is
        not is a dash.
    """
    words = setting.words
    method = words[f"heat_map_{spec.get('method', 'pearson')}"]
    label = name_matrix(spec, setting)
    subtitle = label if label == method else f"{label}. {method}"
    page = Page(title, subtitle, setting)
    least_tile = width(setting.number(-0.88, 2), page.text) + 3
    most = min(MOST_VARIABLES, 1 + int(page.room * _TILES // least_tile))
    shown = list(spec["variables"])[: max(most, 2)]
    grey = setting.profile.grey
    signs = ((-0.6, "heat_map_negative"), (0.6, "heat_map_positive"))
    page.legend([Sign("box", fill_correlation(value, grey), words[key]) for value, key in signs])
    found = {(line["row_variable"], line["column_variable"]): line for line in lines}
    labels = [f"{place}. {setting.question(one)}" for place, one in enumerate(shown, 1)]
    tile = min(56.0, page.room * _TILES / (len(shown) - 1))
    room = page.room - tile * (len(shown) - 1)
    widest = max(width(one, page.text) for one in labels) + 8
    room = min(room, max(widest, 60.0))
    start = page.left + room
    least = 1.9 * page.text * min(page.profile.stretch, 1.2)
    for row, (variable, text) in enumerate(zip(shown, labels, strict=True)):
        wrapped = wrap(printable(text), room - 8, page.text, most=3)
        high = max(least, page.leading * len(wrapped) + 4)
        middle = page.y + high / 2
        for depth, line in enumerate(wrapped):
            base = middle + page.drop + page.leading * (depth - (len(wrapped) - 1) / 2)
            page.canvas.text(page.left, base, line)
        for place, other in enumerate(shown[:row]):
            extent = start + tile * place, tile, high
            _draw_tile(page, found.get((variable, other)), (text, labels[place]), extent)
        page.y += high
    for place in range(len(shown) - 1):
        centre = start + tile * (place + 0.5)
        y = page.y + page.profile.small + 3
        number = str(place + 1)
        page.canvas.text(centre, y, number, page.profile.small, colour=page.soft, align="center")
    page.y += page.profile.small + 8
    if len(shown) < len(spec["variables"]):
        told = {"shown": len(shown), "all": len(spec["variables"])}
        page.note(words["heat_map_cut"].format(**told))
    if len(known_lines(lines)) < len(lines):
        page.note(words["heat_map_dash"])
    return page.finish()


def _draw_tile(
    page: Page,
    line: Mapping[str, str] | None,
    labels: tuple[str, str],
    extent: tuple[float, float, float],
) -> None:
    left, tile, high = extent
    value = float(line["value"]) if line and line["value"] else None
    number = name_correlation_number(line) if line and value is not None else ""
    grey = page.setting.profile.grey
    fill = Fill("#f4f4f4") if value is None else fill_correlation(value, grey)
    page.canvas.box(left, page.y, tile, high, fill, "#ffffff", 1.0)
    words = "–" if value is None else page.setting.number(value, 2)
    page.record(Datum("", labels[0], labels[1], value, words, number=number))
    centre, middle = left + tile / 2, page.y + high / 2
    if fill.hatch:
        half, size = width(words, page.text) / 2 + 2, page.text
        page.canvas.box(centre - half, middle - size / 2 - 1, 2 * half, size + 2, fill.colour)
    page.canvas.text(
        centre, middle + page.drop, words, colour=fill.ink, align="center", number=number
    )
