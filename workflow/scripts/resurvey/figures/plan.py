"""Plan: which figures a study gets, decided before any job starts."""

from collections.abc import Mapping
from typing import Any

RESIDUALS = "residuals"
DIMENSIONS = "dimensions"


def plan_figures(
    tables: Mapping[str, Mapping[str, Any]],
    declared: Mapping[str, Any],
    indicators: Mapping[str, Any],
) -> dict[str, str]:
    """Name every figure of a study and its kind.

    Parameters
    ----------
    tables, declared, indicators : dict
        `config/tables.yaml` (its `tables`), `config/figures.yaml` and `config/indicators.yaml`.

    Returns
    -------
    dict
        Figure -> kind: one per table (``bars``, ``diverging`` or ``dumbbell``), and
        ``residuals`` and ``dimensions`` where the study has something to show in them. A table
        whose every question was asked twice, of one group, is a dumbbell without being told.

    Examples
    --------
    >>> twice = {"before": "a", "after": "b"}
    >>> plan_figures({"jobs": {"rows": ["a", "b"], "pairs": [twice]}}, {}, {})
    {'jobs': 'dumbbell'}
    """
    chosen = declared.get("figures", {})
    figures = {}
    for name, table in tables.items():
        paired = {name for pair in table.get("pairs", []) for name in pair.values()}
        before_after = paired and paired.issuperset(table["rows"]) and "columns" not in table
        usual = "dumbbell" if before_after else "bars"
        kind = chosen.get(name, {}).get("kind", usual)
        if kind != "none":
            figures[name] = kind
    if declared.get("residual_map", True) and any("columns" in one for one in tables.values()):
        figures[RESIDUALS] = RESIDUALS
    shown = [one for one in indicators.get("indicators", {}).values() if "dimension" in one]
    if declared.get("dimensions", True) and shown:
        figures[DIMENSIONS] = DIMENSIONS
    return figures


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
