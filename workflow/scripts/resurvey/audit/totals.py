"""Totals: rows and columns of a typed table that are made of others, and rows of its bases."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from resurvey.core.names import TOTAL
from resurvey.core.printed import Interval, Printed, interval
from resurvey.core.total_words import EVERYBODY, TOTALS
from resurvey.reading.scales import stands_outside

if TYPE_CHECKING:
    from resurvey.audit.typed_table import TypedCell, TypedQuestion, TypedRow

# Answers that sum to so nearly 100 are a list of their own.
_NEAR_100 = 5
SECOND = " (2)"
"""Tells the second total of a table from the first, which has the same name."""
# Groups of so many people and more cannot add up to the total as per cents do by rounding.
_SOME_PEOPLE = 5

_TOTAL_NAMES = re.compile(
    r"(?:(?:grand |sub-?)?totals?|all|overall|everyone|everybody|combined|both"
    r"|(?:the )?(?:total|all|full|whole|entire) "
    r"(?:sample|respondents|adults|participants|patients|people|students|population|cases|answers)"
    r"|(?:all|both) (?:groups|sexes|genders|ages)|(?:u\.?s\.? )?(?:adults|voters) overall"
    r"|сумма|всего(?: (?:по выборке|опрошено|респондентов|ответов))?|итого|все|весь массив"
    r"|общий итог"
    r"|все (?:опрошенные|респонденты|ответившие|участники|группы|население|россияне)"
    r"|население в целом|россияне в целом|опрошенные в целом|в целом(?: по (?:выборке|массиву|"
    r"россии|стране|опросу))?|(?:в среднем )?по (?:выборке|массиву|россии)(?: в целом)?"
    r"|в среднем(?: по выборке)?|вся выборка|общее|по всем (?:опрошенным|респондентам))"
)
_PEOPLE_NAMES = re.compile(
    r"\(?n\)?|(?:total|all|sum|всего|итого|basis|base)[ ,]+\(?(?:n|count|base|чел\.?|человек)\)?"
    r"|asked|surveyed|interviewed|sample|(?:respondents|persons|people|cases|observations|count"
    r"|basis|fallzahl|anzahl|effectifs?"
    r"|респондент(?:ы|ов)|опрошенные|человек|чел\.?|кол-во|количество|число|численность|саны|сони"
    r"|(?:odamlar |respondentlar )?soni|респонденттер саны)(?:,? ?\(?(?:n|чел\.?|человек)\)?)?"
)
_MADE_ROWS = re.compile(
    r"means?|average|averages?|medians?|s\.?d\.?|std\.? ?dev\w*\.?|standard deviation|index|balance"
    r"|net score|(?:mean|average) (?:score|value)|средн(?:ее|яя|ий)(?: (?:значение|оценка|балл))?"
    r"|медиана|ст\.? ?откл\w*\.?|стандартное отклонение|индекс\w*|баланс\w*",
    re.IGNORECASE,
)
_SUM_NAMES = re.compile(
    r"(?:sum|total|итого|всего|сумма)(?:,? ?(?:%|per ?cent|процент\w*))?"
    r"|(?:sum|total) (?:of )?(?:answers|responses|mentions)|сумма ответов|в сумме"
)
_NET_NAMES = re.compile(
    r"(?:sub-?total|net\b|summary|top[ -]?\d|bottom[ -]?\d|сумма ответов|в сумме|в том числе всего)"
    r".*|.*(?:\(net\)|\bnet\b|, net|\(сумма\))"
)
_GROUPED = re.compile(r"\d{1,3}(?:[.,'\u2019 \u00a0\u2009\u202f]\d{3})+")


def is_total(heading: str) -> bool:
    """Return whether a heading names all respondents.

    Examples
    --------
    >>> is_total("Все опрошенные"), is_total("Total sample"), is_total("all day")
    (True, True, False)
    """
    return _is_plain_total(heading) or _bare(heading).replace("ё", "е") in TOTALS | EVERYBODY


def is_foreign_total(heading: str) -> bool:
    """Return whether a total is named in another language than the audit speaks.

    Examples
    --------
    >>> is_foreign_total("Jami"), is_foreign_total("Total"), is_foreign_total("men")
    (True, False, False)
    """
    return is_total(heading) and not _is_plain_total(heading)


def names_people(label: str) -> bool:
    """Return whether a row may hold numbers of people by its name.

    Examples
    --------
    >>> names_people("Total (N)"), names_people("Респондентов, чел."), names_people("Yes")
    (True, True, False)
    """
    return is_total(label) or _PEOPLE_NAMES.fullmatch(_bare(label)) is not None


def _is_plain_total(heading: str) -> bool:
    return _TOTAL_NAMES.fullmatch(_bare(heading)) is not None


def _bare(label: str) -> str:
    return label.removesuffix(SECOND).strip().strip(":").casefold()


# Rows --------------------------------------------------------------------------------------------


def settle_rows(question: "TypedQuestion") -> None:
    """Set sums and subtotals apart, and take bases from a row of people."""
    labels = [row.label for row in question.rows]
    made = _made_rows(question)
    kept = []
    for row in question.rows:
        parts = row.label.split(" + ")
        if row.label in made:
            question.note("note_made_row", row=row.label)
        elif len(parts) > 1 and all(part in labels for part in parts):
            kept.append(replace(row, parts=tuple(parts)))
        elif above := _summed_above(row, kept, question):
            kept.append(replace(row, parts=above))
            question.note("note_subtotal", row=row.label)
        else:
            kept.append(row)
    nets = [row for row in kept if len(labels) > 2 and _is_net(row)]
    answers = [
        row for row in kept if not row.parts and row not in nets and not names_people(row.label)
    ]
    question.rows = kept
    for row in kept:
        if not row.parts and _is_sum(row, answers, question):
            _set_sum_apart(row, question)
    for row in question.rows:
        if not row.parts and _are_bases(row, answers, question):
            _take_bases(row, question)
    for row in nets:
        if row in question.rows:
            question.rows = [other for other in question.rows if other is not row]
            question.note("note_net", row=row.label)


def _summed_above(
    row: "TypedRow", above: Sequence["TypedRow"], question: "TypedQuestion"
) -> tuple[str, ...]:
    """Name the rows above a total that has others below it, as SPSS adds up who answered."""
    answers = [other for other in above if not other.parts]
    if not is_total(row.label) or len(answers) < 2 or row is question.rows[-1]:
        return ()
    for code, cell in row.cells.items():
        parts = [other.cells[code] for other in answers if code in other.cells]
        counts = [part.count for part in parts if part.count is not None]
        if cell.count is not None and cell.count != sum(counts):
            return ()
        if cell.share is None or not adds_up(cell.share, _column(answers, code)):
            return ()
    whole = all(_is_whole(share) for share in _shares(row).values())
    return () if whole else tuple(answer.label for answer in answers)


def _is_net(row: "TypedRow") -> bool:
    return not row.parts and _NET_NAMES.fullmatch(row.label.casefold()) is not None


def _made_rows(question: "TypedQuestion") -> set[str]:
    """Name the rows of means and indices below answers that make 100 without them."""
    made = {row.label for row in question.rows if _MADE_ROWS.fullmatch(row.label)}
    others = [row for row in question.rows if row.label not in made]
    if not made or len(others) < 2:
        return set()
    for code in question.columns:
        total = sum((share.value for share in _column(others, code)), Fraction(0))
        if abs(total - 100) > _NEAR_100:
            return set()
    return made


def _column(rows: Iterable["TypedRow"], code: str) -> list[Printed]:
    cells = [row.cells[code] for row in rows if code in row.cells]
    return [cell.share for cell in cells if cell.share is not None]


def _is_whole(share: Printed) -> bool:
    return abs(share.value - 100) <= 1


def _is_edge(row: "TypedRow", question: "TypedQuestion") -> bool:
    return row in (question.rows[0], question.rows[-1])


def _is_sum(row: "TypedRow", answers: Sequence["TypedRow"], question: "TypedQuestion") -> bool:
    """Return whether a row is the sum of its columns: 100, or that of several answers.

    No answer is above 100: a first or last row that is, and adds up, is the sum by any name. A
    row that is called the sum may fail to add up in half of its columns: then those are wrong.
    """
    shares = {code: cell.share for code, cell in row.cells.items() if cell.share is not None}
    if not shares or any(cell.spread is not None for cell in row.cells.values()):
        return False
    named = is_total(row.label) or _SUM_NAMES.fullmatch(row.label.casefold()) is not None
    if named and all(_is_whole(share) for share in shares.values()):
        return True
    others = [other for other in answers if other is not row]
    columns = {code: _column(others, code) for code in shares}
    if min(len(column) for column in columns.values()) < 2:
        return False
    right = [code for code, total in shares.items() if adds_up(total, columns[code])]
    if named and 2 * len(right) >= len(shares):
        return True
    above = any(share.value > 100 for share in shares.values())
    if named:
        # With decimals these are no people; and no share is above 100.
        return above and any(share.digits for share in shares.values())
    return above and len(right) == len(shares) and _is_edge(row, question)


def adds_up(total: Printed, parts: Sequence[Printed], rounding: str = "half_up") -> bool:
    """Return whether a printed sum is that of printed parts, by rounding or by cutting digits.

    Examples
    --------
    >>> from resurvey.core.printed import parse_printed
    >>> parts = [parse_printed(text) for text in ("57.3", "42.5", "65.0")]
    >>> adds_up(parse_printed("164.9"), parts), adds_up(parse_printed("165.8"), parts)
    (True, False)
    """
    rules = {rounding, "truncation"} if rounding == "half_up" else {rounding}
    return any(
        _meet(
            interval(total, rule, either_tie=True),
            [interval(part, rule, either_tie=True) for part in parts],
        )
        for rule in rules
    )


def _meet(total: Interval, parts: Sequence[Interval], weights: Sequence[int] = ()) -> bool:
    """Return whether a sum of numbers in the parts may be a number in the total."""
    times = weights or [1] * len(parts)
    low = sum((part.low * many for part, many in zip(parts, times, strict=True)), Fraction(0))
    high = sum((part.high * many for part, many in zip(parts, times, strict=True)), Fraction(0))
    return low <= total.high and total.low <= high


def _set_sum_apart(row: "TypedRow", question: "TypedQuestion") -> None:
    question.rows = [other for other in question.rows if other is not row]
    shares = {code: cell.share for code, cell in row.cells.items() if cell.share is not None}
    for code, share in shares.items():
        if (count := row.cells[code].count) and _is_whole(share):
            question.bases.setdefault(code, count)
    if all(_is_whole(share) for share in shares.values()):
        question.note("note_sum_row", row=row.label)
        # Of a list that is cut 100 is the base; 99.9 is what somebody added up.
        added = {code: row.cells[code] for code, share in shares.items() if share.value != 100}
        question.sums += [replace(row, cells=added)] if added else []
        return
    question.sums.append(row)
    sums = ", ".join(share.text.strip() for share in shares.values())
    question.note("note_answers_sum", row=row.label, printed=sums)


# Bases -------------------------------------------------------------------------------------------


def _are_bases(row: "TypedRow", answers: Sequence["TypedRow"], question: "TypedQuestion") -> bool:
    """Return whether a row holds numbers of people among per cents."""
    cells = {code: cell for code, cell in row.cells.items() if not cell.dash}
    others = [other for other in answers if other is not row]
    shares = [share for code in question.columns for share in _column(others, code)]
    people = {code: _people(cell, shares) for code, cell in cells.items()}
    sizes = {code: size for code, size in people.items() if size}
    above = sum(share.value > 100 for share in shares)
    if not sizes or len(sizes) < len(cells) or (above and 4 * above >= len(shares)):
        return False
    named = names_people(row.label)
    if all(cell.share is None for cell in cells.values()) or not shares:
        return named and bool(shares)
    with_decimals = sum(share.digits > 0 for share in shares)
    # One number above 100 may have lost its decimal mark.
    high = sum(size > 100 for size in sizes.values())
    if named and (not is_total(row.label) or 2 * high >= len(sizes)):
        return True
    left_out = _counts_exceed(sizes, others) or stands_outside(row.label)
    if not named and (left_out or not _is_edge(row, question)):
        return False
    whole = all(_near_100(others, code) for code in sizes)
    decimals = 2 * with_decimals >= len(shares)
    across = sum(size for code, size in sizes.items() if code != TOTAL)
    if decimals and named and not (len(question.groups) > 1 and abs(across - 100) <= 1):
        return True
    if high > 1 and 2 * high > len(sizes):
        return True
    if high and len(sizes) > 1 and 5 * with_decimals >= 4 * len(shares):
        return True
    if whole and (decimals or named or high):
        return named or not any(_near_100([*others, row], code) for code in sizes)
    additive = _is_additive(sizes, question) and not any(
        _is_additive({code: int(share.value) for code, share in _shares(other).items()}, question)
        for other in others
    )
    return additive and (decimals or whole or sizes[TOTAL] > 100)


def _counts_exceed(sizes: Mapping[str, int], others: Iterable["TypedRow"]) -> bool:
    """Return whether more people gave an answer than a row has: it is of those who gave none."""
    counts = [(code, cell.count) for other in others for code, cell in other.cells.items()]
    return any(count is not None and count > sizes.get(code, count) for code, count in counts)


def _shares(row: "TypedRow") -> dict[str, Printed]:
    return {code: cell.share for code, cell in row.cells.items() if cell.share is not None}


def _people(cell: "TypedCell", others: Sequence[Printed]) -> int | None:
    """Read a cell as a number of people: ``51``, ``1,504`` among numbers with fewer decimals."""
    if cell.share is None:
        return cell.count
    if cell.count is not None or cell.share.bound or "%" in cell.text:
        return None
    if cell.share.digits == 0:
        return int(cell.share.value)
    most = max((share.digits for share in others), default=0)
    if cell.share.digits == 3 and most < 3 and _GROUPED.fullmatch(cell.text.strip()):
        return int(re.sub(r"\D", "", cell.text))
    return None


def _near_100(rows: Sequence["TypedRow"], code: str) -> bool:
    """Return whether the per cents of a column make 100 by rounding."""
    column = _column(rows, code)
    play = sum((share.unit for share in column), Fraction(0)) / 2
    total = sum((share.value for share in column), Fraction(0))
    return bool(column) and abs(total - 100) <= play


def _is_additive(sizes: Mapping[str, int], question: "TypedQuestion") -> bool:
    """Return whether the groups of a row add up to its total, as people do and per cents cannot."""
    groups = [sizes.get(code, 0) for code in question.groups]
    return (
        sum(size >= _SOME_PEOPLE for size in groups) > 1
        and min(groups) > 0
        and sizes.get(TOTAL) == sum(groups)
    )


def _take_bases(row: "TypedRow", question: "TypedQuestion") -> None:
    question.rows = [other for other in question.rows if other is not row]
    shares = [share for other in question.rows for share in _shares(other).values()]
    for code, cell in row.cells.items():
        # A size in a heading is that of the group; this is of those who answered.
        if (size := _people(cell, shares)) and (
            code not in question.bases or code in question.headed
        ):
            question.bases[code] = size
            question.headed -= {code}
    if re.search(r"weighted|взвеш", row.label.casefold()):
        question.weighted = True
    question.note("note_base_row", row=row.label)


def grouped_digits(text: str) -> str:
    """Close the gaps of a number of people that is written in groups of three digits.

    Examples
    --------
    >>> grouped_digits("1 504"), grouped_digits("12.5")
    ('1504', '12.5')
    """
    return re.sub(r"\D", "", text) if re.fullmatch(r"\d{1,3}(?:[ '\u2019]\d{3})+", text) else text


# The total column --------------------------------------------------------------------------------


def total_column(questions: Sequence["TypedQuestion"]) -> str:
    """Find the first or last column that is the sum of the others, whatever it is called.

    Its base is the sum of theirs, and its per cents are their means, weighted by the bases, in
    half of the rows: a misprint leaves it the total. Counts beside the per cents say the same in
    two thirds of the rows.

    Returns
    -------
    str
        Its code; empty where there is none, or where the questions differ.
    """
    found: set[str] = set()
    for question in questions:
        codes = list(question.columns)
        if TOTAL in codes or len(codes) < 3:
            return ""
        ends = [code for code in (codes[-1], codes[0]) if _sums_others(code, question)]
        found.add(ends[0] if ends else "")
    return found.pop() if len(found) == 1 else ""


def _sums_others(code: str, question: "TypedQuestion") -> bool:
    """Return whether a column is the sum of the others, a misprint or two aside."""
    others = [other for other in question.columns if other != code]
    bases = question.bases
    sized = all(bases.get(other) for other in question.columns)
    if sized and bases[code] != sum(bases[other] for other in others):
        return False
    right = checked = 0
    for row in question.rows:
        cells = [row.cells.get(other) for other in (code, *others)]
        counts = [cell.count for cell in cells if cell is not None and cell.count is not None]
        shares = [cell.share for cell in cells if cell is not None and cell.share is not None]
        if len(counts) == len(cells) and any(counts):
            checked += 1
            right += 2 * counts[0] == sum(counts)
        elif sized and len(shares) == len(cells):
            checked += 1
            total, *parts = (interval(share, "half_up", either_tie=True) for share in shares)
            weights = [bases[other] for other in others]
            whole = Interval(total.low * bases[code], total.high * bases[code], True, True)
            right += _meet(whole, parts, weights)
    # Bases that add up leave chance no more than a row or two.
    return checked > 1 and (2 * right >= checked if sized else 3 * right >= 2 * checked)
