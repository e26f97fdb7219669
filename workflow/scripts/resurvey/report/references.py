"""References: every kind of number that a study's own sentences may name, and its places.

``{kind:place}`` in ``text.{language}.yaml`` is looked up here; cells of tables, ``count``, ``base``
and ``respondents`` are looked up by `resurvey.report.sentences` itself. A kind is added to `KINDS`
and to the page of them, ``docs/references.md``.
"""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from resurvey.core.lines import Line
from resurvey.core.names import name_model_number, name_number
from resurvey.pages.numerals import Numerals, Shown, no_number
from resurvey.report.correlations import correlation_numbers, scale_numbers
from resurvey.report.indices import index_numbers
from resurvey.report.key_numbers import name_comparison
from resurvey.report.results import Results
from resurvey.statistics.registry import MEASURES, TESTS
from resurvey.tables.banners import SCORED
from resurvey.tables.boxes import NET

Numbers = dict[str, Shown]
"""Place of a number, as the reference writes it -> the number."""

WordNotes = Callable[[Mapping[str, Any]], str]


def banner_numbers(results: Results, numerals: Numerals, word_notes: WordNotes) -> Numbers:
    """Show the cells of banners: per cents, scores and bases (code ``total``).

    The codes of scores are ``mean``, ``net`` (a net share) and ``nps``.

    Returns
    -------
    dict
        ``banner/variable/code/total`` and ``banner/variable/code/column variable/column code``.
    """
    found: Numbers = {}
    for line in results.banners:
        column = [line["column_variable"], line["column_code"]]
        place = [line["table"], line["row_variable"], line["row_code"], *filter(None, column)]
        kind = {**dict.fromkeys(SCORED, "mean"), "total": "base"}.get(line["kind"], "percent")
        name = name_number(kind, *place)
        shown = no_number(line, word_notes(line))
        if kind == "mean" and line["mean"]:
            shown = Shown(numerals.fixed(float(line["mean"]), 2), identity=name)
        elif kind == "mean" and line["net"]:
            sign = line["kind"] == NET
            shown = Shown(numerals.fixed(float(line["net"]), 1, sign=sign), identity=name)
        elif kind == "base" and line["count"]:
            shown = Shown(numerals.count(Fraction(line["count"])), identity=name)
        elif kind == "percent" and line["count"] and line["base"] and Fraction(line["base"]):
            counted = Fraction(line["count"]), Fraction(line["base"])
            shown = numerals.shown_percent(*counted, name)
        found["/".join(place)] = shown
    return found


def difference_numbers(results: Results, numerals: Numerals, word_notes: WordNotes) -> Numbers:
    """Show the differences of two groups in the share of an answer, in percentage points.

    Returns
    -------
    dict
        ``table/variable/code/first column/second column``, in the order of the columns; each also
        with ``/lower`` and ``/upper``.
    """
    found: Numbers = {}
    for line in results.comparisons:
        keys = ("table", "row_variable", "row_code", "first_code", "second_code")
        place = "/".join(line[key] for key in keys)
        for field in ("difference", "lower", "upper"):
            shown = no_number(line, word_notes(line))
            if line[field]:
                text = numerals.fixed(float(line[field]), 1, sign=True)
                shown = Shown(text, identity=name_comparison(line, field))
            found[place if field == "difference" else f"{place}/{field}"] = shown
    return found


def test_numbers(results: Results, numerals: Numerals, word_notes: WordNotes) -> Numbers:
    """Show the tests of tables, as ``tests.csv`` names them.

    Returns
    -------
    dict
        ``table/variable/test``, the p-value (of an option of a multiple-response set
        ``table/set/test/option``); each also with ``/statistic``, ``/df``, ``/n``,
        ``/holm_article`` and the other adjusted p-values.
    """
    found: Numbers = {}
    for line in results.tests:
        option = [code] if (code := line.get("row_code")) else []
        place = "/".join((line["table"], line["row_variable"], line["test"], *option))
        keys = line["table"], line["row_variable"], line["column_variable"], line["test"]
        name = *keys, *option
        for field, text in line.items():
            if field in _NOT_OF_TEST or field.startswith("note") or place in found and not text:
                continue
            shown = no_number(line, word_notes(line))
            if text:
                digits = TESTS[line["test"]].digits if line["test"] in TESTS else 2
                said = _of_test(field, str(text), numerals, digits)
                shown = Shown(said, identity=name_number("test", *name, field))
            found.setdefault(place if field == "p_value" else f"{place}/{field}", shown)
    return found


_NOT_OF_TEST = ("table", "row_variable", "column_variable", "test", "row_code", "reason")


def _of_test(field: str, text: str, numerals: Numerals, digits: int) -> str:
    if field == "n":
        return numerals.count(Fraction(text))
    if field in ("df", "df2"):
        exact = Fraction(text)
        return str(exact) if exact.denominator == 1 else numerals.fixed(float(exact), 2)
    if field == "statistic":
        return numerals.fixed(float(text), digits)
    return numerals.p_value(float(text))


def measure_numbers(results: Results, numerals: Numerals, word_notes: WordNotes) -> Numbers:
    """Show the measures of association, as ``association.csv`` names them.

    Returns
    -------
    dict
        ``table/variable/measure``.
    """
    found: Numbers = {}
    for line in results.association:
        place = line["table"], line["row_variable"], line["column_variable"], line["measure"]
        shown = no_number(line, word_notes(line))
        if line["value"]:
            digits = MEASURES[line["measure"]].digits if line["measure"] in MEASURES else 3
            text = numerals.fixed(float(line["value"]), digits)
            shown = Shown(text, identity=name_number("association", *place))
        found["/".join((place[0], place[1], place[3]))] = shown
    return found


def model_numbers(results: Results, numerals: Numerals, word_notes: WordNotes) -> Numbers:
    """Show the terms of models: the odds ratio, or the coefficient where there is none.

    Returns
    -------
    dict
        ``model/variable/code``, without the code for a number; after the model the outcome where
        there are several; each also with ``/lower``, ``/upper`` and ``/p_value``.
    """
    found: Numbers = {}
    for line in results.models.coefficients if results.models else ():
        if line["part"] != "coefficient":
            continue
        keys = (line["model"], line.get("outcome_code"), line["variable"], line["code"])
        place = "/".join(str(part) for part in keys if part)
        odds = "odds_ratio" if line.get("odds_ratio") else "estimate"
        ends = ("odds_ratio_{}" if odds == "odds_ratio" else "{}").format
        for field, end in ((odds, ""), (ends("lower"), "/lower"), (ends("upper"), "/upper")):
            found[place + end] = _of_model("coefficients", line, field, numerals, word_notes)
        found[f"{place}/p_value"] = _of_model("coefficients", line, "p_value", numerals, word_notes)
    return found


def effect_numbers(results: Results, numerals: Numerals, word_notes: WordNotes) -> Numbers:
    """Show the average marginal effects of models, in percentage points.

    Returns
    -------
    dict
        ``model/outcome/variable/code``, without the code for a number; each also with
        ``/p_value``.
    """
    found: Numbers = {}
    for line in results.models.effects if results.models else ():
        keys = (line["model"], line["outcome_code"], line["variable"], line["code"])
        place = "/".join(part for part in keys if part)
        shown = no_number(line, word_notes(line))
        if line["estimate"]:
            text = numerals.fixed(100 * float(line["estimate"]), 1, sign=True)
            shown = Shown(text, identity=name_model_number("effects", line, "estimate"))
        found[place] = shown
        found[f"{place}/p_value"] = _of_model("effects", line, "p_value", numerals, word_notes)
    return found


def fit_numbers(results: Results, numerals: Numerals, word_notes: WordNotes) -> Numbers:
    """Show the diagnostics of models, as ``diagnostics.csv`` names them.

    Returns
    -------
    dict
        ``model/statistic``, and ``model/statistic/p_value``.
    """
    found: Numbers = {}
    for line in results.models.diagnostics if results.models else ():
        if not line["statistic"]:
            continue
        place = "/".join(
            str(part) for part in (line["model"], line["statistic"], line.get("variable")) if part
        )
        shown = _of_model("diagnostics", line, "value", numerals, word_notes)
        if line["statistic"] == "n" and line["value"]:
            text = numerals.count(Fraction(line["value"]))
            shown = Shown(text, identity=shown.identity)
        found[place] = shown
        if line["p_value"]:
            p_value = _of_model("diagnostics", line, "p_value", numerals, word_notes)
            found[f"{place}/p_value"] = p_value
    return found


def _of_model(
    file: str, line: Line, field: str, numerals: Numerals, word_notes: WordNotes
) -> Shown:
    text = line.get(field, "")
    if not text:
        return no_number(line, word_notes(line))
    value = float(text)
    if field == "p_value":
        said = numerals.p_value(value)
    else:
        digits = 3 if file == "diagnostics" else 0 if value >= 100 else 1 if value >= 10 else 2
        said = numerals.fixed(value, digits)
    return Shown(said, identity=name_model_number(file, line, field))


KINDS: Mapping[str, Callable[[Results, Numerals, WordNotes], Numbers]] = {
    "banner": banner_numbers,
    "difference": difference_numbers,
    "test": test_numbers,
    "measure": measure_numbers,
    "scale": scale_numbers,
    "correlation": correlation_numbers,
    "model": model_numbers,
    "effect": effect_numbers,
    "fit": fit_numbers,
    "index": index_numbers,
}
"""Kind of a reference -> what shows its numbers by their places."""


class References(Mapping[str, Mapping[str, Shown]]):
    """The numbers of every kind, each kind shown when a sentence first asks for it.

    Parameters
    ----------
    results : Results
        Lines of every file.
    numerals : Numerals
        How numbers are written.
    word_notes : callable
        Notes of a line -> their words.
    others : dict, optional
        Further kinds, whose numbers are shown already.
    """

    def __init__(
        self,
        results: Results,
        numerals: Numerals,
        word_notes: WordNotes,
        others: Mapping[str, Mapping[str, Shown]] | None = None,
    ) -> None:
        self._made = results, numerals, word_notes
        self._shown: dict[str, Mapping[str, Shown]] = dict(others or {})

    def __getitem__(self, kind: str) -> Mapping[str, Shown]:
        """Numbers of a kind by their places."""
        if kind not in self._shown:
            self._shown[kind] = KINDS[kind](*self._made)
        return self._shown[kind]

    def __iter__(self) -> Iterator[str]:
        """All kinds."""
        return iter(dict.fromkeys([*self._shown, *KINDS]))

    def __len__(self) -> int:
        """Number of kinds."""
        return len({*self._shown, *KINDS})
