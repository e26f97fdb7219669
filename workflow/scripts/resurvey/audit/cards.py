"""Cards: one published question with its counts, bases, bounds and everything that follows."""

import base64
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from markupsafe import Markup, escape

from resurvey.audit.associations import ASSOCIATION_COLUMNS
from resurvey.audit.claims.ledger import LEDGER_COLUMNS
from resurvey.audit.published_wave import RECOVERY_FILES
from resurvey.audit.ranges import TREND
from resurvey.audit.reported_statistics import table_statistics
from resurvey.core.codebook import Codebook
from resurvey.core.files import csv_text, parse_csv
from resurvey.core.names import TEXT_ONLY, TOTAL
from resurvey.core.printed import Interval, format_fixed, interval, parse_printed
from resurvey.core.published import PrintedCell, PrintedQuestion, one_crossing, printed_questions
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import Numerals
from resurvey.pages.wording import Wording
from resurvey.statistics.chi_square import expected_counts, pearson_statistic, reduce_table
from resurvey.statistics.registry import (
    MAIN,
    MEASURES,
    RANGES,
    SECOND,
    TESTS,
    list_measures,
    list_tests,
)

#: Feasible bases beyond this number are downloaded, not listed.
MOST_BASES = 40
#: Of more solutions than this the extreme ones are not written out.
MOST_WORKED = 2_000
_DIGITS = (
    {"p_value": 3, TREND: 3}
    | {name: TESTS[name].digits for name in (*list_tests(MAIN), *list_tests(SECOND))}
    | {name: MEASURES[name].digits for name in list_measures(RANGES)}
)
DASH = "\N{EN DASH}"
#: A file that is larger than this is linked, not embedded.
LARGEST_EMBEDDED = 400_000
Line = Mapping[str, str]


@dataclass(frozen=True)
class AuditResults:
    """Everything that one audit page shows.

    files: Lines of every file in `RECOVERY_FILES`, as text.
    cells, claims: What was published.
    ledger: The judged claims; empty where there are none.
    codebook: Labels of questions, answers and groups.
    associations: Bounds of what the text says to be connected; empty where there are none.
    comparisons: Lines of ``tables/comparisons.csv``; empty where no answers were dealt out.
    """

    files: Mapping[str, Sequence[Line]]
    cells: Sequence[PrintedCell]
    claims: Sequence[Line]
    ledger: Sequence[Line]
    codebook: Codebook
    associations: Sequence[Line] = ()
    comparisons: Sequence[Line] = ()
    questions: dict[str, PrintedQuestion] = field(init=False)

    def __post_init__(self) -> None:
        """Collect the printed questions."""
        object.__setattr__(
            self, "questions", printed_questions(one_crossing(self.cells)[0], self.claims)
        )

    def of(self, name: str, variable: str) -> list[Line]:
        """Lines of a file that speak of one question."""
        return [line for line in self.files[name] if line["row_variable"] == variable]

    @property
    def respondents(self) -> int:
        """Respondents of the survey."""
        return max((int(line["respondents"]) for line in self.files["questions"]), default=0)

    @cached_property
    def downloads(self) -> list[dict[str, str]]:
        """Every file embedded, alone and in one JSON; a large one is left in its folder."""
        files = [
            (f"{name}.csv", columns, self.files[name]) for name, columns in RECOVERY_FILES.items()
        ]
        if self.ledger:
            files.append(("claims.csv", LEDGER_COLUMNS, self.ledger))
        if self.associations:
            files.append(("associations.csv", ASSOCIATION_COLUMNS, self.associations))
        links = []
        everything: dict[str, Any] = {}
        for name, columns, lines in files:
            link = _link(name, "text/csv", csv_text(columns, lines), str(len(lines)))
            links.append(link)
            if link["href"] != name:
                rows = [[line[column] for column in columns] for line in lines]
                everything[name.removesuffix(".csv")] = {"columns": columns, "rows": rows}
        text = json.dumps(everything, ensure_ascii=False, separators=(",", ":"))
        if len(text.encode()) <= 4 * LARGEST_EMBEDDED:
            links.append(_link("audit.json", "application/json", text, "", 4 * LARGEST_EMBEDDED))
        return links


def _link(
    name: str, kind: str, text: str, lines: str, largest: int = LARGEST_EMBEDDED
) -> dict[str, str]:
    content = text.encode("utf-8")
    if len(content) > largest:
        return {"name": name, "href": name, "lines": lines}
    encoded = base64.b64encode(content).decode("ascii")
    return {"name": name, "href": f"data:{kind};charset=utf-8;base64,{encoded}", "lines": lines}


def plain(words: Markup) -> str:
    """Take the escapes back: what becomes a value of the page is escaped there, once.

    Examples
    --------
    >>> plain(Markup("Pearson&#39;s"))
    "Pearson's"
    """
    return words.unescape()


def as_text(columns: Sequence[str], lines: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Turn lines into the text that their CSV file would hold.

    Examples
    --------
    >>> as_text(["n", "note"], [{"n": 3}])
    [{'n': '3', 'note': ''}]
    """
    return parse_csv(io.StringIO(csv_text(columns, lines)))


def texts(lines: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, list[dict[str, str]]]:
    """Turn the lines of all files of the recovery into text."""
    return {name: as_text(columns, lines[name]) for name, columns in RECOVERY_FILES.items()}


def group_of(cells: Iterable[PrintedCell], variable: str, claims: Iterable[Line]) -> str:
    """Variable that a question is crossed with; the study's other tables tell for text shares."""
    all_cells = list(cells)
    crossed = {cell.column_variable for cell in all_cells if cell.row_variable == variable}
    groups = sorted({cell.column_variable for cell in all_cells if cell.column_variable})
    named = [name for name in crossed if name] or groups
    return named[0] if named else TOTAL


@dataclass(frozen=True)
class CountCell:
    """A printed per cent and the respondents behind it."""

    printed: str
    count: str
    range: str
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One answer or subtotal: a cell per column."""

    label: str
    kind: str
    cells: tuple[CountCell, ...]


@dataclass(frozen=True)
class Bound:
    """A statistic with its smallest and largest value over all solutions."""

    name: str
    values: str
    robust: str
    verdict: str
    robust_verdict: str


@dataclass(frozen=True)
class Card:
    """Everything that the page shows of one question."""

    name: str
    table: str
    title: str
    text_only: bool
    solved: bool
    solutions: str
    base_sets: int
    base: str
    rule: str
    solutions_from_counts: str
    base_from_counts: str
    codes: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    bases: tuple[str, ...]
    base_ranges: tuple[str, ...]  # where other bases are possible, too
    picture: Markup
    listed_bases: tuple[tuple[str, ...], ...]
    base_columns: tuple[str, ...]
    bounds: tuple[Bound, ...]
    workings: tuple[tuple[str, tuple[str, ...]], ...]
    residuals: tuple[Bound, ...]
    differences: tuple[Bound, ...]
    misprints: tuple[Mapping[str, Any], ...]
    chance: Mapping[str, str]
    rounding: tuple[Mapping[str, str], ...]
    verdict: str
    p_value: str


def big_number(number: str) -> str:
    """Write a number of solutions; a very long one by its length.

    Examples
    --------
    >>> big_number("1234567890"), big_number(str(10**20))
    ('1234567890', '≈ 1·10^20')
    """
    return number if len(number) <= 15 else f"≈ {number[0]}·10^{len(number) - 1}"


def ends_text(low: str, high: str, between: str = " … ") -> str:
    """Write a range; one number where both ends are printed alike."""
    return low if low == high else f"{low}{between}{high}"


def is_pair(line: Line, questions: Iterable[Line], bases: Iterable[Line]) -> bool:
    """Whether the ends of a statement across tables are the only two values that there are."""
    variable, column = line["row_variable"], line["column_code"]
    if line["kind"] == "base":
        own = [base for base in bases if base["row_variable"] == variable]
        return len({base["base"] for base in own if base["column_code"] == column}) == 2
    return any(
        question["row_variable"] == variable and question["solutions"] == "2"
        for question in questions
    )


def base_text(line: Line, either: str) -> str:
    """Write the bases of a line of `questions.csv`: two as a set, more as a range.

    Examples
    --------
    >>> line = {"smallest_base": "485", "largest_base": "515", "total_bases": "2"}
    >>> base_text(line, " or "), base_text(line | {"total_bases": "9"}, " or ")
    ('485 or 515', '485–515')
    """
    pair = line["total_bases"] == "2"
    return ends_text(line["smallest_base"], line["largest_base"], either if pair else DASH)


class Cards:
    """Puts the cards of one page together."""

    def __init__(
        self,
        results: AuditResults,
        labels: Labels,
        say: Wording,
        numerals: Numerals,
        rounding: str,
    ) -> None:
        self.results, self.labels, self.say = results, labels, say
        self.numerals, self.rule = numerals, rounding

    def card(self, line: Line, table: str) -> Card:
        """Put together the card of one line of `questions.csv`."""
        results, variable = self.results, line["row_variable"]
        printed = results.questions[variable]
        group = group_of(results.cells, variable, results.claims)
        columns = sorted(printed.shares, key=lambda code: code != TOTAL)
        if printed.groups and TOTAL not in columns:
            columns = [TOTAL, *columns]
        ranges = results.of("ranges", variable)
        bases = results.of("bases", variable)
        headings = {code: self.labels.column(group, code) for code in [*columns, TOTAL]}
        chosen = {
            base["column_code"]: int(base["base"]) for base in bases if base["chosen"] == "yes"
        }
        whole = [statistic for statistic in ranges if statistic["statistic"] in _DIGITS]
        test: Line = next((line for line in whole if line["statistic"] == "p_value"), {})
        base_columns = [code for code in columns if code in chosen]
        listed = len(self._sets(bases)) == int(line["base_sets"])
        return Card(
            name=variable,
            table=table,
            title=self.labels.variable(variable),
            text_only=line["table"] == TEXT_ONLY,
            solved=line["status"] == "recovered",
            solutions=big_number(line["solutions"]),
            base_sets=int(line["base_sets"]),
            base=self._ends(line),
            rule=line["rule"],
            solutions_from_counts=line["solutions_from_counts"],
            base_from_counts=ends_text(
                line["smallest_base_from_counts"], line["largest_base_from_counts"], DASH
            ),
            codes=tuple(columns),
            columns=tuple(headings[code] for code in columns),
            rows=tuple(self._rows(variable, columns, ranges, chosen)),
            bases=tuple(str(chosen.get(code, "—")) for code in columns),
            base_ranges=tuple(self._possible(bases, code) if listed else "" for code in columns),
            picture=self._picture(variable, bases, headings) if listed else Markup(""),
            listed_bases=tuple(self._listed(bases, base_columns)) if listed else (),
            base_columns=tuple(headings[code] for code in base_columns),
            bounds=tuple(
                self._bound(statistic, self._statistic(statistic["statistic"]))
                for statistic in whole
            ),
            workings=tuple(self._workings(variable, list(chosen), headings))
            if whole and int(line["solutions"]) <= MOST_WORKED
            else (),
            residuals=tuple(
                self._cell_bounds(ranges, "adjusted", line["table"], variable, headings)
            ),
            differences=tuple(
                self._cell_bounds(ranges, "difference", line["table"], variable, headings)
            ),
            misprints=tuple(self._misprints(variable, headings)),
            chance=self._chance(variable),
            rounding=tuple(self._rounding(variable, headings)),
            verdict=test.get("verdict", ""),
            p_value=self._values(test, "minimum", "maximum") if test else "",
        )

    def _possible(self, bases: Sequence[Line], code: str) -> str:
        """Write the possible bases of a column: two as a set, more as a range, one not at all."""
        own = sorted({int(base["base"]) for base in bases if base["column_code"] == code})
        either = plain(self.say("report.either")) if len(own) == 2 else DASH
        return ends_text(str(own[0]), str(own[-1]), either) if len(own) > 1 else ""

    # Numbers ------------------------------------------------------------------------------------

    def _statistic(self, name: str) -> str:
        """Name a statistic of the whole table."""
        return plain(self.say(MEASURES[name].label if name in MEASURES else f"audit.{name}"))

    def fixed(self, text: str, digits: int, sign: bool = False) -> str:
        """Write a number of a file with so many decimals."""
        return self.numerals.fixed(float(text), digits, sign) if text else "—"

    def _values(self, line: Line, low: str, high: str, digits: int = 2) -> str:
        if not line[low]:
            return "—"
        statistic = line["statistic"]
        places = _DIGITS.get(statistic, digits)
        sign = statistic.startswith("difference") or statistic == "adjusted"
        if statistic in ("p_value", TREND):
            ends = [self._p(line[low]), self._p(line[high])]
        else:
            ends = [self.fixed(line[low], places, sign), self.fixed(line[high], places, sign)]
        return ends_text(*ends)

    def _p(self, text: str) -> str:
        return self.numerals.p_value(float(text)).removeprefix("= ")

    # Counts -------------------------------------------------------------------------------------

    def _rows(
        self, variable: str, columns: Sequence[str], ranges: Sequence[Line], base: Mapping[str, int]
    ) -> list[Row]:
        printed = self.results.questions[variable]
        counts = {
            (count["row_code"], count["column_code"]): count
            for count in ranges
            if count["statistic"] == "count"
        }
        printed_rows = [row for shares in printed.shares.values() for row in shares]
        codes = dict.fromkeys([row for row, _ in counts] or printed_rows)
        table = printed.cells[0].table if printed.cells else ""
        order = self._article_order(variable, list(codes))
        solutions = self.results.of("questions", variable)[0]["solutions"]
        between = plain(self.say("report.either")) if solutions == "2" else DASH
        return [
            Row(
                self._row_label(table, variable, row),
                "subtotal" if len(self.labels.parts(variable, row)) > 1 else "answer",
                tuple(
                    self._count(
                        printed.shares.get(column, {}).get(row, ""),
                        counts.get((row, column)),
                        base.get(column),
                        between,
                        [counts.get((part, column)) for part in self.labels.parts(variable, row)],
                    )
                    for column in columns
                ),
            )
            for row in order
        ]

    def _article_order(self, variable: str, codes: list[str]) -> list[str]:
        """Rows as the article has them, then those that it does not print."""
        cells = self.results.questions[variable].cells
        seen = [cell.row_code for cell in cells if cell.row_code in codes]
        return list(dict.fromkeys([*seen, *codes]))

    def _row_label(self, table: str, variable: str, row: str) -> str:
        cells = self.results.questions[variable].cells
        typed = next((cell.row for cell in cells if cell.row_code == row), row)
        return self.labels.row(table, variable, row, typed)

    def _count(
        self,
        text: str,
        line: Line | None,
        base: int | None,
        between: str,
        parts: Sequence[Line | None],
    ) -> CountCell:
        if line is None or base is None:
            return CountCell(text, "", "", ())
        several = line["minimum"] != line["maximum"]
        others = ends_text(line["minimum"], line["maximum"], between) if several else ""
        steps: list[str] = []
        counts = [part["chosen"] for part in parts if part is not None]
        if len(counts) > 1:
            steps = [f"{' + '.join(counts)} = {line['chosen']}"]
            percent = self.numerals.fixed(100 * int(line["chosen"]) / base, 3)
            steps.append(f"100·{line['chosen']}/{base} = {percent}")
        elif text:
            steps = derive_count(text, base, self.rule, self.numerals.decimal)
        return CountCell(text, line["chosen"], others, tuple(steps))

    def _ends(self, line: Line) -> str:
        return base_text(line, plain(self.say("report.either")))

    # Bases --------------------------------------------------------------------------------------

    def _sets(self, bases: Sequence[Line]) -> dict[str, list[Line]]:
        sets: dict[str, list[Line]] = {}
        for line in bases:
            sets.setdefault(line["base_set"], []).append(line)
        return sets

    def _picture(self, variable: str, bases: Sequence[Line], headings: Mapping[str, str]) -> Markup:
        if not bases:
            return Markup("")
        sizes = {base["column_code"]: int(base["size"]) for base in bases}
        if len(sizes) > 1:
            sizes.pop(TOTAL)
        sets = [
            BaseSet(
                {
                    base["column_code"]: int(base["base"])
                    for base in lines
                    if base["column_code"] in sizes
                },
                int(lines[0]["solutions"]),
                lines[0]["chosen"] == "yes",
            )
            for lines in self._sets(bases).values()
        ]
        names = {code: plain(self.say("audit.axis", group=headings[code])) for code in sizes}
        names[""] = plain(self.say("audit.axis", group=headings[TOTAL]))
        alt = plain(self.say("audit.picture_alt", n=len(sets)))
        return draw_bases(sets, sizes, names, alt)

    def _listed(self, bases: Sequence[Line], columns: Sequence[str]) -> list[tuple[str, ...]]:
        largest = {
            base["base_set"]: int(base["base"]) for base in bases if base["column_code"] == TOTAL
        }
        sets = sorted(self._sets(bases).items(), key=lambda item: -largest[item[0]])[:MOST_BASES]
        listed = []
        for _, lines in sets:
            by_column = {base["column_code"]: base["base"] for base in lines}
            listed.append(
                (*(by_column[code] for code in columns), big_number(lines[0]["solutions"]))
            )
        return listed

    def _workings(
        self, variable: str, columns: Sequence[str], headings: Mapping[str, str]
    ) -> list[tuple[str, tuple[str, ...]]]:
        """Write out the tests of the solutions with the smallest and the largest chi-square."""
        groups = [code for code in columns if code != TOTAL]
        solutions: dict[str, dict[str, list[int]]] = {}
        for line in self.results.of("solutions", variable):
            if line["column_code"] in groups:
                counts = solutions.setdefault(line["solution"], {code: [] for code in groups})
                counts[line["column_code"]].append(int(line["count"]))
        if not solutions:
            return []
        ranked = sorted(
            solutions.values(),
            key=lambda counts: _chi_square(list(counts.values())),
        )
        ends = [("only", ranked[0])]
        if len(ranked) > 1:
            ends = [("smallest", ranked[0]), ("largest", ranked[-1])]
        workings = []
        for name, counts in ends:
            bases = ", ".join(f"{headings[code]} {sum(counts[code])}" for code in groups)
            lines = derive_tests(counts, self.numerals.fixed, self.numerals.p_value)
            if lines:
                workings.append(
                    (plain(self.say(f"audit.working_{name}", bases=bases)), tuple(lines))
                )
        return workings

    # What follows -------------------------------------------------------------------------------

    def _bound(self, line: Line, name: str) -> Bound:
        robust = (
            self._values(line, "robust_minimum", "robust_maximum") if line["robust_minimum"] else ""
        )
        return Bound(
            name,
            self._values(line, "minimum", "maximum"),
            robust,
            line["verdict"],
            line["robust_verdict"],
        )

    def _cell_bounds(
        self,
        ranges: Sequence[Line],
        statistic: str,
        table: str,
        variable: str,
        headings: Mapping[str, str],
    ) -> list[Bound]:
        bounds = []
        ends = {
            (end["row_code"], end["against"], end["statistic"]): end
            for end in ranges
            if end["statistic"] in ("difference_low", "difference_high")
        }
        for line in ranges:
            if line["statistic"] != statistic:
                continue
            where = headings.get(line["column_code"], line["column_code"])
            if line["against"]:
                where += f" − {headings.get(line['against'], line['against'])}"
            bound = self._bound(
                line, f"{self._row_label(table, variable, line['row_code'])}: {where}"
            )
            if statistic == "difference":
                low = ends.get((line["row_code"], line["against"], "difference_low"))
                high = ends.get((line["row_code"], line["against"], "difference_high"))
                if low and high and low["minimum"] and high["maximum"]:
                    limits = [
                        self.fixed(low["minimum"], 1, True),
                        self.fixed(high["maximum"], 1, True),
                    ]
                    bound = Bound(
                        bound.name, bound.values, bound.robust, f"{limits[0]} … {limits[1]}", ""
                    )
            bounds.append(bound)
        return bounds

    def _misprints(self, variable: str, headings: Mapping[str, str]) -> list[Mapping[str, Any]]:
        sets: dict[str, dict[str, Any]] = {}
        for line in self.results.of("misprints", variable):
            misprints = sets.setdefault(
                line["misprint_set"],
                {
                    "cells": [],
                    "size": line["size"],
                    "sets": line["sets"],
                    "searched": line["searched"],
                },
            )
            if line["column_code"]:
                misprints["cells"].append(
                    {
                        "row": self._row_label(line["table"], variable, line["row_code"]),
                        "column": headings.get(line["column_code"], line["column_code"]),
                        "printed": line["printed"],
                        "nearest": self.numerals.rewrite(line["nearest"]),
                        "units": self.fixed(line["units"], 0, True),
                    }
                )
        return list(sets.values())

    def _chance(self, variable: str) -> dict[str, str]:
        line = self.results.of("false_fit", variable)[0]
        percents = {
            name: self.numerals.fixed(100 * float(line[name]), 1)
            for name in ("rate", "low", "high", "alike_rate", "alike_low", "alike_high")
            if line[name]
        }
        highest = max(float(line[name]) for name in ("high", "alike_high") if line[name])
        kept = ("draws", "fits", "generator", "seed", "reading", "null")
        alike = ("alike_fits", "alike_concentration")
        rates = sorted({line["rate"], line["alike_rate"] or line["rate"]}, key=float)
        ends = [self.numerals.fixed(100 * float(rate), 1) for rate in (rates[0], rates[-1])]
        # That no draw fitted is no rate of zero: its interval says how large the rate may be.
        none = float(rates[0]) == 0
        limit = f"≤ {self.numerals.fixed(100 * highest, 1)}"
        intervals = {
            f"{how}interval": self._rate(
                *(percents[f"{how}{end}"] for end in ("rate", "low", "high"))
            )
            for how in ("", "alike_")
            if f"{how}rate" in percents
        }
        return {
            **percents,
            **intervals,
            **{name: line[name] for name in (*kept, *alike)},
            "percent": limit if none else ends_text(ends[0], ends[1], DASH),
        }

    def _rate(self, rate: str, low: str, high: str) -> str:
        key = "chance_interval" if float(rate.replace(",", ".")) else "chance_interval_of_none"
        return plain(self.say(f"audit.{key}", rate=rate, low=low, high=high))

    def _rounding(self, variable: str, headings: Mapping[str, str]) -> list[dict[str, str]]:
        return [
            {
                "what": plain(self.say(f"audit.rounding_{line['kind']}")),
                "row": self._row_label(line["table"], variable, line["row_code"])
                if line["row_code"]
                else "",
                "column": headings.get(line["column_code"], line["column_code"]),
                "printed": line["printed"],
                "parts": self.numerals.rewrite(line["from_printed_parts"]),
                "counts": self.numerals.rewrite(line["from_counts"]),
                "verdict": plain(self.say(f"audit.made_{line['verdict']}")),
                "arithmetic": self.numerals.rewrite(line["arithmetic"]),
            }
            for line in self.results.of("rounding", variable)
        ]


def derive_count(text: str, base: int, rounding: str, decimal: str) -> list[str]:
    """Write the steps from a printed per cent to the counts that it allows.

    Examples
    --------
    >>> derive_count("30,7", 300, "half_up", ".")
    ['30.65 ≤ 100·x/300 < 30.75', '91.95 ≤ x < 92.25', 'x = 92']
    """
    printed = parse_printed(text)
    allowed = interval(printed, rounding)
    share = _between(allowed, "100·x/" + str(base), printed.digits + 1, decimal)
    scaled = Interval(
        allowed.low * base / 100, allowed.high * base / 100, allowed.low_closed, allowed.high_closed
    )
    counts = [
        count
        for count in range(_floor(scaled.low), _floor(scaled.high) + 2)
        if count in scaled and count >= 0
    ]
    whole = "x = " + " / ".join(map(str, counts)) if counts else "x ∉ ℤ"
    if len(counts) > 3:
        whole = f"x = {counts[0]} … {counts[-1]}"
    return [share, _between(scaled, "x", 2, decimal), whole]


def _between(allowed: Interval, middle: str, digits: int, decimal: str) -> str:
    low = format_fixed(allowed.low, digits, decimal).replace("-", "−")
    high = format_fixed(allowed.high, digits, decimal)
    above, below = ("≤" if closed else "<" for closed in (allowed.low_closed, allowed.high_closed))
    return f"{low} {above} {middle} {below} {high}"


def _floor(value: Fraction) -> int:
    return value.numerator // value.denominator


def _chi_square(columns: Sequence[Sequence[int]]) -> float:
    table = reduce_table(list(zip(*columns, strict=True)))
    return 0.0 if table.reason else pearson_statistic(table.counts)


def derive_tests(
    columns: Mapping[str, Sequence[int]],
    fixed: Callable[[float, int], str],
    p_value: Callable[[float], str],
) -> list[str]:
    """Write out the statistics of one table of counts."""
    counts = list(columns.values())
    statistics = table_statistics(counts)
    if not statistics:
        return []
    table = reduce_table(list(zip(*counts, strict=True)))
    rows, groups = table.counts.shape
    df, smaller, n = (rows - 1) * (groups - 1), min(rows, groups) - 1, int(table.n)
    pearson = fixed(statistics["pearson"], 2)
    cells = zip(table.counts.ravel(), expected_counts(table.counts).ravel(), strict=True)
    added = " + ".join(f"({int(count)} − {fixed(e, 2)})²/{fixed(e, 2)}" for count, e in cells)
    return [
        f"χ² = {added} = {pearson}",
        f"df = ({rows} − 1)·({groups} − 1) = {df}",
        f"p = P(χ²({df}) ≥ {pearson}) {p_value(statistics['p_value'])}",
        f"G² = 2·Σ n·ln(n/E) = {fixed(statistics['likelihood_ratio'], 2)}",
        f"V = √({pearson}/({n}·{smaller})) = {fixed(statistics['cramer_v'], 3)}",
    ]


WIDTH, HEIGHT, MARGIN = 340, 230, 46
STRIP = 92
INK, SOFT, ACCENT, LOUD = "#1c2126", "#515b66", "#00558c", "#b3470b"


@dataclass(frozen=True)
class BaseSet:
    """One feasible set of bases: by column, its number of solutions, and whether it is chosen."""

    bases: Mapping[str, int]
    solutions: int
    chosen: bool


def draw_bases(
    sets: Sequence[BaseSet], sizes: Mapping[str, int], labels: Mapping[str, str], alt: str
) -> Markup:
    """Draw every feasible set of bases: a plane for two groups, a line for one or several."""
    columns = list(sizes)
    if len(columns) == 2:
        return _plane(sets, sizes, labels, alt)
    largest = sum(sizes.values())
    sums = [
        BaseSet({"": sum(feasible.bases.values())}, feasible.solutions, feasible.chosen)
        for feasible in sets
    ]
    label = labels[columns[0]] if len(columns) == 1 else labels[""]
    return _line(sums, largest, label, alt)


def _plane(
    sets: Sequence[BaseSet], sizes: Mapping[str, int], labels: Mapping[str, str], alt: str
) -> Markup:
    first, second = sizes
    wide, high = WIDTH - MARGIN - 14, HEIGHT - MARGIN - 14

    def across(value: int) -> float:
        return MARGIN + wide * value / sizes[first]

    def down(value: int) -> float:
        return 14 + high * (1 - value / sizes[second])

    left, bottom, right, top = across(0), down(0), across(sizes[first]), down(sizes[second])
    parts = [
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{high:.1f}" '
        f'fill="#f4f6f8" stroke="#d5dade"/>',
        _text(left, bottom + 16, "0", "middle"),
        _text(right, bottom + 16, str(sizes[first]), "middle"),
        _text(left - 6, bottom + 4, "0", "end"),
        _text(left - 6, top + 4, str(sizes[second]), "end"),
        _text((left + right) / 2, bottom + 34, labels[first], "middle"),
        _text(
            0,
            0,
            labels[second],
            "middle",
            f'transform="translate(14 {(top + bottom) / 2:.1f}) rotate(-90)"',
        ),
    ]
    parts += _dots(
        [
            (across(feasible.bases[first]), down(feasible.bases[second]), feasible.chosen)
            for feasible in sets
        ]
    )
    return _svg(parts, HEIGHT, alt)


def _line(sets: Sequence[BaseSet], largest: int, label: str, alt: str) -> Markup:
    left, right, axis = 14.0, WIDTH - 14.0, 36.0

    def across(value: int) -> float:
        return left + (right - left) * value / largest

    parts = [
        f'<rect x="{left:.1f}" y="14" width="{right - left:.1f}" height="{axis + 8 - 14:.1f}" '
        f'fill="#f4f6f8" stroke="#d5dade"/>',
        _text(left, axis + 26, "0", "start"),
        _text(right, axis + 26, str(largest), "end"),
        _text((left + right) / 2, axis + 44, label, "middle"),
    ]
    top, bottom = 17.0, axis + 5
    places = sorted({(feasible.chosen, round(across(feasible.bases[""]), 1)) for feasible in sets})
    parts += [
        f'<line x1="{x:.1f}" y1="{top - 7 * chosen:.1f}" '
        f'x2="{x:.1f}" y2="{bottom + 7 * chosen:.1f}" '
        f'stroke="{LOUD if chosen else ACCENT}" stroke-width="{3 if chosen else 1.2}"/>'
        for chosen, x in places
    ]
    return _svg(parts, STRIP, alt)


def _dots(places: Sequence[tuple[float, float, bool]]) -> list[str]:
    """One dot per place on the grid of a tenth; the chosen one last and larger."""
    seen = sorted(
        {(round(x, 1), round(y, 1), chosen) for x, y, chosen in places}, key=lambda p: (p[2], p)
    )
    radius = 3.2 if len(seen) <= 60 else 2.0
    return [
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="none" stroke="{LOUD}" stroke-width="2.5"/>'
        if chosen
        else f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{ACCENT}" fill-opacity="0.75"/>'
        for x, y, chosen in seen
    ]


def _text(x: float, y: float, words: str, anchor: str, more: str = "") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="12" '
        f'font-family="sans-serif" fill="{SOFT}" {more}>{escape(words)}</text>'
    )


def _svg(parts: Sequence[str], height: int, alt: str) -> Markup:
    body = "".join(parts)
    return Markup(
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(alt)}" '
        f'xmlns="http://www.w3.org/2000/svg">{body}</svg>'
    )
