"""Draw: every figure of one language from the tidy tables, with a text for those who see none."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from resurvey.core.errors import SurveyError
from resurvey.core.lines import CrosstabLine, IndicatorLine
from resurvey.figures.bars import draw_bars, is_stackable
from resurvey.figures.canvas import Canvas
from resurvey.figures.cells import Setting, group_cells, questions_of
from resurvey.figures.dimension_page import draw_dimensions, indicators_of
from resurvey.figures.dots import draw_dots
from resurvey.figures.drawn import Datum, data_csv
from resurvey.figures.dumbbell import draw_dumbbell, pairs_of
from resurvey.figures.findings import (
    find_in_bars,
    find_in_dimensions,
    find_in_dumbbell,
    find_in_residuals,
)
from resurvey.figures.plan import DIMENSIONS, RESIDUALS
from resurvey.figures.profiles import Profile, profile_of, sizes_to_try
from resurvey.figures.residual_map import draw_residuals, residual_blocks
from resurvey.figures.vector import plain_style

logger = logging.getLogger("resurvey")

Cells = Sequence[CrosstabLine]


@dataclass(frozen=True)
class Drawing:
    """One figure: its title, what it shows in words, its files, and the numbers in it.

    `pdf` is empty on a screen, where no profile asks for one.
    """

    title: str
    alt: str
    svg: str
    png: bytes
    pdf: bytes = b""
    data: tuple[Datum, ...] = ()

    @property
    def csv(self) -> str:
        """The numbers in the drawing, as the text of a CSV file."""
        return data_csv(self.data)


def draw_figures(
    kinds: Mapping[str, str],
    cells: Cells,
    shares: Sequence[IndicatorLine],
    setting: Setting,
    profile: str = "screen",
    declared: Mapping[str, Any] | None = None,
) -> dict[str, Drawing]:
    """Draw every planned figure for a screen, a journal's column or a slide.

    Parameters
    ----------
    kinds : dict
        Figure -> kind, from `plan_figures`.
    cells, shares : sequence of dict
        Rows of crosstabs.csv and indicators.csv, as text.
    setting : Setting
        Labels, words and the study's own titles in one language.
    profile : str
        One of `PROFILES`.
    declared : dict, optional
        `config/figures.yaml`.

    Returns
    -------
    dict of Drawing
        By figure, in the given order; the same bytes for the same input.

    Raises
    ------
    SurveyError
        A profile for print, and a character without a picture in the font.

    Notes
    -----
    No label stops a drawing for the screen: what cannot be shown (an empty group, the hundredth
    answer, a character without a picture in the font) is left out or replaced, and said.
    """
    tables = group_cells(cells)
    drawings, undrawable = {}, set()
    with plain_style():
        for name, kind in kinds.items():
            sheet = profile_of(profile, name, kind, declared or {})
            canvas, title, alt = _laid_out(name, kind, tables, shares, setting, sheet)
            if canvas.missing and sheet.printed:
                raise SurveyError(_word_missing(name, profile, canvas.missing))
            svg = canvas.svg(f"{name}-{setting.language}", title, alt)
            pdf = canvas.pdf(title) if sheet.printed else b""
            drawings[name] = Drawing(title, alt, svg, canvas.png(), pdf, tuple(canvas.data))
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


def _laid_out(
    name: str,
    kind: str,
    tables: Mapping[str, Cells],
    shares: Sequence[IndicatorLine],
    setting: Setting,
    sheet: Profile,
) -> tuple[Canvas, str, str]:
    """Lay a figure out on its sheet; on a sheet of fixed height as large as it fits."""
    for size in sizes_to_try(sheet):
        canvas, title, alt = _draw(name, kind, tables, shares, replace(setting, profile=size))
        if not size.height or canvas.height <= size.height:
            break
    canvas.height = max(canvas.height, size.height)
    return canvas, title, alt


def _word_missing(name: str, profile: str, missing: set[str]) -> str:
    signs = "".join(sorted(missing))[:40]
    return (
        f"figure '{name}', profile {profile}: DejaVu Sans has no picture of {signs}, which a "
        f"printed figure would show as boxes; change the labels that have them, or take {profile} "
        "out of `profiles:` in config/figures.yaml"
    )


def _draw(
    name: str,
    kind: str,
    tables: Mapping[str, Cells],
    shares: Sequence[IndicatorLine],
    setting: Setting,
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


def captions_text(drawings: Mapping[str, Drawing]) -> str:
    """Write what stands under each figure in print, for an author to paste: title and finding.

    Examples
    --------
    >>> print(captions_text({"jobs": Drawing("Jobs", "Most have one.", "", b"")}), end="")
    jobs
    Jobs. Most have one.
    """
    parts = [f"{name}\n{one.title}. {one.alt}\n" for name, one in sorted(drawings.items())]
    return "\n".join(parts)
