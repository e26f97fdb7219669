"""Draw: every figure of one language from the tidy tables, with a text for those who see none."""

import json
import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from fractions import Fraction
from hashlib import sha256
from typing import Any, NamedTuple

from resurvey.core.errors import SurveyError
from resurvey.core.languages import within
from resurvey.core.lines import CrosstabLine, IndicatorLine, SummaryLine
from resurvey.core.names import DIMENSIONS, RESIDUALS
from resurvey.core.printed import round_half_away_number
from resurvey.core.progress import track
from resurvey.figures.bars import draw_bars, head_of, is_one_scale
from resurvey.figures.canvas import Canvas, Datum, data_csv, plain_style
from resurvey.figures.cells import TOTAL, Bar, Question, Segment, Setting, group_cells, questions_of
from resurvey.figures.dimension_page import HALF, Indicator, draw_dimensions, indicators_of
from resurvey.figures.diverging import draw_diverging
from resurvey.figures.dumbbell import draw_dumbbell, name_apart, pairs_of
from resurvey.figures.heat_map import draw_heat_map, find_in_matrix, known_lines, name_matrix
from resurvey.figures.indices import draw_index
from resurvey.figures.means import draw_means, means_of
from resurvey.figures.page import Page
from resurvey.figures.plan import (
    DIVERGING,
    HEAT_MAP,
    INDEX,
    MEANS,
    MOST_NOT_PRINTED,
    Profile,
    drawn_statistic,
    layouts_of,
)
from resurvey.figures.residual_map import (
    Block,
    count_marked,
    draw_residuals,
    residual_blocks,
    strongest,
)
from resurvey.tables.boxes import name_box

logger = logging.getLogger("resurvey")

Cells = Sequence[CrosstabLine]


@dataclass(frozen=True)
class Drawing:
    """One figure: its title, what it shows in words, its files, and the numbers in it.

    `pdf` is empty on a screen, where no profile asks for one. `drawn` is False where there is
    nothing to show: the files hold the sentence that says why, and no page shows them.
    """

    title: str
    alt: str
    svg: str
    png: bytes
    pdf: bytes = b""
    data: tuple[Datum, ...] = ()
    drawn: bool = True

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
    drawings, packed, undrawable = {}, {}, set()
    # An image is packed while the next figure is drawn.
    with plain_style(), ThreadPoolExecutor(1) as packing:
        for name, kind in track(kinds.items(), f"figures ({setting.language})"):
            layouts = layouts_of(profile, name, kind, declared or {})
            sheet = _laid_out(name, kind, tables, shares, setting, layouts, declared or {})
            canvas, title, alt, drawn = sheet
            printed = canvas.profile.printed
            if canvas.missing and printed:
                raise SurveyError(_word_missing(name, profile, canvas.missing))
            svg = canvas.svg(f"{name}-{setting.language}", title, alt)
            pdf = canvas.pdf(title) if printed else b""
            data = tuple(canvas.data)
            packed[name] = packing.submit(canvas.paint())
            drawings[name] = Drawing(title, alt, svg, b"", pdf, data, drawn)
            undrawable |= canvas.missing
    if undrawable:
        signs = "".join(sorted(undrawable))[:40]
        logger.warning(
            "figures: DejaVu Sans has no picture of %d characters (%s); the PNG files show boxes "
            "in their place, the SVG files the characters",
            len(undrawable),
            signs,
        )
    return {name: replace(drawing, png=packed[name].result()) for name, drawing in drawings.items()}


class Sheet(NamedTuple):
    """A figure that is laid out: its canvas, title and text, and whether it is one at all."""

    canvas: Canvas
    title: str
    alt: str
    drawn: bool = True


def _laid_out(
    name: str,
    kind: str,
    tables: Mapping[str, Cells],
    shares: Sequence[IndicatorLine],
    setting: Setting,
    layouts: Sequence[Profile],
    declared: Mapping[str, Any] | None = None,
) -> Sheet:
    """Lay a figure out on the sheet that leaves its type largest."""
    drawn = [
        _draw(name, kind, tables, shares, replace(setting, profile=layout), declared or {})
        for layout in layouts
    ]
    for sheet in drawn:
        sheet.canvas.fill_sheet()
    return max(drawn, key=lambda sheet: sheet.canvas.profile.scale)


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
    declared: Mapping[str, Any] | None = None,
) -> Sheet:
    declared = declared or {}
    if kind == RESIDUALS:
        blocks = residual_blocks(tables, setting)
        alt = find_in_residuals(blocks, setting)
        number, marked = count_marked(blocks)
        if not marked:
            return _undrawn(setting.words["residuals_title"], alt, setting)
        title = setting.words["residuals_found"].format(number=number, marked=marked)
        return Sheet(draw_residuals(blocks, setting, title), title, alt)
    if kind == DIMENSIONS:
        indicators, groups = indicators_of(shares, setting, declared.get("left_out", ()))
        alt = find_in_dimensions(indicators, groups, setting)
        title = title_dimensions(indicators, setting)
        return Sheet(draw_dimensions(indicators, groups, setting, title), title, alt)
    if kind == MEANS:
        lines = means_of(name, drawn_statistic(setting.tables[name]), setting)
        alt, title = find_in_means(lines, setting), setting.title(name)
        if not lines:
            return _undrawn(title, alt, setting)
        return Sheet(draw_means(title, lines, setting), title, alt)
    if kind == INDEX:
        drawn = draw_index(name, setting)
        alt = _joined([drawn.alt], setting)
        if drawn.canvas is None:
            return _undrawn(drawn.title, alt, setting)
        return Sheet(drawn.canvas, drawn.title, alt)
    if kind == HEAT_MAP:
        spec = setting.matrices[name]
        pairs = [line for line in setting.correlations if line["name"] == name]
        alt = find_in_matrix(pairs, setting)
        if not known_lines(pairs):
            return _undrawn(name_matrix(spec, setting), alt, setting)
        return Sheet(draw_heat_map(name, spec, pairs, setting, alt), alt, alt)
    questions = questions_of(name, tables.get(name, []), setting)
    if any(question.keeps_back for question in questions):
        # What stands on all bars may be said of them, no more: and a bar begins at a line of its
        # own, so that none tells where the one beside it would have ended.
        title, whole = setting.title(name), [one for one in questions if not one.keeps_back]
        said = find_in_bars(name, whole, setting) if whole else f"{title}."
        alt = f"{said} {setting.words['kept_back']}"
        return Sheet(draw_bars(name, questions, setting, title), title, alt)
    if kind == "dumbbell" and pairs_of(name, questions, setting):
        alt = find_in_dumbbell(name, questions, setting)
        title = title_dumbbell(name, questions, setting)
        apart = declared.get("figures", {}).get(name, {}).get("apart", ())
        canvas = draw_dumbbell(name, questions, setting, title, apart)
        return Sheet(canvas, title, alt)
    alt = find_in_bars(name, questions, setting)
    most = declared.get("most_not_printed", MOST_NOT_PRINTED)
    if share_not_printed(questions) > most:
        said = setting.words["mostly_not_printed"].format(most=setting.number(Fraction(most), 0))
        logger.info("figures: %s is not drawn: more than %s %% of it was not printed", name, most)
        return _undrawn(setting.title(name), f"{said} {alt}", setting)
    title = title_bars(name, questions, setting)
    if kind == DIVERGING:
        title = title_grid(name, questions, setting) or title
        return Sheet(draw_diverging(name, questions, setting, title), title, alt)
    return Sheet(draw_bars(name, questions, setting, title), title, alt)


def _undrawn(title: str, said: str, setting: Setting) -> Sheet:
    """Put the sentence that says why there is no figure on a sheet of its own."""
    return Sheet(Page(title, said, setting).finish(), title, said, drawn=False)


def share_not_printed(questions: Sequence[Question]) -> Fraction:
    """Per cent of a figure's bars that nobody published."""
    bars = [(question, bar) for question in questions for bar in question.bars]
    if not bars:
        return Fraction(0)
    unknown = [
        bar.shares.get(segment.code, Fraction(0))
        for question, bar in bars
        for segment in question.segments
        if segment.outside == "not_printed"
    ]
    return sum(unknown, Fraction(0)) / len(bars)


MOST_NAMED = 3
"""Groups, or questions of one scale, that a title names one by one; of more the two ends."""
MOST_LEADING = 4
"""Questions of different answers whose leading ones a title lists."""
MAJORITY = 50
LEAST_GROUP = 30
"""Respondents of a group that a title may name."""


def title_bars(table: str, questions: Sequence[Question], setting: Setting) -> str:
    """Say in one sentence what bars show: the leading answer, and how groups or questions differ.

    A description of those who answered: nothing is said of a difference beyond its two numbers.
    Falls back on the table's title where no answer leads (nobody answered, or more was left
    unpublished than the largest published share).
    """
    words, known = setting.words, [question for question in questions if question.bars]
    from_printed = setting.tables[table].get("derived") == "printed_parts"
    if len(known) == 1:
        (question,) = known
        lead = _lead(question, from_printed)
        if lead is None:
            return setting.title(table)
        segment, shares = lead
        groups = [
            bar
            for bar in question.bars
            if bar.code != TOTAL and bar.code in shares and not 0 < _heads(bar) < LEAST_GROUP
        ]
        key = "leading_sum" if segment in question.subtotals else "leading"
        first = question.total or question.bars[0]
        places = {
            "answer": _quoted(segment.label, setting),
            "percent": setting.percent(shares[first.code]),
        }
        if question.total is None or len(groups) < 2 or question.turned:
            return words[key].format(**places)
        named = [(bar.label, shares[bar.code]) for bar in groups]
        listed = _named(named, setting, "groups_from_to")
        return words[f"{key}_by_group"].format(**places, groups=listed)
    if known and is_one_scale(known):
        code = _compared(known)
        leads = [_lead(question, from_printed) for question in known]
        sums = {
            lead[0].code if lead and lead[0] in question.subtotals else ""
            for question, lead in zip(known, leads, strict=True)
        }
        if len(sums) == 1 and "" not in sums:
            named = [
                (within(question.title), lead[1][(question.total or question.bars[0]).code])
                for question, lead in zip(known, leads, strict=True)
                if lead
            ]
            label = next(lead[0].label for lead in leads if lead)
            return words["answer_by_question"].format(
                answer=_quoted(label, setting), questions=_named(named, setting)
            )
        named = [
            (within(question.title), bar.shares[code])
            for question in known
            if (bar := question.total or question.bars[0]) and code in bar.shares
        ]
        if named:
            heads = dict.fromkeys(head_of([question], code) for question in known)
            # "Good" has a form of its own for every noun; of many the one that most have is told.
            told = heads if len(heads) < MOST_NAMED else [head_of(known, code)]
            answer = " / ".join(_quoted(head, setting) for head in told)
            return words["answer_by_question"].format(
                answer=answer, questions=_named(named, setting)
            )
    found = [(question, lead) for question in known if (lead := _lead(question, from_printed))]
    if not found:
        return setting.title(table)
    listed = "; ".join(
        words["leading_item"].format(
            answer=_quoted(segment.label, setting),
            percent=setting.percent(shares[(question.total or question.bars[0]).code]),
        )
        for question, (segment, shares) in found[:MOST_LEADING]
    )
    return words["leading_each"].format(answers=listed)


def title_grid(table: str, questions: Sequence[Question], setting: Setting) -> str:
    """Say in one sentence how the questions of a grid differ in their top box; empty without it."""
    number = setting.tables[table].get("top_box")
    top = name_box("top_box", number) if number else ""
    named = []
    for question in questions:
        shares = question.total.shares if question.total else {}
        for parts in (box.code.split("+") for box in question.subtotals if box.label == top):
            if shares.keys() >= set(parts):
                share = sum((shares[part] for part in parts), Fraction(0))
                named.append((within(question.title), share))
    if not named:
        return ""
    return setting.words["box_by_question"].format(box=top, questions=_named(named, setting))


def _lead(question: Question, from_printed: bool) -> tuple[Segment, dict[str, Fraction]] | None:
    """The sum of answers that a majority gave, else the answer that most gave, with its shares."""
    first = question.total or next(iter(question.bars), None)
    if first is None:
        return None
    sums = []
    for segment in () if question.turned else question.subtotals:
        shares = {}
        for bar in question.bars:
            parts = [bar.shares.get(code) for code in segment.code.split("+")]
            if None not in parts:
                known = [part for part in parts if part is not None]
                shares[bar.code] = sum(
                    (round_half_away_number(part, 1) if from_printed else part for part in known),
                    Fraction(0),
                )
        if shares.get(first.code, 0) >= MAJORITY:
            sums.append((segment, shares))
    if sums:
        return max(sums, key=lambda pair: pair[1][first.code])
    top = _largest(question)
    unknown = sum(
        first.shares.get(segment.code, 0)
        for segment in question.segments
        if segment.outside == "not_printed"
    )
    if top is None or not top[2] or top[2] <= unknown:
        return None
    code = top[1].code
    return top[1], {bar.code: bar.shares[code] for bar in question.bars if code in bar.shares}


def _compared(questions: Sequence[Question]) -> str:
    """Code of the answer by which questions of one scale are compared: the good end, or most."""
    segments = questions[0].segments
    good = [segment.code for segment in segments if segment.role == "good"]
    if good:
        return good[0]
    bars = [question.total or question.bars[0] for question in questions]
    inside = [segment for segment in segments if segment.outside != "not_printed"] or segments
    return max(inside, key=lambda one: sum(bar.shares.get(one.code, 0) for bar in bars)).code


def _heads(bar: Bar) -> int:
    return int(bar.base) if bar.base.isdigit() else 0


def _named(shares: Sequence[tuple[str, Fraction]], setting: Setting, many: str = "from_to") -> str:
    """List shares by their names; of many the lowest and the highest."""
    words = setting.words
    if len(shares) <= MOST_NAMED:
        return ", ".join(
            words["named_share"].format(name=name, percent=setting.percent(share))
            for name, share in shares
        )
    low, high = min(shares, key=lambda one: one[1]), max(shares, key=lambda one: one[1])
    return words[many].format(
        low=setting.percent(low[1]), low_name=low[0],
        high=setting.percent(high[1]), high_name=high[0],
    )  # fmt: skip


def title_dumbbell(table: str, questions: Sequence[Question], setting: Setting) -> str:
    """Say which answer changed most, with its share before and after."""
    found = [
        (abs(change.points), change, before, after)
        for before, after, changes in pairs_of(table, questions, setting)
        for change in changes
    ]
    if not any(size for size, *_ in found):
        return setting.title(table)
    _, change, before, after = max(found, key=lambda one: one[0])
    names = name_apart(*(setting.question(one.variable) for one in (before, after)))
    return setting.words["changed_most"].format(
        answer=_quoted(change.label, setting),
        before=names[0],
        after=names[1],
        **{"from": setting.percent(change.before), "to": setting.percent(change.after)},
    )


def title_dimensions(indicators: Sequence[Indicator], setting: Setting) -> str:
    """Say how many indicators reach one half, and which are the lowest and the highest."""
    shares = [
        (indicator.label, indicator.shares[TOTAL])
        for indicator in indicators
        if TOTAL in indicator.shares
    ]
    if len(shares) < 2:
        return setting.words["dimensions_title"]
    low, high = min(shares, key=lambda one: one[1]), max(shares, key=lambda one: one[1])
    return setting.words["dimensions_found"].format(
        half=sum(share >= HALF for _, share in shares),
        number=len(shares),
        low=setting.percent(low[1]), low_name=low[0],
        high=setting.percent(high[1]), high_name=high[0],
    )  # fmt: skip


def alt_json(drawings: Mapping[str, Drawing]) -> str:
    """Write the titles and the texts of all figures as JSON, and which have no drawing.

    The hash of a drawing makes this one file an input that changes whenever a drawing does.

    Examples
    --------
    >>> print(alt_json({"jobs": Drawing("Jobs", "Most have one.", "", b"")}), end="")
    {
     "jobs": {
      "title": "Jobs",
      "alt": "Most have one.",
      "drawn": true,
      "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
     }
    }
    """
    plain = {
        name: {
            "title": drawing.title,
            "alt": drawing.alt,
            "drawn": drawing.drawn,
            "sha256": sha256(drawing.svg.encode() + drawing.png).hexdigest(),
        }
        for name, drawing in drawings.items()
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
        f"{name}\n{drawing.title}. {drawing.alt}\n"
        for name, drawing in sorted(drawings.items())
        if drawing.drawn
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


def find_in_means(lines: Sequence[SummaryLine], setting: Setting) -> str:
    """Say the statistic of all respondents, and which group has the largest and the smallest."""
    sentences = []
    for variable in list(dict.fromkeys(line["row_variable"] for line in lines))[:MOST_QUESTIONS]:
        own = [line for line in lines if line["row_variable"] == variable]
        named = [
            setting.words["named_value"].format(
                name=setting.answer(
                    line["column_variable"], line["column_code"], line["column_label"]
                ),
                value=setting.number(float(line["value"]), 2),
            )
            for line in own
        ]
        groups = sorted(own[1:], key=lambda line: float(line["value"]))
        if len(named) > MOST_NAMED + 1:
            named = [named[0], *(named[own.index(line)] for line in (groups[0], groups[-1]))]
        sentences.append(
            setting.words["values_of"].format(
                question=setting.question(variable),
                statistic=setting.words[own[0]["statistic"]],
                listed="; ".join(named),
            )
        )
    return _joined(sentences, setting)


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
    known = [indicator for indicator in indicators if TOTAL in indicator.shares]
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
