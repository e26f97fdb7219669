"""Rows of sums and bases and the column of the total are known by what they add up to, too."""

import pytest

from resurvey.core.errors import SurveyError

# 57.3 + 42.5 + 28.6 + 36.4 = 164.8; 55.8 + 36.5 + 41.2 + 28.4 = 161.9.
SEVERAL = "answer;women;men\nA;57.3;55.8\nB;42.5;36.5\nC;28.6;41.2\nD;36.4;28.4\n"
# 23 and 28 of 51 men, 26 and 26 of 52 women, 49 and 54 of all 103.
PARTS = "answer;men;women;total\nYes;45,1;50,0;47,6\nNo;54,9;50,0;52,4\n"
# 60, 30 and 10 of 100; 30, 90 and 30 of 150; 90, 120 and 40 of 250.
THREE = "answer;a;b;Hepsi\nx;60,0;20,0;36,0\ny;30,0;60,0;48,0\nz;10,0;20,0;16,0\nbase;100;150;250\n"


def misprints(judgement):
    return [(cell.row, cell.column, cell.nearest) for cell in judgement.misprints]


def notes(judgement):
    return [note.key for note in judgement.notes]


@pytest.mark.parametrize(
    "row",
    ["Total;164.8;161.9", "Итого;164.8;161.9", "Jami;164.8;161.9", "Сумма ответов;164.8;161.9"]
    # Rounded apart from its parts, a sum may be off by their five halves of a last digit.
    + ["Total;165.0;161.7", "Zusammengezählt;164.8;161.9"],
)
def test_sum_of_several_answers_is_no_answer_and_no_misprint(row, judge):
    judgement = judge(f"{SEVERAL}{row}\n")
    assert judgement.verdict == "fits"
    assert judgement.reading == "several_answers"
    assert [answer.label for answer in judgement.question.rows] == ["A", "B", "C", "D"]
    assert "note_answers_sum" in notes(judgement)


@pytest.mark.parametrize("printed", ["146.8", "64.8", "165.8", "161.9"])
def test_sum_that_does_not_add_up_beside_one_that_does_is_found(printed, judge):
    judgement = judge(f"{SEVERAL}Total;{printed};161.9\n")
    assert judgement.verdict == "misprints"
    assert misprints(judgement)[0] == ("Total", "women", "164.8")
    assert {column for _, column, _ in misprints(judgement)} == {"women"}
    assert "note_wrong_sum" in notes(judgement)


def test_sum_of_parts_that_is_not_quite_100_is_checked(judge):
    parts = "answer;men;women\nYes;45.13;50.00\nNo;54.87;50.00\n"
    assert judge(f"{parts}Total;100.00;100.00\n").verdict == "fits"
    assert judge(f"{parts}Total;100.01;100.00\n").verdict == "fits"
    judgement = judge(f"{parts}Total;100.92;100.00\n")
    assert misprints(judgement)[0] == ("Total", "men", "100.00")


def test_part_that_breaks_a_sum_is_among_the_explanations(judge):
    judgement = judge(SEVERAL.replace("57.3", "75.3") + "Total;164.8;161.9\n")
    assert ("A", "women", "57.3") in misprints(judgement)
    assert ("Total", "women", "182.8") in misprints(judgement)


def test_only_sum_of_a_table_that_does_not_add_up_is_found(judge):
    text = "answer;%\nA;57.3\nB;42.5\nC;28.6\nD;36.4\nTotal;167.8\n"
    assert misprints(judge(text))[0] == ("Total", "total", "164.8")


def test_sum_of_a_list_that_is_cut_is_no_answer(judge):
    # 40.1 + 30.2 = 70.3; 35.0 + 31.0 = 66.0.
    judgement = judge("answer;men;women\nA;40.1;35.0\nB;30.2;31.0\nTotal;70.3;66.0\n")
    assert (judgement.reading, judgement.verdict) == ("open_list", "fits")


def test_total_that_lies_between_its_groups_stays_a_group(judge):
    text = "group;yes;no\nmen;45.1;54.9\nwomen;50.0;50.0\nTotal;47.6;52.4\n"
    judgement = judge(text)
    assert judgement.reading == "row_percents"
    assert "total" in judgement.question.columns


@pytest.mark.parametrize(
    "name",
    ["N", "(N)", "n =", "Base", "Respondents", "Total N", "Total (N)", "Total", "Sum", "Count"]
    + ["Basis", "Fallzahl", "Anzahl", "Effectif", "Кол-во", "Респондентов, чел.", "Всего, чел."]
    + ["Саны", "Odamlar soni", "База", "Всего", "Итого", "Sample", "Men and women asked"],
)
def test_row_of_people_has_any_name(name, judge):
    judgement = judge(f"{PARTS}{name};51;52;103\n")
    assert judgement.bases == {"1": 51, "2": 52, "total": 103}
    assert (judgement.verdict, judgement.solutions) == ("fits", 1)


@pytest.mark.parametrize("row", ["Total;n = 51;n = 52;n = 103", "Abc;(n=51);(n=52);(n=103)"])
def test_cells_may_say_that_they_are_bases(row, judge):
    judgement = judge(f"{PARTS}{row}\n")
    assert judgement.bases == {"1": 51, "2": 52, "total": 103}
    assert "note_base_row" in notes(judgement)


def test_first_row_may_be_the_bases(judge):
    heading, rest = PARTS.split("\n", 1)
    judgement = judge(f"{heading}\nAbc;51;52;103\n{rest}")
    assert judgement.bases == {"1": 51, "2": 52, "total": 103}


@pytest.mark.parametrize(
    "row", ["Abc;151;152;303", "Abc;71;265;336", "Всего;151;152;303", "Total N;1 010;20;1 030"]
)
def test_whole_per_cents_have_rows_of_people_too(row, judge):
    judgement = judge(f"answer;men;women;total\nYes;45;50;48\nNo;55;50;52\n{row}\n")
    assert "note_base_row" in notes(judgement)
    assert [answer.label for answer in judgement.question.rows] == ["Yes", "No"]


@pytest.mark.parametrize(
    "row", ["Men;72;340;183", "Men;215;330;325", "Total;72;340;183", "Total;340;72;60"]
)
def test_numbers_above_100_in_most_columns_are_people(row, judge):
    judgement = judge(f"answer;a;b;c\nx;49;5;3\ny;30;65;52\n{row}\n")
    taken = "note_base_row" in notes(judgement)
    # One of three above 100 is no more than a misprint.
    assert taken == (row != "Total;340;72;60")


@pytest.mark.parametrize(
    "text",
    [
        # A decimal mark was lost: 23.0, 29.7.
        "answer;men;women\nYes;45.1;50.0\nNo;31.9;46.0\nOther;230;4.0\n",
        "answer;men\nA;29.6\nB;76.1\nC;297\n",
        # The zeros after the decimal mark were dropped: 45.1 + 52.9 + 2 = 100.
        "answer;men;women\nYes;45.1;50.0\nNo;52.9;46.0\nOther;2;4\n",
        # Several answers in whole per cents.
        "answer;men;women\nA;45;50\nB;55;70\nC;51;52\n",
        "answer;men;women;total\nA;45;50;47\nB;55;70;62\nC;20;30;25\n",
        # 0 of the men.
        "answer;men;women\nYes;45.1;50.0\nNo;54.9;50.0\nOther;0;0\n",
    ],
)
def test_last_answer_in_whole_numbers_is_no_row_of_people(text, judge):
    judgement = judge(text)
    assert len(judgement.question.rows) == 3
    assert "note_base_row" not in notes(judgement)


def test_whole_numbers_among_decimals_with_one_above_100_are_people(judge):
    judgement = judge("answer;a;b\nx;44.8;65.7\ny;20.7;47.8\nz;72.4;3.5\nMen;58;318\n")
    assert judgement.bases == {"1": 58, "2": 318}
    assert judgement.verdict == "fits"


def test_misprint_above_a_row_of_people_is_found(judge):
    # 45.9 is no share of 51: 23 are 45.1 %, 24 are 47.1 %.
    judgement = judge(PARTS.replace("54,9", "45,9") + "Total;51;52;103\n")
    assert misprints(judgement) == [("No", "men", "54,9")]


def test_per_cents_above_unweighted_bases_give_no_counts(judge):
    judgement = judge(f"{PARTS}Unweighted base;51;52;103\n")
    assert (judgement.reading, judgement.verdict) == ("weighted", "undecided")
    assert "note_weighted" in notes(judgement)


@pytest.mark.parametrize(
    "name",
    ["Jami", "Жами", "Жалпы", "Барлығы", "Hammasi", "Ensemble", "Insgesamt", "Tous", "Todos"]
    + ["Toplam", "Razem", "Celkem", "Totale", "Summe", "Среди всех", "N (all)", "Σ"],
)
@pytest.mark.parametrize("base", ["", "N;51;52;103\n"])
def test_total_column_has_a_name_in_many_languages(name, base, judge):
    judgement = judge(PARTS.replace("total", name) + base)
    assert judgement.question.columns == {"1": "men", "2": "women", "total": name}
    assert judgement.verdict == "fits"
    assert "note_total_column" in notes(judgement)


def test_column_that_adds_up_the_others_is_the_total_by_any_name(judge):
    judgement = judge(THREE)
    assert judgement.question.columns == {"1": "a", "2": "b", "total": "Hepsi"}
    assert judgement.bases == {"1": 100, "2": 150, "total": 250}
    assert "note_total_column" in notes(judgement)


def test_first_column_may_be_the_total(judge):
    text = "answer;Hepsi;a;b\nx;36,0;60,0;20,0\ny;64,0;40,0;80,0\nbase;250;100;150\n"
    assert judge(text).question.columns == {"total": "Hepsi", "2": "a", "3": "b"}


def test_misprint_leaves_the_total_the_total(judge):
    # 30 of 100 and 90 of 150 are 120 of 250, 48.0 %.
    judgement = judge(THREE.replace("48,0", "43,0"))
    assert "total" in judgement.question.columns
    assert misprints(judgement) == [("y", "Hepsi", "48,0")]


def test_misprint_in_one_of_two_rows_leaves_the_total_the_total(judge):
    text = "answer;a;b;Hepsi\nx;60,0;20,0;36,0\ny;40,0;80,0;46,0\nbase;100;150;250\n"
    assert misprints(judge(text)) == [("y", "Hepsi", "64,0")]


def test_counts_beside_per_cents_tell_the_total(judge):
    text = "answer;a;b;Hepsi\nx;60 (60,0);30 (20,0);90 (36,0)\ny;40 (40,0);120 (80,0);160 (64,0)\n"
    assert "total" in judge(text).question.columns


@pytest.mark.parametrize(
    ("before", "after"),
    # Another base; or other shares than the two together have.
    [("150;250", "150;240"), ("36,0\ny;30,0;60,0;48,0", "48,0\ny;30,0;60,0;36,0")],
)
def test_group_that_is_not_the_sum_of_the_others_is_a_group(before, after, judge):
    assert "total" not in judge(THREE.replace(before, after)).question.columns


# Of 585 people, who gave 962 answers: 335, 249, 167, 211.
RESPONSES = "A;335;34.8;57.3\nB;249;25.9;42.6\nC;167;17.4;28.5\nD;211;21.9;36.1\n"
COUNTED = f"answer;n;% of responses;% of cases\n{RESPONSES}Total;962;100.0;164.4\n"
BARE = "answer;of answers;of people\nA;34.8;57.3\nB;25.9;42.6\nC;17.4;28.5\nD;21.9;36.1\n"


def test_per_cents_of_answers_are_no_group_beside_those_of_people(judge):
    judgement = judge(COUNTED)
    assert list(judgement.question.columns.values()) == ["% of cases"]
    assert (judgement.reading, judgement.verdict) == ("counts_and_percents", "fits")
    assert judgement.bases == {"2": 585}
    assert "note_answer_shares" in notes(judgement)
    for total in ("", "Total;100.0;164.5\n"):
        assert judge(BARE + total).reading == "several_answers"
        assert judge(BARE + total).verdict == "fits"


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("25.9", "29.5", ("B", "of answers", "25.9")),
        ("42.6", "46.2", ("B", "of people", "42.6")),
        ("164.5", "146.5", ("Total", "of people", "164.5")),
    ],
)
def test_misprint_in_either_of_the_two_is_found(before, after, found, judge):
    judgement = judge(f"{BARE}Total;100.0;164.5\n".replace(before, after))
    assert judgement.verdict == "misprints"
    assert found in misprints(judgement)


def test_misprint_beside_a_count_is_found(judge):
    of_cases = judge(COUNTED.replace("28.5", "25.8"))
    assert [cell[:2] for cell in misprints(of_cases)] == [("C", "% of cases")]
    of_answers = judge(COUNTED.replace("17.4", "14.7"))
    assert misprints(of_answers) == [("C", "% of responses", "17.3")]


@pytest.mark.parametrize(
    "rows",
    ["A;60;90\nB;40;60\n", "A;50;60\nB;30;45\nC;20;40\n"]
    + ["A;32;33\nB;41;44\nC;4;5\nD;1;1\nE;4;4\nF;6;4\nG;12;10\n"],
)
def test_two_groups_are_not_answers_and_people(rows, judge):
    judgement = judge(f"answer;men;women\n{rows}")
    assert len(judgement.question.columns) == 2


# Of 56 people 51 answered: 23 are 41.1 %, 28 are 50.0 %, 51 are 91.1 %, 5 are 8.9 %.
FREQUENCIES = (
    "answer;Frequency;Percent;Valid Percent;Cumulative Percent\nYes;23;41.1;45.1;45.1\n"
    "No;28;50.0;54.9;100.0\nTotal;51;91.1;100.0;\nMissing;5;8.9;;\n"
)


@pytest.mark.parametrize("last", ["", "Total;56;100.0;;\n"])
def test_total_of_those_who_answered_is_a_subtotal(last, judge):
    judgement = judge(FREQUENCIES + last)
    assert [row.label for row in judgement.question.answers] == ["Yes", "No", "Missing"]
    assert (judgement.verdict, judgement.bases) == ("fits", {"total": 56})
    assert "note_subtotal" in notes(judgement)


@pytest.mark.parametrize(
    ("before", "after", "row"),
    [("50.0", "55.0", "No"), ("91.1", "94.1", "Total"), ("8.9", "9.8", "Missing")],
)
def test_misprint_beside_two_totals_is_found(before, after, row, judge):
    judgement = judge(f"{FREQUENCIES}Total;56;100.0;;\n".replace(before, after))
    assert [cell[0] for cell in misprints(judgement)] == [row]


@pytest.mark.parametrize(
    "cell",
    ["45.1 (31.1-59.7)", "45.1% (31.1% – 59.7%)", "45.1 [31.1; 59.7]", "45.1 (31.1, 59.7)"]
    + ["45.1 (95% CI 31.1 to 59.7)", "45,1 (31,1–59,7)"],
)
@pytest.mark.parametrize("heading", ["% (95% CI)", "%, 95 % ДИ", "% (CI)", "%"])
def test_confidence_interval_beside_a_per_cent_is_left_aside(cell, heading, judge):
    # 23 of 51 are 45.1 %.
    text = f"answer\t{heading}\tn\nYes\t{cell}\t23\nNo\t54.9 (40.3-68.9)\t28\n"
    judgement = judge(text)
    assert (judgement.verdict, judgement.bases) == ("fits", {"total": 51})
    assert "note_interval" in notes(judgement)
    assert misprints(judge(text.replace("54.9", "59.4"))) != []


def test_median_with_its_range_is_no_per_cent(judge):
    with pytest.raises(SurveyError, match=r"line 2, 'Age', men: '12 \(10-14\)' may be a median"):
        judge("answer;men;women\nAge;12 (10-14);13 (9-15)\n")


def test_row_of_people_without_an_answer_is_no_row_of_bases(judge):
    # 46, 371 and 523 of 940 answered; 37 of 977 did not.
    text = "age;N (%)\n18–20;46 (4.89)\n21–29;371 (39.47)\n30+;523 (55.64)\nNot known to us;37\n"
    judgement = judge(text)
    assert judgement.verdict == "fits"
    assert "note_base_row" not in notes(judgement)


@pytest.mark.parametrize("label", ["Missing", "No answer", "Нет ответа"])
def test_whole_number_of_those_without_an_answer_is_no_base(label, judge):
    judgement = judge(f"age;share\n18–20;4.9\n21–29;39.5\n30+;55.6\n{label};37\n")
    assert "note_base_row" not in notes(judgement)


def test_shares_of_all_answers_may_stand_beside_a_total_that_is_found_by_its_sums(judge):
    # Of 100 and 100 people, who gave 350 answers: 100, 120, 80 and 50 of each.
    text = (
        "answer;men;women;Zusammen;of answers\nA;60.0;40.0;50.0;28.6\nB;70.0;50.0;60.0;34.3\n"
        "C;30.0;50.0;40.0;22.9\nD;20.0;30.0;25.0;14.3\nbase;100;100;200;350\n"
    )
    judgement = judge(text)
    assert judgement.verdict == "fits"
    assert {"note_total_column", "note_answer_shares"} <= set(notes(judgement))
    judgement = judge(text.replace("22.9", "29.2"))
    assert judgement.verdict == "misprints"
    assert misprints(judgement)[0] == ("C", "of answers", "22.9")
