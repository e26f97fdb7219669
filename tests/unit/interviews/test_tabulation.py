"""The demonstration's interviews, counted by hand; and what may be shown of groups."""

from fractions import Fraction

import pytest

from resurvey.core.errors import SurveyError
from resurvey.interviews.project import Case, Code, Project, Segment
from resurvey.interviews.release import count_interviews
from resurvey.interviews.tabulation import Attributes, Tabulation, shown_themes


def of_theme(counted, theme, attribute=""):
    return {
        line["value"]: (line["cases"], line["n"])
        for line in counted["codes_by_attribute"]
        if (line["kind"], line["code"], line["attribute"]) == ("theme", theme, attribute)
    }


def test_themes_are_counted_by_interview_and_not_by_mention(counted):
    # Nobody said how work was found in interview 8; it was easy in 1, 3, 5, 6, 7, 9, 10, 12 and
    # hard in 2, 4, 11; temporary in 2, 4 (one of two coders each) and 8.
    assert of_theme(counted, "finding_work") == {"": (11, 12)}
    assert of_theme(counted, "temporary_job") == {"": (3, 12)}
    # Interviews 3, 5 and 8 do not say whom they live with; 4 has both codes and counts once.
    assert of_theme(counted, "household") == {"": (9, 12)}
    # 3, 6, 8, 10; the two coders of 6 gave it different codes of one branch.
    assert of_theme(counted, "leaving") == {"": (4, 12)}


def test_themes_are_counted_within_groups(counted):
    assert of_theme(counted, "papers", "gender") == {"women": (3, 6), "men": (3, 6)}
    assert of_theme(counted, "leaving", "gender") == {"women": (0, 6), "men": (4, 6)}
    # Under 35: interviews 1, 2, 3, 6, 7, 11; of these 3 and 7 had trouble with papers.
    assert of_theme(counted, "papers", "age") == {"below_35": (2, 6), "from_35": (4, 6)}


def test_a_group_is_shown_where_no_cell_and_no_rest_is_below_the_threshold(counted):
    shown = {
        (line["code"], line["attribute"]): line["shown"]
        for line in counted["codes_by_attribute"]
        if line["kind"] == "theme" and line["attribute"]
    }
    # Of the papers 3 and 3 of 6 and 6; by age 2 of 6, which is below three.
    assert [pair for pair, one in shown.items() if one] == [("papers", "gender")]


def test_codes_have_those_below_them(counted):
    lines = {line["code"]: line for line in counted["codes"]}
    home = lines["Дом"]
    assert (home["cases"], home["own_cases"], home["segments"]) == (9, 0, 9)
    assert lines["Уехать снова"]["own_cases"] == 1
    assert lines["Уехать снова > Ради заработка"]["parent"] == "Уехать снова"


def test_codes_together_are_counted_by_interview_and_by_stretch(counted):
    pairs = {(line["code"], line["other_code"]): line for line in counted["cooccurrence"]}
    both = pairs["Работа > Нашлась трудно", "Работа > Временная"]
    # Interviews 2 (two paragraphs) and 4 (one paragraph with both codes).
    assert (both["cases"], both["segments"]) == (2, 1)


def test_codes_met_in_order_and_on_average(counted):
    lines = counted["saturation"]
    assert [line["codes"] for line in lines] == [2, 5, 7, 7, 7, 8, 8, 8, 8, 8, 8, 8]
    # Codes of the single interviews: 2, 3, 3, 4, 2, 4, 3, 3, 3, 4, 2, 2, so 35 in twelve.
    assert lines[0]["mean_codes"] == pytest.approx(float(Fraction(35, 12)))
    assert lines[-1]["mean_codes"] == 8


def test_coders_agree_as_counted_by_hand(counted):
    lines = {line["code"]: line for line in counted["agreement"]}
    whole = lines[""]
    # Six interviews, eight codes. The first coder alone: temporary in 2 and 4, leave in 6;
    # the second alone: own family in 4, pay in 6.
    assert (whole["units"], whole["first_only"], whole["second_only"]) == (48, 3, 2)
    assert (whole["both"], whole["neither"], whole["agreed"]) == (13, 30, 43)
    agreed, chance = Fraction(43, 48), Fraction(16 * 15 + 32 * 33, 48 * 48)
    assert whole["kappa"] == pytest.approx(float((agreed - chance) / (1 - chance)))
    # Alpha: 31 ones and 65 zeros among 96 values, ten of them in pairs that differ.
    assert whole["alpha"] == pytest.approx(1 - 95 * 10 / (2 * 31 * 65))
    assert lines["Работа > Временная"]["kappa"] == 0
    # Whoever never gave the code leaves nothing that could spread, and so no interval.
    assert lines["Работа > Временная"]["kappa_lower"] is None
    assert lines["Работа > Временная"]["kappa_upper"] is None


def test_released_quotations_have_the_attributes_by_which_their_themes_are_shown(counted):
    lines = counted["quotations"]
    # Papers alone are shown by gender; behind other themes a bracket would tell what is hidden.
    assert {(line["theme"], line["attributes"]) for line in lines if line["attributes"]} == {
        ("papers", "gender=women")
    }
    original = [line for line in lines if line["kind"] == "original"]
    assert [line["theme"] for line in original] == [
        "finding_work",
        "finding_work",
        "temporary_job",
        "household",
        "leaving",
        "papers",
    ]
    # One quotation has no translation, and none is made.
    assert len(lines) == 2 * len(original) - 1


def test_cases_have_their_declared_attributes_and_no_name(counted):
    assert counted["cases"][3] == {
        "case": 4,
        "segments": 2,
        "codes": 4,
        "gender": "men",
        "age": "from_35",
    }


# Attributes -----------------------------------------------------------------------------------


SEX = {"label": "sex", "values": {"women": {"of": ["f"]}, "men": {"of": ["m"]}}}
PASSPORT = {"label": "passport", "values": {"kg": {}, "ru": {}}}


def article():
    """37 people as the article prints them: 22 men, 15 women; 36 and one citizens."""
    return [
        Case(str(n), "", {"sex": "m" if n < 22 else "f", "passport": "ru" if n == 30 else "kg"})
        for n in range(37)
    ]


def test_an_attribute_with_which_somebody_is_alone_is_not_printed():
    found = Attributes({"sex": SEX, "passport": PASSPORT}, article(), 5)
    assert found.printed == ["sex"]
    assert found.of("30") == "sex=women"
    assert Attributes({"passport": PASSPORT, "sex": SEX}, article(), 5).printed == ["sex"]


def test_a_combination_that_is_rare_leaves_the_later_attribute_out():
    cases = [Case(str(n), "", {"sex": "fm"[n % 2], "age": str(20 + n)}) for n in range(12)]
    found = Attributes({"sex": SEX, "age": {"bands": [24]}}, cases, 3)
    # Two women and two men are below 24, though four people are.
    assert found.printed == ["sex"]
    assert Attributes({"age": {"bands": [24]}, "sex": SEX}, cases, 3).printed == ["age"]


def test_a_value_that_is_not_declared_is_refused_by_its_place():
    with pytest.raises(SurveyError, match="case 2 of 2") as refused:
        Attributes({"sex": SEX}, [Case("a", "", {"sex": "f"}), Case("b", "", {"sex": "secret"})], 3)
    assert "secret" not in str(refused.value)
    for raw in ("old", "nan", "inf", "1e400"):
        with pytest.raises(SurveyError, match="no number there"):
            Attributes({"age": {"bands": [30]}}, [Case("a", "", {"age": raw})], 3)


def small(sizes, groups=(10, 10)):
    """A project whose codes a, b … so many women and men have, the first ones each time."""
    cases = [
        Case(f"{sex}{n}", "", {"sex": sex})
        for sex, number in zip("fm", groups, strict=True)
        for n in range(number)
    ]
    codes = tuple(Code(name, name) for name in sizes)
    segments = [
        Segment(f"{name}{sex}{n}", name, f"{sex}{n}")
        for name, numbers in sizes.items()
        for sex, number in zip("fm", numbers, strict=True)
        for n in range(number)
    ]
    return Project("p.csv", codes, tuple(cases), tuple(segments))


def shown_of(project, threshold=3, left_out=()):
    themes = {
        code.name: {"codes": [code.name]} for code in project.codes if code.name not in left_out
    }
    declared = {"attributes": {"sex": SEX}, "themes": themes, "threshold": threshold}
    lines = Tabulation(project, declared, {}).codes_by_attribute()
    shown = [line for line in lines if line["attribute"] and line["shown"]]
    assert not any(line["kind"] == "code" for line in shown)
    return {line["code"] for line in shown if line["kind"] == "theme"}


def test_all_but_a_few_of_a_group_are_as_few():
    assert shown_of(small({"a": (5, 5), "b": (9, 5), "c": (1, 5)})) == {"a"}


def test_rows_that_differ_by_a_few_are_not_both_shown():
    # Everybody with b has a, and one woman has a without b.
    assert shown_of(small({"a": (6, 5), "b": (5, 5)})) == {"a"}
    assert shown_of(small({"a": (7, 7), "b": (4, 4)})) == {"a", "b"}


def test_a_row_that_others_leave_over_is_not_found_by_subtraction():
    # P is A, B and C, which nobody has two of: of the women 16, 7 and 7, and so A 2.
    women, men = list("abcdefghijklmnopqrst"), list("ABCDEFGHIJKLMNOPQRST")
    of = {
        "A": {*women[:2], *men[:6]},
        "B": {*women[2:9], *men[6:13]},
        "C": {*women[9:16], *men[13:17]},
    }
    whole = set().union(*of.values())
    groups, everybody = [set(women), set(men)], {*women, *men}
    assert shown_themes([whole, of["B"], of["C"]], list(of.values()), groups, everybody, 3) == [
        True,
        True,
        False,
    ]
    # Without the code A nobody learns but what B and C leave of P.
    assert not shown_themes([whole, of["B"] | of["C"]], [], groups, everybody, 3)[1]


def test_independent_themes_stand_side_by_side():
    everybody = {str(n) for n in range(40)}
    groups = [{str(n) for n in range(20)}, {str(n) for n in range(20, 40)}]
    first = {str(n) for n in range(40) if n % 2}
    second = {str(n) for n in range(40) if n % 4 in (1, 2)}
    assert shown_themes([first, second], [], groups, everybody, 5) == [True, True]
    one = {"1", "2", "21"}
    assert shown_themes([first, second], [one], groups, everybody, 5) == [True, True]


def test_a_small_group_hides_the_attribute():
    assert shown_of(small({"a": (2, 5)}, groups=(2, 10))) == set()


def test_the_order_of_interviews_is_that_of_an_attribute():
    cases = (Case("x", "", {"on": "2022-10-03"}), Case("y", "", {"on": "2022-09-01"}))
    project = Project("p.csv", (Code("a", "a"),), cases, (Segment("s", "a", "x"),))
    lines = Tabulation(project, {}, {"order": "on"}).saturation()
    assert [line["codes"] for line in lines] == [0, 1]
    with pytest.raises(SurveyError, match="2 of 2 cases do not have it"):
        Tabulation(project, {}, {"order": "date"})


def test_dates_that_do_not_sort_as_texts_are_refused():
    cases = (Case("x", "", {"on": "2022-12-10"}), Case("y", "", {"on": "02.01.2023"}))
    with pytest.raises(SurveyError, match="case 2 of 2 has neither a number nor a date such as"):
        Tabulation(Project("p.csv", (), cases), {}, {"order": "on"})


def test_a_theme_names_codes_that_are_there():
    project = Project("p.csv", (Code("a", "Work"), Code("b", "Other"), Code("c", "Work", "b")))
    with pytest.raises(SurveyError, match=r"theme 't'.*no code 'Worc'; did you mean"):
        Tabulation(project, {"themes": {"t": {"codes": ["Worc"]}}}, {}).themes  # noqa: B018
    with pytest.raises(SurveyError, match="Write|2 codes|has no code"):
        Tabulation(project, {"themes": {"t": {"codes": ["Home"]}}}, {}).themes  # noqa: B018


# Coders -----------------------------------------------------------------------------------------


def by_two(unit):
    """One document of three paragraphs; A coded the first two together, B the second."""
    segments = (
        Segment("s1", "a", "x", "A", "", "doc", 0, 20),
        Segment("s2", "a", "x", "B", "", "doc", 11, 20),
    )
    places = {"doc": [(0, 10), (11, 20), (21, 30)]}
    project = Project("p.qdpx", (Code("a", "a"),), (Case("x"),), segments, places)
    (line, _) = Tabulation(project, {}, {"agreement": {"unit": unit}}).agreement()
    return line["both"], line["first_only"], line["second_only"], line["neither"]


@pytest.mark.parametrize(
    ("unit", "counts"),
    [("case", (1, 0, 0, 0)), ("paragraph", (1, 1, 0, 1)), ("segment", (0, 1, 1, 0))],
)
def test_coders_are_compared_on_the_declared_unit(unit, counts):
    assert by_two(unit) == counts


def test_one_coder_is_compared_with_nobody():
    project = small({"a": (5, 5)})
    assert Tabulation(project, {}, {}).agreement() == []
    with pytest.raises(SurveyError, match="coder 1 of `coders` coded nothing"):
        Tabulation(project, {}, {"agreement": {"coders": ["A", "B"]}}).agreement()


def test_a_wave_without_interviews_has_no_lines():
    _, files = count_interviews({"themes": {"t": {"codes": ["a"]}}, "attributes": {"s": SEX}}, {})
    assert all(lines == [] for _, lines in files.values())
