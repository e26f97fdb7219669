"""Stratified: what is said of tables whose groups are compared within the strata of a question."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from resurvey.core.lines import AssociationLine, TestLine
from resurvey.core.names import name_number
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import Numerals, Shown
from resurvey.pages.wording import Wording
from resurvey.report.evidence import show_test

COMMON = "mantel_haenszel_odds_ratio"


def word_strata(
    tables: Mapping[str, Mapping[str, Any]],
    tests: Sequence[TestLine],
    association: Sequence[AssociationLine],
    labels: Labels,
    numerals: Numerals,
    say: Wording,
    alpha: float,
    nominal: bool,
) -> list[Markup]:
    """Say of every question of a table with `strata` whether it differs between the groups."""
    word = Markup(" ({})").format(say("report.nominal_word")) if nominal else ""
    sentences = []
    for line in tests:
        strata = tables.get(line["table"], {}).get("strata")
        if line["test"] != "cmh_general" or strata is None:
            continue
        place = _place(line)
        test = show_test(line, numerals, say, alpha)
        names = {
            "question": labels.variable(line["row_variable"]),
            "group": labels.variable(line["column_variable"]),
            "strata": labels.variable(strata),
        }
        if not test.p:
            sentences.append(say("report.strata_refused", **names, note=test.note))
            continue
        p = Markup("{}{}").format(test.p, word)
        said = say(
            "report.strata_line", **names, df=test.df, statistic=test.statistic, p=p, n=test.n
        )
        others = [test for test in tests if _place(test) == place]
        common = [
            measure
            for measure in association
            if _place(measure) == place and measure["measure"] == COMMON
        ]
        for measure in common:
            if measure["value"]:
                said += " " + say("report.strata_odds", **_odds(measure, numerals))
        for other in others:
            if other["test"] == "breslow_day_tarone" and other["p_value"]:
                same = show_test(other, numerals, say, alpha)
                key = "differ" if same.below_alpha else "same"
                said += " " + say(
                    f"report.strata_{key}", df=same.df, statistic=same.statistic, p=same.p
                )
        sentences.append(said)
    return sentences


def _place(line: TestLine | AssociationLine) -> tuple[str, str, str]:
    return line["table"], line["row_variable"], line["column_variable"]


def _odds(line: AssociationLine, numerals: Numerals) -> dict[str, Shown]:
    place = *_place(line), line["measure"]
    numbers = {"value": line["value"], "lower": line["lower"], "upper": line["upper"]}
    return {
        field: Shown(
            numerals.fixed(float(number), 2),
            identity=name_number("association", *place, *([] if field == "value" else [field])),
        )
        for field, number in numbers.items()
    }
