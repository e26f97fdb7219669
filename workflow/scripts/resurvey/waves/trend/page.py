"""Page: the comparison over time drawn and rendered in one language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resurvey.core.codebook import Codebook
from resurvey.core.files import read_csv
from resurvey.pages.application import inline_svg, render_application
from resurvey.waves.trend.arrangement import arrange_trend
from resurvey.waves.trend.frame import Frame, Line

if TYPE_CHECKING:
    from resurvey.figures.draw import Drawing


@dataclass(frozen=True)
class Trend:
    """The page of one language, and the figures that it shows."""

    page: str
    drawings: "Mapping[str, Drawing]"


def read_trend(
    files: Mapping[str, str | Path], codebooks: Mapping[str, str | Path]
) -> tuple[dict[str, list[Line]], dict[str, Codebook]]:
    """Read the files of the trend room, and every wave's codebook.

    Parameters
    ----------
    files : dict
        Path of each of `resurvey.waves.trend.filling.TREND_FILES`.
    codebooks : dict
        Wave -> ``codebook.json`` of its table room, in the order of time.
    """
    lines: dict[str, list[Line]] = {name: list(read_csv(path)) for name, path in files.items()}
    books = {
        wave: Codebook.from_json(Path(path).read_text(encoding="utf-8"))
        for wave, path in codebooks.items()
    }
    return lines, books


def write_trend(
    files: Mapping[str, Sequence[Line]],
    codebooks: Mapping[str, Codebook],
    study: Mapping[str, Any],
    words: Mapping[str, Mapping[str, Any]],
    times: Mapping[str, float],
    language: str,
    folders: Sequence[str],
) -> Trend:
    """Draw the figures and write the page of the comparison over time in one language.

    Parameters
    ----------
    files, codebooks
        As `read_trend` reads them.
    study : dict
        As `resurvey.study.folder.read_study` reads it.
    words : dict
        The shared words in the page's language.
    times : dict
        Wave -> time, in order.
    language : str
        Language of the page.
    folders : sequence of str
        Folders of the Jinja templates: the trend's own, and the report's for the page's frame.

    Returns
    -------
    Trend
        The same bytes for the same files.
    """
    from resurvey.figures.cells import Setting
    from resurvey.waves.trend.drawing import draw_trends

    frame = Frame(files, codebooks, study, words, language)
    own = {
        "subtitle": words["trend"]["drawn"],
        "intervals": words["trend"]["drawn_intervals"],
        "moved": words["trend"]["drawn_moved"],
    }
    setting = Setting(
        language=language,
        words={**words["figures"], **frame.origins(words["figures"]), **own},
        codebook=frame.labels.codebook,
        tables=study["tables"]["tables"],
        text=study["text"][language],
    )
    labels = {wave: frame.wave(wave) for wave in times}
    changed = {line["row_variable"] for line in files["moved"] if line["changed"]}
    drawings = draw_trends(
        files["crosstabs"], times, labels, setting, intervals=frame.random, changed=changed
    )
    inline = {
        name: inline_svg(drawing.svg, f"trend-{name}", drawing.alt)
        for name, drawing in drawings.items()
    }
    context = arrange_trend(frame, inline)
    return Trend(render_application("trend.html", context, folders), drawings)
