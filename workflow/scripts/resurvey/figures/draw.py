"""Draw: every figure of one language from the tidy tables, with a text for those who see none."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from resurvey.figures.bars import draw_bars, is_stackable
from resurvey.figures.canvas import Canvas, plain_style
from resurvey.figures.cells import Setting, group_cells, questions_of
from resurvey.figures.dimension_page import draw_dimensions, indicators_of
from resurvey.figures.dots import draw_dots
from resurvey.figures.dumbbell import draw_dumbbell, pairs_of
from resurvey.figures.findings import (
    find_in_bars,
    find_in_dimensions,
    find_in_dumbbell,
    find_in_residuals,
)
from resurvey.figures.plan import DIMENSIONS, RESIDUALS
from resurvey.figures.residual_map import draw_residuals, residual_blocks

logger = logging.getLogger("resurvey")

Cells = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class Drawing:
    """One figure: its title, what it shows in words, and its two files."""

    title: str
    alt: str
    svg: str
    png: bytes


def draw_figures(
    kinds: Mapping[str, str], cells: Cells, shares: Cells, setting: Setting
) -> dict[str, Drawing]:
    """Draw every planned figure.

    Parameters
    ----------
    kinds : dict
        Figure -> kind, from `plan_figures`.
    cells, shares : sequence of dict
        Rows of crosstabs.csv and indicators.csv, as text.
    setting : Setting
        Labels, words and the study's own titles in one language.

    Returns
    -------
    dict of Drawing
        By figure, in the given order; the same bytes for the same input.

    Notes
    -----
    No label stops a drawing: what cannot be shown (an empty group, the hundredth answer, a
    character without a picture in the font) is left out or replaced, and said.
    """
    tables = group_cells(cells)
    drawings, undrawable = {}, set()
    with plain_style():
        for name, kind in kinds.items():
            canvas, title, alt = _draw(name, kind, tables, shares, setting)
            svg = canvas.svg(f"{name}-{setting.language}", title, alt)
            drawings[name] = Drawing(title, alt, svg, canvas.png())
            undrawable |= canvas.missing
    if undrawable:
        signs = "".join(sorted(undrawable))[:40]
        logger.warning(
            "figures: DejaVu Sans has no picture of %d characters (%s); the PNG files show boxes "
            "in their place, the SVG files the characters",
            len(undrawable),
            signs,
        )
    return drawings


def _draw(
    name: str, kind: str, tables: Mapping[str, Cells], shares: Cells, setting: Setting
) -> tuple[Canvas, str, str]:
    if kind == RESIDUALS:
        blocks = residual_blocks(tables, setting)
        alt = find_in_residuals(blocks, setting)
        return draw_residuals(blocks, setting), setting.words["residuals_title"], alt
    if kind == DIMENSIONS:
        indicators, groups = indicators_of(shares, setting)
        alt = find_in_dimensions(indicators, groups, setting)
        title = setting.words["dimensions_title"]
        return draw_dimensions(indicators, groups, setting), title, alt
    questions = questions_of(name, tables.get(name, []), setting)
    title = setting.title(name)
    if kind == "dumbbell" and pairs_of(name, questions, setting):
        alt = find_in_dumbbell(name, questions, setting)
        return draw_dumbbell(name, questions, setting), title, alt
    alt = find_in_bars(name, questions, setting)
    if not all(is_stackable(one) for one in questions):
        return draw_dots(name, questions, setting), title, alt
    middle = kind == "diverging" and all(len(one.scale) > 1 for one in questions)
    return draw_bars(name, questions, setting, middle), title, alt


def alt_json(drawings: Mapping[str, Drawing]) -> str:
    """Write the titles and the texts of all figures as JSON.

    Examples
    --------
    >>> print(alt_json({"jobs": Drawing("Jobs", "Most have one.", "", b"")}), end="")
    {
     "jobs": {
      "title": "Jobs",
      "alt": "Most have one."
     }
    }
    """
    plain = {name: {"title": one.title, "alt": one.alt} for name, one in drawings.items()}
    return json.dumps(plain, ensure_ascii=False, indent=1) + "\n"
