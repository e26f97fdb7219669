"""Plan: which figures a study gets, and the sheets that they are drawn on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from resurvey.core.names import DIMENSIONS, PICTURES, RESIDUALS, name_picture

HEAT_MAP = "heat_map"
MEANS = "means"
INDEX = "index"
DIVERGING = "diverging"
DRAWN = ("mean", "nps", "median")
"""Statistics of numbers that a figure may show; the first that a table has is shown."""
MOST_NOT_PRINTED = 40
"""Per cent of a figure's bars that may be unpublished before the figure is not drawn."""


def plan_figures(
    tables: Mapping[str, Mapping[str, Any]],
    declared: Mapping[str, Any],
    indicators: Mapping[str, Any],
    correlations: Mapping[str, Any] | None = None,
    indices: Mapping[str, Any] | None = None,
) -> dict[str, str]:
    """Name every figure of a study and its kind.

    Parameters
    ----------
    tables, declared, indicators : dict
        `config/tables.yaml` (its `tables`), `config/figures.yaml` and `config/indicators.yaml`.
    correlations : dict, optional
        `config/tables.yaml` (its `correlations`).
    indices : dict, optional
        `config/index.yaml`.

    Returns
    -------
    dict
        Figure -> kind: one per table (``bars``, ``diverging``, ``dumbbell`` or ``means``)
        and matrix (``heat_map``), and ``residuals`` and ``dimensions`` where the study has
        something to show in them. A table whose every question was asked twice, of one group, is
        a dumbbell without being told; a grid diverges.

    Examples
    --------
    >>> twice = {"before": "a", "after": "b"}
    >>> plan_figures({"jobs": {"rows": ["a", "b"], "pairs": [twice]}}, {}, {})
    {'jobs': 'dumbbell'}
    """
    chosen = declared.get("figures", {})
    figures = {}
    for name, table in tables.items():
        if "summaries" in table:
            # One number needs no drawing.
            several = len(table["summaries"]) > 1 or "columns" in table
            wanted = chosen.get(name, {}).get("kind", MEANS) != "none"
            if several and wanted and drawn_statistic(table):
                figures[name] = MEANS
            continue
        paired = {name for pair in table.get("pairs", []) for name in pair.values()}
        before_after = paired and paired.issuperset(table["rows"]) and "columns" not in table
        usual = "dumbbell" if before_after else DIVERGING if table.get("grid") else "bars"
        kind = chosen.get(name, {}).get("kind", usual)
        if kind != "none":
            figures[name] = kind
    for name in correlations or {}:
        if chosen.get(name, {}).get("kind") != "none":
            figures[name] = HEAT_MAP
    if declared.get("residual_map", True) and any(
        "columns" in table and "summaries" not in table for table in tables.values()
    ):
        figures[RESIDUALS] = RESIDUALS
    shown = [
        indicator
        for indicator in indicators.get("indicators", {}).values()
        if "dimension" in indicator
    ]
    if declared.get("dimensions", True) and shown:
        figures[DIMENSIONS] = DIMENSIONS
    for name in (indices or {}).get("index", {}):
        figures |= {name_picture(name, picture): INDEX for picture in PICTURES}
    return figures


def drawn_statistic(table: Mapping[str, Any]) -> str:
    """Name the statistic that the figure of a table with `summaries` shows; empty without one.

    Examples
    --------
    >>> drawn_statistic({"statistics": ["sd", "median"]}), drawn_statistic({})
    ('median', 'mean')
    """
    known = table.get("statistics") or DRAWN
    return next((statistic for statistic in DRAWN if statistic in known), "")


def title_figure(name: str, text: Mapping[str, Any], words: Mapping[str, str]) -> str:
    """Title of a figure where the study's own text has one, else its name.

    Examples
    --------
    >>> text = {"tables": {"jobs": {"number": "Table 2", "title": "Jobs"}}}
    >>> title_figure("jobs", text, {}), title_figure("pay", text, {})
    ('Table 2. Jobs', 'pay')
    """
    if name in (RESIDUALS, DIMENSIONS) and f"{name}_title" in words:
        return words[f"{name}_title"]
    own = text.get("tables", {}).get(name, {})
    title = own.get("title", name)
    return f"{own['number']}. {title}" if "number" in own else title


POINTS_PER_MM = 72 / 25.4
PROFILES = ("screen", "journal", "slide")
# SOURCE: Springer, "Artwork and illustrations guidelines": 84 or 174 mm on a large page.
COLUMN_MM = {"single": 84.0, "double": 174.0}
_SINGLE = ("bars",)


@dataclass(frozen=True)
class Profile:
    """What a sheet is like; lengths are points of the layout, `scale` times larger on paper.

    Attributes
    ----------
    name : str
        One of `PROFILES`.
    width, height : float
        Of the sheet; a height of 0 grows with the drawing.
    text, aside, small, tiny, heading, title : float
        Sizes of type: labels and numbers, numbers beside a bar, remarks and scales, numbers that
        would not fit otherwise, wordings of questions, the figure's title.
    titled : bool
        Whether the title stands in the drawing; a journal sets it in the caption.
    grey : bool
        Drawn in greys and hatches, so that a black-and-white print loses nothing.
    labels_above : bool
        Labels stand over their row instead of beside it, where the sheet is narrow.
    column : float
        Least width of a column of blocks.
    stretch : float
        How much higher rows are than they need to be.
    scale : float
        Points on paper per point of the layout.
    dots_per_inch : int
        Of the PNG file.
    printed : bool
        Whether a PDF is made, which needs a picture of every character.
    """

    name: str
    width: float
    height: float = 0.0
    text: float = 8.5
    aside: float = 8.0
    small: float = 7.5
    tiny: float = 7.0
    heading: float = 9.0
    title: float = 11.0
    margin: float = 12.0
    titled: bool = True
    grey: bool = False
    labels_above: bool = False
    column: float = 240.0
    stretch: float = 1.0
    scale: float = 1.0
    dots_per_inch: int = 170
    printed: bool = False

    @property
    def room(self) -> float:
        """Width between the margins."""
        return self.width - 2 * self.margin

    @property
    def right(self) -> float:
        """Right margin's position."""
        return self.width - self.margin


SCREEN = Profile(
    "screen",
    535.5,
    text=10.5,
    aside=10.5,
    small=10.5,
    tiny=10.5,
    heading=10.5,
    title=12.0,
    margin=7.0,
    column=250.0,
    dots_per_inch=183,
)
"""As wide as the report's text (714 pixels), so that its type has 14 pixels there."""
SLIDE = tuple(
    Profile(
        "slide",
        960.0 / scale,
        540.0 / scale,
        title=12.0,
        margin=16.0,
        column=215.0,
        stretch=stretch,
        scale=scale,
        dots_per_inch=round(144 * scale),
        printed=True,
    )
    for scale, stretch in ((2.0, 1.2), (1.2, 1.0))
)
"""A slide of 16:9 with large type for a few rows, and one for many or for long labels."""

_NARROW_MM = 120.0


def journal_profile(width_mm: float, dots_per_inch: int = 600) -> Profile:
    """Sheet of a journal's column: no title, type of 7 to 9 points, greys and hatches.

    Examples
    --------
    >>> round(journal_profile(84).width, 1), journal_profile(84).labels_above
    (238.1, True)
    """
    return Profile(
        "journal",
        width_mm * POINTS_PER_MM,
        text=8.0,
        aside=7.5,
        small=7.0,
        tiny=7.0,
        heading=8.5,
        title=9.0,
        margin=3.0,
        titled=False,
        grey=True,
        labels_above=width_mm < _NARROW_MM,
        dots_per_inch=dots_per_inch,
        printed=True,
    )


def layouts_of(
    name: str, figure: str, kind: str, declared: Mapping[str, Any]
) -> tuple[Profile, ...]:
    """Sheets on which one figure may be laid out in one profile.

    Examples
    --------
    >>> (narrow,) = layouts_of("journal", "jobs", "bars", {"journal": {"single_mm": 90}})
    >>> round(narrow.width * 25.4 / 72)
    90
    """
    if name == "screen":
        return (SCREEN,)
    if name == "slide":
        return SLIDE
    own = declared.get("journal", {})
    usual = "single" if kind in _SINGLE else "double"
    column = declared.get("figures", {}).get(figure, {}).get("column", usual)
    return (journal_profile(own.get(f"{column}_mm", COLUMN_MM[column]), own.get("dpi", 600)),)
