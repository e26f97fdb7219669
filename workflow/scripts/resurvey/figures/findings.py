"""Findings: what a figure shows, in sentences with the numbers of the results."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from resurvey.core.printed import round_half_away_number
from resurvey.figures.cells import TOTAL, Bar, Question, Segment, Setting
from resurvey.figures.dimension_page import Indicator
from resurvey.figures.dumbbell import pairs_of
from resurvey.figures.residual_map import Block, count_marked, strongest

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
        (gap for one in questions for gap in _gaps(one, from_printed)),
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
        (bar.shares[one.code], one)
        for one in question.segments
        if one.outside != "not_printed" and one.code in bar.shares
    ]
    if not known:
        return None
    share, segment = max(known, key=lambda pair: pair[0])
    return bar, segment, share


def _is_partly_published(question: Question) -> bool:
    return any(
        bar.shares.get(one.code)
        for one in question.segments
        if one.outside == "not_printed"
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
            shares = {code: round_half_away_number(one, 1) for code, one in shares.items()}
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
        top = max(changes, key=lambda one: abs(one.points))
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
    known = [one for one in indicators if not one.points and TOTAL in one.shares]
    if not known:
        return _joined([words["no_shares"]], setting)
    high = max(known, key=lambda one: one.shares[TOTAL])
    low = min(known, key=lambda one: one.shares[TOTAL])
    sentences = [
        words["indicators_finding" if len(known) > 1 else "indicators_one"].format(
            high_label=_quoted(high.label, setting),
            high=setting.percent(high.shares[TOTAL]),
            low_label=_quoted(low.label, setting),
            low=setting.percent(low.shares[TOTAL]),
        )
    ]
    gaps = []
    for one in known:
        shares = {code: one.shares[code] for code in groups if code in one.shares}
        if len(shares) > 1:
            ends = max(shares, key=shares.__getitem__), min(shares, key=shares.__getitem__)
            gaps.append((shares[ends[0]] - shares[ends[1]], one, *ends))
    if any(gap[0] for gap in gaps):
        _, one, first, last = max(gaps, key=lambda gap: gap[0])
        sentences.append(
            words["difference"].format(
                answer=_quoted(one.label, setting),
                high_group=groups[first],
                high=setting.percent(one.shares[first]),
                low_group=groups[last],
                low=setting.percent(one.shares[last]),
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
