"""Figures of models: the odds ratios, or linear coefficients, of every fitted model."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resurvey.core.files import write_bytes, write_text

if TYPE_CHECKING:
    from resurvey.core.codebook import Codebook
    from resurvey.figures.draw import Drawing
    from resurvey.tables.models import Fitted


def draw_models(
    fitted: "Fitted",
    declared: Mapping[str, Mapping[str, Any]],
    codebook: "Codebook",
    languages: Sequence[str],
    words: Mapping[str, Mapping[str, str]],
    nominal: bool = True,
) -> dict[str, "Drawing"]:
    """Draw every fitted model in every language.

    Parameters
    ----------
    fitted : Fitted
        From `fit_models`; of its lines only the coefficients are drawn.
    declared : dict
        Models by name, with their labels.
    codebook : Codebook
        Labels of the variables.
    languages : sequence of str
        Languages of the figures.
    words : dict
        Language -> `tables`, `figures` and `models` of the shared words.
    nominal : bool
        The sample is no random one: a note says that the intervals are no margins of error.

    Returns
    -------
    dict of Drawing
        By ``{model}.{language}``; nothing for a refused model, and for one with a
        coefficient that is not told.
    """
    coefficients = {
        name: [
            line
            for line in fitted.lines["coefficients"]
            if line["model"] == name and line["part"] == "coefficient"
        ]
        for name in declared
        if name not in fitted.refused
    }
    # A coefficient that is kept back takes the drawing of its model with it.
    shown = {
        name: lines
        for name, lines in coefficients.items()
        if lines and not any(line["estimate"] in ("", None) for line in lines)
    }
    if not shown:
        return {}
    from resurvey.figures.canvas import plain_style
    from resurvey.figures.cells import Setting
    from resurvey.figures.coefficients import draw_coefficients
    from resurvey.figures.draw import Drawing

    drawings = {}
    with plain_style():
        for name, lines in shown.items():
            for language in languages:
                say = words[language]
                setting = Setting(language, say, codebook, {name: declared[name]})
                title = setting.label(
                    declared[name].get("label"), setting.question(declared[name]["outcome"])
                )
                title = setting.of_domain(name, title)
                note = say["intervals_nominal" if nominal else "intervals"]
                canvas = draw_coefficients(title, lines, setting, note)
                linear = declared[name]["kind"] == "linear"
                alt = say["figure_alt_linear" if linear else "figure_alt"].format(
                    number=len(lines), title=title
                )
                svg = canvas.svg(f"model-{name}-{language}", title, alt)
                drawings[f"{name}.{language}"] = Drawing(title, alt, svg, canvas.png())
    return drawings


def write_models(
    folder: str | Path,
    fitted: "Fitted",
    declared: Mapping[str, Mapping[str, Any]],
    codebook: "Codebook",
    languages: Sequence[str],
    words: Mapping[str, Mapping[str, str]],
    sample: str,
) -> None:
    """Draw every fitted model into a folder, which is made: ``{model}.{language}.svg``, ``.png``.

    Parameters are those of `draw_models`; of a `sample` that is no random one and no census the
    intervals are no margins of error. The folder stays empty where nothing is drawn.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    nominal = sample not in ("probability", "census")
    drawings = draw_models(fitted, declared, codebook, languages, words, nominal)
    for name, drawing in drawings.items():
        write_text(folder / f"{name}.svg", drawing.svg)
        write_bytes(folder / f"{name}.png", drawing.png)
