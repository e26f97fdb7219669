"""Draw: every figure of one language from the tidy tables, with a text for those who see none."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from resurvey.core.errors import SurveyError
from resurvey.core.lines import CrosstabLine, IndicatorLine
from resurvey.core.printed import round_half_away_number
from resurvey.figures.bars import draw_bars, draw_dots, is_stackable
from resurvey.figures.canvas import Canvas, Datum, data_csv, plain_style
from resurvey.figures.cells import TOTAL, Bar, Question, Segment, Setting, group_cells, questions_of
from resurvey.figures.dimension_page import Indicator, draw_dimensions, indicators_of
from resurvey.figures.dumbbell import draw_dumbbell, pairs_of
from resurvey.figures.plan import DIMENSIONS, RESIDUALS, Profile, layouts_of
from resurvey.figures.residual_map import (
    Block,
    count_marked,
    draw_residuals,
    residual_blocks,
    strongest,
)

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
            layouts = layouts_of(profile, name, kind, declared or {})
            canvas, title, alt = _laid_out(name, kind, tables, shares, setting, layouts)
            printed = canvas.profile.printed
            if canvas.missing and printed:
                raise SurveyError(_word_missing(name, profile, canvas.missing))
            svg = canvas.svg(f"{name}-{setting.language}", title, alt)
            pdf = canvas.pdf(title) if printed else b""
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
    layouts: Sequence[Profile],
) -> tuple[Canvas, str, str]:
    """Lay a figure out on the sheet that leaves its type largest."""
    drawn = [
        _draw(name, kind, tables, shares, replace(setting, profile=layout)) for layout in layouts
    ]
    for canvas, _, _ in drawn:
        canvas.fill_sheet()
    return max(drawn, key=lambda drawing: drawing[0].profile.scale)


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
    if not all(is_stackable(question) for question in questions):
        return draw_dots(name, questions, setting), title, alt
    middle = kind == "diverging" and all(len(question.scale) > 1 for question in questions)
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
    plain = {
        name: {"title": drawing.title, "alt": drawing.alt} for name, drawing in drawings.items()
    }
    return json.dumps(plain, ensure_ascii=False, indent=1) + "\n"


def captions_text(drawings: Mapping[str, Drawing]) -> str:
    """Write what stands under each figure in print, for an author to paste: title and finding.

    Examples
    --------
    >>> print(captions_text({"jobs": Drawing("Jobs", "Most have one.", "", b"")}), end="")
    jobs
    Jobs. Most have one.
    """
    parts = [
        f"{name}\n{drawing.title}. {drawing.alt}\n" for name, drawing in sorted(drawings.items())
    ]
    return "\n".join(parts)


MOST_QUESTIONS = 4


def find_in_bars(table: str, questions: Sequence[Question], setting: Setting) -> str:
    """Say the largest answer of all respondents, and where groups differ most.

    Shares that nobody published are not an answer and are never named.
    """
    words = setting.words
    sentences = []
    single = len(questions) == 1
    for question in questions[:MOST_QUESTIONS]:
        top = _largest(question)
        if top:
            bar, segment, share = top
            kind = "published" if _is_partly_published(question) else "largest"
            sentences.append(
                words[kind if single else f"{kind}_of"].format(
                    question=question.title,
                    whom=words["among_all"] if bar.code == TOTAL else bar.label,
                    answer=_quoted(segment.label, setting),
                    percent=setting.percent(share),
                )
            )
    from_printed = setting.tables[table].get("derived") == "printed_parts"
    widest = max(
        (gap for question in questions for gap in _gaps(question, from_printed)),
        key=lambda gap: gap[0],
        default=None,
    )
    if widest and widest[0]:
        _, question, segment, high, low = widest
        sentences.append(
            words["difference" if single else "difference_of"].format(
                question=question.title,
                answer=_quoted(segment.label, setting),
                high_group=high.label,
                high=setting.percent(high.shares[segment.code]),
                low_group=low.label,
                low=setting.percent(low.shares[segment.code]),
            )
        )
    return _joined(sentences, setting)


def _largest(question: Question) -> tuple[Bar, Segment, Fraction] | None:
    bar = question.total or next(iter(question.bars), None)
    if bar is None:
        return None
    known = [
        (bar.shares[segment.code], segment)
        for segment in question.segments
        if segment.outside != "not_printed" and segment.code in bar.shares
    ]
    if not known:
        return None
    share, segment = max(known, key=lambda pair: pair[0])
    return bar, segment, share


def _is_partly_published(question: Question) -> bool:
    return any(
        bar.shares.get(segment.code)
        for segment in question.segments
        if segment.outside == "not_printed"
        for bar in question.bars
    )


def _gaps(
    question: Question, from_printed: bool
) -> list[tuple[Fraction, Question, Segment, Bar, Bar]]:
    """Difference between the highest and the lowest group, for every answer."""
    gaps = []
    for segment in question.segments:
        groups = [bar for bar in question.bars if bar.code != TOTAL and segment.code in bar.shares]
        if len(groups) < 2 or segment.outside == "not_printed":
            continue
        shares = {bar.code: bar.shares[segment.code] for bar in groups}
        if from_printed:
            shares = {code: round_half_away_number(share, 1) for code, share in shares.items()}
        high = max(groups, key=lambda bar: shares[bar.code])
        low = min(groups, key=lambda bar: shares[bar.code])
        gaps.append((shares[high.code] - shares[low.code], question, segment, high, low))
    return gaps


def find_in_dumbbell(table: str, questions: Sequence[Question], setting: Setting) -> str:
    """Say which answer changed most between the two times."""
    words = setting.words
    sentences = []
    for before, after, changes in pairs_of(table, questions, setting):
        if not changes:
            continue
        names = {"before": before.title, "after": after.title}
        top = max(changes, key=lambda change: abs(change.points))
        if top.points == 0:
            sentences.append(words["unchanged"].format(**names))
            continue
        sentences.append(
            words["changes"].format(
                **names,
                **{"from": setting.percent(top.before), "to": setting.percent(top.after)},
                answer=_quoted(top.label, setting),
                points=setting.points(top.points, sign=True),
            )
        )
    return _joined(sentences, setting)


def find_in_residuals(blocks: Sequence[Block], setting: Setting) -> str:
    """Say how many cells stand out, and which stands out most."""
    words = setting.words
    top = strongest(blocks)
    if top is None:
        return _joined([words["no_residuals"]], setting)
    value, block, answer, group = top
    number, marked = count_marked(blocks)
    sentence = words["residual_finding" if marked else "residual_none"].format(
        number=number,
        marked=marked,
        answer=_quoted(answer, setting),
        question=block.title,
        group=group,
        value=setting.number(value, sign=True),
    )
    return _joined([sentence], setting)


def find_in_dimensions(
    indicators: Sequence[Indicator], groups: Mapping[str, str], setting: Setting
) -> str:
    """Say which indicator is highest and lowest, and which one divides the groups most."""
    words = setting.words
    known = [
        indicator for indicator in indicators if not indicator.points and TOTAL in indicator.shares
    ]
    if not known:
        return _joined([words["no_shares"]], setting)
    high = max(known, key=lambda indicator: indicator.shares[TOTAL])
    low = min(known, key=lambda indicator: indicator.shares[TOTAL])
    sentences = [
        words["indicators_finding" if len(known) > 1 else "indicators_one"].format(
            high_label=_quoted(high.label, setting),
            high=setting.percent(high.shares[TOTAL]),
            low_label=_quoted(low.label, setting),
            low=setting.percent(low.shares[TOTAL]),
        )
    ]
    gaps = []
    for indicator in known:
        shares = {code: indicator.shares[code] for code in groups if code in indicator.shares}
        if len(shares) > 1:
            ends = max(shares, key=shares.__getitem__), min(shares, key=shares.__getitem__)
            gaps.append((shares[ends[0]] - shares[ends[1]], indicator, *ends))
    if any(gap[0] for gap in gaps):
        _, indicator, first, last = max(gaps, key=lambda gap: gap[0])
        sentences.append(
            words["difference"].format(
                answer=_quoted(indicator.label, setting),
                high_group=groups[first],
                high=setting.percent(indicator.shares[first]),
                low_group=groups[last],
                low=setting.percent(indicator.shares[last]),
            )
        )
    return _joined(sentences, setting)


def _quoted(label: str, setting: Setting) -> str:
    return setting.words["quoted"].format(label=label)


def _joined(sentences: Sequence[str], setting: Setting) -> str:
    parts = [*sentences] or [setting.words["nothing"]]
    if setting.codebook.origin:
        parts.append(setting.words[setting.codebook.origin] + ".")
    return " ".join(parts)
