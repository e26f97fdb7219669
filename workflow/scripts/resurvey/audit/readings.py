"""Readings: what the numbers of a typed table are per cents of, said before anything is judged."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from resurvey.audit.totals import is_total
from resurvey.audit.typed_table import (
    Note,
    TypedCell,
    TypedQuestion,
    TypedRow,
    padded,
    trimmed,
)
from resurvey.core.names import TOTAL
from resurvey.core.printed import Printed, interval
from resurvey.recovery.constraints import Share
from resurvey.recovery.relaxation import shares_fit

#: A sum that is further from 100 than this is no slip in one cell but another kind of table.
A_LITTLE = 5
# Rounding that leaves a sum this much play makes 100 an easy thing to hit.
_EASY = 3
_MEAN_ROW = re.compile(
    r"(?:.*[\s,(:])?(?:M|(?i:means?|average|avg|средн\w*|x̄))[).]?"
    r"(?: (?i:score|value|balance|балл|оценка|значение))?"
)
_SPREAD_ROW = re.compile(
    r"(?:.*[\s,(:])?(?:sd|s\.d\.|std\.?(?: ?dev\w*\.?)?|standard deviation|ст\.? ?откл\w*\.?|"
    r"стандартное отклонение|станд\. ?откл\w*\.?|с\.о\.|σ)[).]?",
    re.IGNORECASE,
)


_PAIRS = tuple(
    (re.compile(first, re.IGNORECASE), re.compile(second, re.IGNORECASE))
    for first, second in (
        (r"(?:yes|да)\b", r"(?:no|нет)\b"),
        (r"(?:for|за)$|support|favou?r", r"(?:against|против)|oppos"),
        (r"(?<!dis)agree|(?:полностью |скорее )?соглас", r"disagree|не соглас"),
        (r"(?<!dis)approv|одобря", r"disapprov|не одобря"),
        (r"(?<!dis)satisfied|(?<!не)удовлетвор", r"dissatisfied|unsatisfied|не ?удовлетвор"),
        (r"\blikely", r"\bunlikely|not likely"),
        (r"\b(?:fe)?male\b|\b(?:wo)?men\b|мужч", r"\bfemale\b|\bwomen\b|женщ"),
        (r"better|improv|улучш|лучше", r"worse|ухудш|хуже"),
        (r"positive|положительн", r"negative|отрицательн"),
        (r"increas|увелич|вырос", r"decreas|уменьш|сниз"),
        (r"\bgood\b|хорош", r"\b(?:bad|poor)\b|плох"),
        (r"right direction", r"wrong (?:direction|track)"),
        (r"\bnever\b|никогда", r"\b(?:often|always|sometimes|rarely)\b|часто|всегда|иногда|редко"),
        (r"definitely|точно|определ[её]нно|безусловно", r"probably|скорее|наверн|вероятно"),
        (r"strongly|completely|very", r"somewhat|not at all|not very|slightly"),
    )
)
_INDIFFERENT = re.compile(
    r"не имеет значения|безразлич|вс[её] равно|\bneither\b|no difference|no preference|"
    r"ни то,? ни друг|нейтральн|\bneutral",
    re.IGNORECASE,
)
_ONE_EACH = re.compile(
    r"\bpart(?:y|ies)\b|\bvot(?:e|ed|ing)\b|election|парти|голосов|\bвыбор(?:ы|ах)\b|\bage\b|"
    r"candidat|кандидат|ethnic|национальност|religio|вероисповедан|blood (?:type|group)|"
    r"возраст|\b(?:gender|sex)\b|\bпол\b|marital|семейное положение|education level|образование",
    re.IGNORECASE,
)
_SEVERAL_SAID = re.compile(
    r"several|multiple|check all|all that apply|(?:up to|at most) \w+ answers|несколько|"
    r"не более \w+ ответ|до \w+ ответов|любое число",
    re.IGNORECASE,
)
_NEGATION = re.compile(r"\bnot?\b|n['’]t\b|\bnever\b|(?:^|\s)не\s", re.IGNORECASE)
#: Longer lists of answers deny each other by chance.
_SHORT = 5
_RANGE = re.compile(r"\D{0,4}\d[\d .,]*\s*(?:[-\u2010-\u2015]|to|до)\s*\d|[<>≥≤]\s*=?\d|\d+ ?\+")
_SCORES = re.compile(
    r"scor(?:e|es|ing)\b|\bscale|likert|\bpoints?\b|\btests?\b|\b1 ?[-\u2013] ?\d\b|"
    r"балл|шкал|оценк|\bтест",
    re.IGNORECASE,
)
_MEASURED = re.compile(
    r"\b(?:[kmcdµμ]?[gmlL]|mm ?hg|mmol|[mµ]?mol|IU|kcal|BMI|ИМТ|body mass|height|weight|"
    r"кг|см|мм|мл|г/л|ммоль|рост|вес|масса тела)\b|°|\bratio\b|/(?:[dmµ]?[lL]|m2|m²|м2|м²)\b",
)
_REST = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"don.?t know|\bdk\b|no opinion|not sure|unsure|not decided|undecided|затрудн|"
        r"не зна(?:ю|ют|ет)|не определил",
        r"refus|no answer|нет ответа|отказ|missing|unknown|not applicable|chose not|would not",
        r"\bothers?\b|друг(?:ое|ие|ой|ая)|\bино[ей]\b|прочее|остальн|\bnone\b",
    )
)


def exclude_each_other(question: TypedQuestion) -> bool:
    """Return whether the answers of a question are such that a person gives one of them.

    Ranges, opposites and steps of a scale are, and so is a vote; nothing is where the file says
    that several answers were allowed.

    Examples
    --------
    >>> from resurvey.audit.typed_table import TypedRow
    >>> rows = [TypedRow("За", {}), TypedRow("Против", {}), TypedRow("Затрудняюсь", {})]
    >>> exclude_each_other(TypedQuestion("q", "", {}, rows))
    True
    """
    labels = [row.label for row in question.answers]
    about = f"{question.title.replace('_', ' ')} {question.heading}"
    if _SEVERAL_SAID.search(about):
        return False
    if sum(_RANGE.match(label) is not None for label in labels) > 1:
        return True
    for first, second in _PAIRS:
        said = [any(side.search(label) for label in labels) for side in (first, second)]
        if all(said):
            return True
    if len(labels) <= _SHORT and _negations(labels):
        return True
    if any(label.casefold() in ("no", "нет", "none", "никто") for label in labels):
        return True
    return any(_INDIFFERENT.search(label) for label in labels) or bool(_ONE_EACH.search(about))


def groups_are_everybody(question: TypedQuestion) -> bool:
    """Return whether the groups of a question are known to leave nobody out: men and women.

    Examples
    --------
    >>> groups_are_everybody(TypedQuestion("q", "", {"1": "мужчины", "2": "женщины"}))
    True
    """
    names = [question.columns[code] for code in question.groups]
    men = re.compile(r"\b(?:men|males?|boys)\b|мужчин|мужск|юнош", re.IGNORECASE)
    women = re.compile(r"\b(?:women|females?|girls)\b|женщин|женск|девуш", re.IGNORECASE)
    return len(names) == 2 and all(
        any(pattern.search(name) for name in names) for pattern in (men, women)
    )


def _negations(labels: Sequence[str]) -> bool:
    """Return whether one answer denies another: "plan to", "do not plan to"."""
    words = [set(re.findall(r"[^\W\d_]{4,}", label.casefold())) for label in labels]
    denied = [_NEGATION.search(label) is not None for label in labels]
    return any(
        denied[first] and not denied[second] and words[first] & words[second]
        for first in range(len(labels))
        for second in range(len(labels))
    )


def list_is_whole(question: TypedQuestion) -> bool:
    """Return whether a list names what else there could be, in two ways or more.

    "Don't know", no answer, and other answers are three; a list with one of them may still have
    left out another.
    """
    labels = [row.label for row in question.answers]
    kinds = sum(any(kind.search(label) for label in labels) for kind in _REST)
    # In whole per cents one more answer may be too rare to be missed.
    return kinds > 1 and max((share.digits for share in _shares(question)), default=0) > 0


@dataclass(frozen=True)
class Reading:
    """What a question was read as, and why.

    name: One of `READINGS`.
    reason: Why it was read so.
    shape: ``parts``, ``open_list`` or ``several_answers``: what the per cents have to satisfy.
    others: Other readings that the sums allow.
    off: Columns whose parts miss 100 where the others' do not.
    far: It rests on one column, or on answers that exclude each other, and misses 100 by much.
    slight: What misses 100 misses it by a little: a list that is not whole, or a slip.
    near: Other columns make 100.
    question: The question with the numbers as they are read; turned where rows sum to 100.
    """

    name: str
    reason: Note
    shape: str
    question: TypedQuestion
    others: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    slight: bool = False
    strong: bool = True
    far: bool = False
    near: bool = False


@dataclass
class Sums:
    """Sums of the answers of every column, and whether rounding explains what they miss of 100."""

    values: dict[str, Fraction] = field(default_factory=dict)
    near: list[str] = field(default_factory=list)
    off: list[str] = field(default_factory=list)
    play: dict[str, Fraction] = field(default_factory=dict)

    @property
    def span(self) -> dict[str, str]:
        """Smallest and largest sum, for a sentence."""
        values = sorted(self.values.values())
        if not values:
            return {"low": "", "high": "", "sums": ""}
        low, high = written(values[0]), written(values[-1])
        return {"low": low, "high": high, "sums": low if low == high else f"{low}–{high}"}


def written(value: Fraction) -> str:
    """Write a sum with as many decimals as it has."""
    text = f"{float(value):.4f}".rstrip("0").rstrip(".")
    return text or "0"


def column_sums(question: TypedQuestion, rounding: str) -> Sums:
    """Sum every column; one whose parts can sum to 100 by rounding is near it."""
    sums = Sums()
    answers = question.answers
    for code in question.columns:
        cells = [row.cells.get(code) for row in answers]
        shares = [cell.share for cell in cells if cell and cell.share]
        if not shares:
            continue
        sums.values[code] = sum((share.value for share in shares), Fraction(0))
        sums.play[code] = sum((share.unit for share in shares), Fraction(0))
        limits = [
            Share((position,), (0,), (), interval(share, rounding))
            for position, share in enumerate(shares)
        ]
        fits = shares_fit(limits, len(shares))
        (sums.near if fits else sums.off).append(code)
    return sums


def transposed(question: TypedQuestion) -> TypedQuestion:
    """Turn a question whose rows are the groups, so that its columns are."""
    rows = question.answers
    columns: dict[str, str] = {}
    codes = {}
    for number, row in enumerate(rows, start=1):
        code = TOTAL if is_total(row.label) and TOTAL not in columns else str(number)
        columns[code] = row.label
        codes[row.label] = code
    answers = [code for code in question.columns if code != TOTAL or not _is_whole(question, code)]
    turned = [
        TypedRow(
            question.columns[code],
            {codes[row.label]: row.cells[code] for row in rows if code in row.cells},
        )
        for code in answers
    ]
    return replace(
        question,
        columns=columns,
        rows=turned,
        bases={codes[label]: size for label, size in question.row_bases.items() if label in codes},
        largest_bases={},
        row_bases={},
    )


def _is_whole(question: TypedQuestion, code: str) -> bool:
    """Return whether a column holds nothing but 100."""
    shares = [row.cells[code].share for row in question.rows if code in row.cells]
    return all(share is None or abs(share.value - 100) <= 1 for share in shares)


def settled(question: TypedQuestion, rounding: str) -> list[TypedQuestion]:
    """Return the ways to read decimals and dashes, the likeliest first."""
    shares = list(_shares(question))
    digits = max((share.digits for share in shares), default=0)
    mark = next((share.decimal for share in shares if share.decimal), ".")
    mixed = any(share.digits < digits and not _bare(share) for share in shares)
    base = _dashes(_mapped(question, lambda share: padded(share, digits, mark)), rounding)
    if mixed:
        short = next(share for share in shares if share.digits < digits and not _bare(share))
        with_zero = _noted(
            base,
            "note_dropped_zero",
            short=short.text.strip(),
            read=padded(short, digits, mark).text,
        )
        many = sum(share.digits < digits and not _bare(share) for share in shares)
        if many < 2 or 10 * many < 3 * len(shares):
            return [with_zero]
        coarse = _dashes(
            _mapped(question, lambda share: padded(share, digits, mark) if _bare(share) else share),
            rounding,
        )
        return [with_zero, _noted(coarse, "note_coarse", short=short.text.strip())]
    telling = [share for share in shares if share.value not in (0, 100)]
    if (
        digits
        and len(telling) >= 3
        and all(share.digits == digits and share.units % 10 == 0 for share in telling)
    ):
        cut = base
        count = digits
        while count and all(share.units % 10 == 0 for share in _shares(cut) if share.value):
            cut = _mapped(cut, trimmed)
            count -= 1
        first = next(iter(telling))
        after = next(share for share in _shares(cut) if share.value == first.value)
        cut = _noted(cut, "note_padded_zero", long=first.text.strip(), read=after.text)
        return [cut, base] if digits > 1 else [base, cut]
    return [base]


def _bare(share: Printed) -> bool:
    """Return whether a share is written without decimals by custom: a limit, nobody, everybody."""
    return bool(share.bound) or (share.digits == 0 and share.value in (0, 100))


def _shares(question: TypedQuestion) -> Iterator[Printed]:
    for row in question.rows:
        for cell in row.cells.values():
            if cell.share is not None:
                yield cell.share


def _mapped(question: TypedQuestion, change) -> TypedQuestion:  # type: ignore[no-untyped-def]
    """Change every printed per cent."""
    rows = [
        replace(
            row,
            cells={
                code: replace(cell, share=change(cell.share)) if cell.share else cell
                for code, cell in row.cells.items()
            },
        )
        for row in question.rows
    ]
    return replace(question, rows=rows, notes=list(question.notes))


def _noted(question: TypedQuestion, key: str, **values: str) -> TypedQuestion:
    question.note(key, **values)
    return question


def _dashes(question: TypedQuestion, rounding: str) -> TypedQuestion:
    """Read a dash as nobody where the other parts of its column make 100, else as not printed."""
    if not any(cell.dash for row in question.rows for cell in row.cells.values()):
        return question
    near = set(column_sums(question, rounding).near)
    digits = max((share.digits for share in _shares(question)), default=0)
    zero = padded(Printed("0", Fraction(0), 0, "", False), digits)
    rows, kinds = [], set()
    for row in question.rows:
        cells: dict[str, TypedCell] = {}
        for code, cell in row.cells.items():
            if not cell.dash:
                cells[code] = cell
            elif code in near:
                cells[code] = replace(cell, share=zero, dash=False)
                kinds.add("note_dash_zero")
            else:
                kinds.add("note_dash_open")
        rows.append(replace(row, cells=cells))
    changed = replace(question, rows=rows, notes=list(question.notes))
    for kind in sorted(kinds):
        changed.note(kind)
    return changed


# Choosing ----------------------------------------------------------------------------------------


def choose_reading(
    question: TypedQuestion, rounding: str, forced: str = "", weighted: bool = False
) -> Reading:
    """Choose what the numbers of a question are, from their shape and their sums.

    Returns
    -------
    Reading
        Sums that can be 100 by rounding make parts of a whole; above 100, several answers; below
        it, a list that is not whole. Where some columns make 100 and others do not, the list is
        taken to be whole if no fewer columns make 100 than miss it, because the same answers
        stand in each of them.
    """
    name = forced or question.reading
    reason = Note("reason_asked" if forced else "reason_file")
    if not name:
        if means_of(question):
            name, reason = "means", Note("reason_means")
        elif _has_counts(question) and not (weighted or question.weighted):
            name, reason = "counts_and_percents", Note("reason_counts")
        elif _not_percents(question):
            name, reason = "not_percents", Note("reason_not_percents")
        elif _proportions(question):
            name, reason = "not_percents", Note("reason_proportions")
        elif _has_errors(question):
            name, reason = "weighted", Note("reason_errors")
        elif weighted or question.weighted:
            name = "weighted"
            reason = Note("reason_weighted_asked" if weighted else "reason_weighted_file")
    if name in ("means", "counts_and_percents", "not_percents"):
        return Reading(name, reason, "", question)
    if name == "row_percents":
        turned = _best(transposed(question), rounding)
        return replace(_by_sums(turned, rounding), name=name, reason=reason)
    base = _best(question, rounding)
    if name == "weighted":
        by_sums = _by_sums(base, rounding)
        return replace(by_sums, name=name, reason=reason)
    if name:
        sums = column_sums(base, rounding)
        off = tuple(sums.off) if name == "parts" else ()
        return Reading(name, reason, name, base, off=off)
    rows = transposed(question) if len(question.groups) > 1 else None
    if rows is not None and len(question.rows) > 1:
        turned = _best(rows, rounding)
        along, across = column_sums(base, rounding), column_sums(turned, rounding)
        whole = len(across.values) > 1 and not across.off
        mostly = len(across.near) >= 2 and 3 * len(across.near) >= 2 * len(across.values)
        # Columns that make 100 by chance do not outweigh rows that make it nearly all.
        more = len(across.near) * len(along.values) > len(along.near) * len(across.values)
        if along.off and (whole or (mostly and more)):
            by_sums = _by_sums(turned, rounding)
            return replace(by_sums, name="row_percents", reason=Note("reason_rows", across.span))
        if whole and not along.off:
            return replace(_by_sums(base, rounding), others=("row_percents",))
    return _by_sums(base, rounding)


def _best(question: TypedQuestion, rounding: str) -> TypedQuestion:
    """Take the way to read decimals under which the most columns make 100."""
    ways = settled(question, rounding)
    return min(ways, key=lambda way: len(column_sums(way, rounding).off))


def _by_sums(question: TypedQuestion, rounding: str) -> Reading:
    sums = column_sums(question, rounding)
    if not sums.off:
        key = "reason_parts" if sums.span.get("low") != sums.span.get("high") else "reason_part"
        return Reading("parts", Note(key, sums.span), "parts", question)
    above = [code for code in sums.off if sums.values[code] > 100]
    one_each = exclude_each_other(question)
    loose = "several_answers" if above else "open_list"
    if one_each and above and len(above) < len(sums.values):
        loose = "open_list"
    if not sums.near and len(sums.values) == 1 and one_each:
        (code,) = sums.off
        missing = 100 - sums.values[code]
        if _one_slip(question, code, missing) and (missing < 0 or list_is_whole(question)):
            return Reading(
                "parts",
                Note("reason_one_each", sums.span),
                "parts",
                question,
                (loose,),
                (code,),
                far=abs(missing) > A_LITTLE,
            )
    if not sums.near:
        reason = Note(f"reason_{loose}", sums.span)
        if loose == "open_list" and above:
            reason = Note("reason_open_list_one_each", sums.span)
        slight = len(sums.values) == 1 and abs(next(iter(sums.values.values())) - 100) <= A_LITTLE
        others = ("parts",) if slight else ()
        far = loose == "open_list" and any(sums.values[code] > 100 + A_LITTLE for code in above)
        return Reading(loose, reason, loose, question, others, tuple(sums.off), slight, far=far)
    sure = len(sums.near) > 1 or sums.play[sums.near[0]] <= _EASY
    # The same list cannot lack much more in one column than rounding hides in the other.
    far = all(abs(sums.values[code] - 100) > 2 * sums.play[code] for code in sums.off)
    strong = len(sums.near) >= len(sums.off) and (sure or far)
    values = {
        "columns": ", ".join(question.columns[code] for code in sums.off),
        "near": ", ".join(question.columns[code] for code in sums.near),
        "sums": ", ".join(written(sums.values[code]) for code in sums.off),
    }
    if strong:
        return Reading(
            "parts",
            Note("reason_parts_off", values),
            "parts",
            question,
            (loose,),
            tuple(sums.off),
        )
    return Reading(
        loose,
        Note(f"reason_{loose}_mixed", values),
        loose,
        question,
        ("parts",),
        tuple(sums.off),
        # A column that makes 100 beside one that misses it by a little: a slip explains it too.
        slight=all(abs(sums.values[code] - 100) <= A_LITTLE for code in sums.off),
        near=True,
        strong=False,
    )


def _one_slip(question: TypedQuestion, code: str, missing: Fraction) -> bool:
    """Return whether one cell could make up for what a column misses, and is no sum of others."""
    rows = [row for row in question.answers if code in row.cells]
    shares = [share for row in rows if (share := row.cells[code].share) is not None]
    labels = [row.label for row in rows if row.cells[code].share is not None]
    values = [share.value for share in shares]
    if missing > 0:
        return True
    play = sum((share.unit for share in shares), Fraction(0)) / 2
    if max(values) <= -missing:
        return False
    # A row that makes the surplus may be a subtotal that nobody marked.
    return not any(
        abs(value + missing) <= play
        and not any(kind.search(labels[position]) for kind in _REST)
        and _sums_neighbours(values, position, play)
        for position, value in enumerate(values)
    )


def _sums_neighbours(values: Sequence[Fraction], position: int, play: Fraction) -> bool:
    """Return whether a row is the sum of two or more rows right above or below it."""
    for others in (values[position + 1 :], values[:position][::-1]):
        total = Fraction(0)
        for number, value in enumerate(others, start=1):
            total += value
            if number > 1 and abs(total - values[position]) <= play:
                return True
    return False


def _has_counts(question: TypedQuestion) -> bool:
    cells = [cell for row in question.rows for cell in row.cells.values() if not cell.dash]
    counted = [cell for cell in cells if cell.count is not None and cell.share is not None]
    return 2 * len(counted) > len(cells)


def _has_errors(question: TypedQuestion) -> bool:
    """Return whether standard errors stand beside the per cents."""
    cells = [cell for row in question.rows for cell in row.cells.values() if not cell.dash]
    return any(cell.spread is not None and cell.count is None for cell in cells)


def _not_percents(question: TypedQuestion) -> bool:
    """Return whether too many numbers are above 100 for each to be a slip."""
    values = [share.value for share in _shares(question)]
    above = [value for value in values if value > 100]
    return not values or (len(above) > 1 and 4 * len(above) >= len(values))


def _proportions(question: TypedQuestion) -> bool:
    """Return whether columns or rows sum to 1, as proportions do that nobody made per cents of."""
    shares = list(_shares(question))
    if not shares or max(share.value for share in shares) > 1 or not any(s.digits for s in shares):
        return False
    columns = column_sums(question, "half_up")
    rows = column_sums(transposed(question), "half_up")
    return any(
        all(abs(value - 1) <= sums.play[code] / 2 for code, value in sums.values.items())
        for sums in (columns, rows)
    )


# Means -------------------------------------------------------------------------------------------


def speaks_of_scores(question: TypedQuestion) -> bool | None:
    """Return whether the words of a question speak of answers on a scale; None: of measurements.

    Examples
    --------
    >>> speaks_of_scores(TypedQuestion("q", "Satisfaction (1-5)", {}))
    True
    >>> speaks_of_scores(TypedQuestion("q", "Weight, kg", {})) is None
    True
    """
    labels = [row.label for row in question.rows]
    about = " ".join([question.title.replace("_", " "), question.heading, *labels])
    return None if _MEASURED.search(about) else _SCORES.search(about) is not None


@dataclass(frozen=True)
class PrintedMean:
    """A mean, the standard deviation beside it, and where they stand."""

    row: str
    column: str
    mean: str
    spread: str | None
    spread_row: str
    n: int | None
    spread_column: str = ""


def means_of(question: TypedQuestion) -> list[PrintedMean]:
    """Find the means of a question: in cells, in rows of means and deviations, or in columns."""
    cells = [cell for row in question.rows for cell in row.cells.values() if not cell.dash]
    spread = [cell for cell in cells if cell.spread is not None and cell.count is None]
    if spread and 2 * len(spread) > len(cells) and not _are_percents(question, spread):
        return [
            PrintedMean(
                row.label, code, cell.mean, cell.spread, row.label, _size(question, row, code)
            )
            for row in question.rows
            for code, cell in row.cells.items()
            if cell.mean is not None
        ]
    headings = question.columns
    mean_columns = [code for code, text in headings.items() if _MEAN_ROW.fullmatch(text)]
    spread_columns = [code for code, text in headings.items() if _SPREAD_ROW.fullmatch(text)]
    if mean_columns and spread_columns and len(mean_columns) == len(spread_columns):
        return [
            PrintedMean(
                row.label,
                code,
                mean,
                _number(row, other),
                row.label,
                question.row_bases.get(row.label) or question.bases.get(code),
                other,
            )
            for row in question.rows
            for code, other in zip(mean_columns, spread_columns, strict=True)
            if (mean := _number(row, code))
        ]
    rows = question.rows
    spreads = [row for row in rows if _SPREAD_ROW.fullmatch(row.label)]
    means = [row for row in rows if _MEAN_ROW.fullmatch(row.label)]
    if not spreads and (not means or len(means) < len(rows)):
        return []
    below = zip(rows, [*rows[1:], None], strict=True)
    pairs = [(row, following if following in spreads else None) for row, following in below]
    return [
        PrintedMean(
            row.label,
            code,
            mean,
            _number(spread_row, code) if spread_row else None,
            spread_row.label if spread_row else row.label,
            _size(question, row, code),
        )
        for row, spread_row in pairs
        if row not in spreads and (spread_row is not None or row in means)
        for code in row.cells
        if (mean := _number(row, code))
    ]


def _size(question: TypedQuestion, row: TypedRow, code: str) -> int | None:
    return question.bases.get(code) or question.row_bases.get(row.label)


def _number(row: TypedRow, code: str) -> str | None:
    cell = row.cells.get(code)
    if cell is None or cell.share is None:
        return cell.mean if cell else None
    return cell.share.text.strip().removesuffix("%").strip()


def _are_percents(question: TypedQuestion, cells: Sequence[TypedCell]) -> bool:
    """Return whether the numbers before the brackets are parts of 100: then errors stand inside."""
    if any("±" in cell.text for cell in cells):
        return False
    sums = column_sums(question, "half_up")
    return bool(sums.values) and not sums.off
