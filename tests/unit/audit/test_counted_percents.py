"""Counts are held against the per cents beside them, and against each other."""

import pytest


def assumed(judgement):
    return [note.key for note in judgement.assumptions]


def noted(judgement):
    return [note.key for note in judgement.notes]


# 60/150, 90/150; 45/150, 105/150; 6/30, 24/30: the first two rows have the same base.
ROWS = (
    "sex,agree,disagree\nmen,60 (40.0%),90 (60.0%)\nwomen,45 (30.0%),105 (70.0%)\n"
    "other,6 (20.0%),24 (80.0%)\n"
)


def test_per_cents_of_rows_are_known_though_two_rows_have_the_same_base(judge):
    judged = judge(ROWS)
    assert (judged.verdict, assumed(judged)) == ("fits", ["assume_counts_rows"])


def test_slip_in_per_cents_of_rows_is_found_though_two_rows_have_the_same_base(judge):
    judged = judge(ROWS.replace("20.0%", "22.0%"))
    (slip,) = judged.misprints
    assert (slip.row, slip.column, slip.nearest) == ("other", "agree", "20.0")


def test_two_bases_that_explain_as_many_cells_are_both_told(judge):
    # 80/201 and 80/200 are both 40 %, 120/201 = 59.7 % and 120/200 = 60 % both 60 %.
    judged = judge("answer,all (n = 201)\nyes,80 (40)\nno,120 (60)\n")
    assert (judged.verdict, assumed(judged)) == ("fits", ["assume_counts_given"])
    assert "note_counts_also_columns" in noted(judged)


# Pearson's p in R: 0.333, 0.948 and 0.0203, each of 2 x 2 people.
HEALTH = (
    "characteristic,cases (n=60),controls (n=55),p\nFemale,23 (38.3),26 (47.3),0.33\n"
    "Smoker,28 (46.7),26 (47.3),0.95\nUrban,31 (51.7),40 (72.7),0.020\n"
)


def found(judgement):
    return [(one.row, one.verdict, one.instead) for one in judgement.statistics]


def test_each_of_several_p_is_of_its_own_row(judge):
    judged = judge(HEALTH)
    assert found(judged) == [(row, "consistent", "") for row in ("Female", "Smoker", "Urban")]
    assert [round(one.minimum, 3) for one in judged.statistics] == [0.333, 0.948, 0.020]


def test_wrong_p_is_named_with_its_row(judge):
    judged = judge(HEALTH.replace("0.95", "0.59"))
    assert [row for row, verdict, _ in found(judged) if verdict == "not_consistent"] == ["Smoker"]


def test_p_of_a_row_may_be_exact_or_corrected(judge):
    # The lady tasting tea: exact p = 34/70; with the correction chi-squared is 0.5, p = 0.480.
    rows = "item,a (n=4),b (n=4),p\nx,3 (75),1 (25),{}\ny,2 (50),2 (50),1.000\n"
    assert found(judge(rows.format("0.486")))[0] == ("x", "consistent", "fisher")
    assert found(judge(rows.format("0.480")))[0] == ("x", "consistent", "yates")


# 10, 20, 20 against 20, 20, 10: chi-squared = 4 * 25/15 = 20/3 with two degrees of freedom,
# p = exp(-10/3) = 0.0357; the first row alone has 0.0291.
BLOCKS = (
    "item,a (n=50),b (n=50),p\nyoung,10 (20.0),20 (40.0),{}\nadult,20 (40.0),20 (40.0),\n"
    "old,20 (40.0),10 (20.0),\nwomen,25 (50.0),25 (50.0),1.000\nmen,25 (50.0),25 (50.0),\n"
)


@pytest.mark.parametrize(
    ("printed", "verdict"),
    [("0.036", "consistent"), ("0.029", "consistent"), ("0.36", "not_consistent")],
)
def test_p_above_rows_without_one_is_of_the_block_or_of_its_row(printed, verdict, judge):
    judged = judge(BLOCKS.format(printed))
    assert found(judged) == [("young", verdict, ""), ("women", "consistent", "")]


def test_p_of_a_row_whose_base_is_not_known_is_open(judge):
    # 38.5 % of 52 who answered, not of 60.
    judged = judge(HEALTH.replace("23 (38.3),26 (47.3),0.33", "20 (38.5),26 (47.3),0.99"))
    assert found(judged)[0] == ("Female", "undecided", "")


def test_p_that_a_merged_cell_repeats_is_of_the_table(judge):
    # 10, 20, 20 against 20, 20, 10, as above.
    text = BLOCKS.split("women")[0].replace(",\n", ",{}\n").replace("{}", "0.036")
    assert found(judge(text)) == [("", "consistent", "")]


@pytest.mark.parametrize(
    ("printed", "verdict"), [("0.155", "consistent"), ("0.5", "not_consistent")]
)
def test_p_of_each_row_of_per_cents_is_held_against_its_row(printed, verdict, judge):
    # 60 of 100 against 50 of 100: chi-squared = 200 * 1000^2 / (100 * 100 * 110 * 90) = 2.02.
    rows = f"A,10.0,20.0,0.048\nB,30.0,30.0,1.000\nC,60.0,50.0,{printed}\n"
    judged = judge("answer,men (n=100),women (n=100),p\n" + rows)
    assert found(judged)[-1] == ("C", verdict, "")
    assert [row for row, *_ in found(judged)] == ["A", "B", "C"]


def explained(judgement):
    """Sets of cells of each fault, as (row, column, nearest)."""
    return [
        {tuple((cell.row, cell.column, cell.nearest) for cell in several) for several in fault.sets}
        for fault in judgement.alternatives
    ]


# 23/51, 28/51; 26/52, 26/52; 49/103, 54/103.
SUMS = (
    "answer,men,women,total\nYes,23 (45.1%),26 (50.0%),49 (47.6%)\n"
    "No,28 (54.9%),26 (50.0%),54 (52.4%)\n"
)
SIZED = SUMS.replace("men,women,total", "men (n=51),women (n=52),total (n=103)")


@pytest.mark.parametrize("text", [SUMS, SIZED])
def test_counts_that_add_up_fit(text, judge):
    judged = judge(text)
    assert (judged.verdict, judged.alternatives) == ("fits", [])


def test_wrong_count_is_one_slip_though_it_spoils_other_per_cents(judge):
    # 26 + 28 = 54; with 55 of 104 both per cents fail, though only one cell is wrong.
    judged = judge(SUMS.replace("54 (52.4%)", "55 (52.4%)"))
    assert judged.verdict == "misprints"
    assert explained(judged) == [{(("No", "total", "54 (52.4)"),)}]


def test_all_cells_that_could_explain_a_slip_are_named(judge):
    # 1 of 2 or 2 of 4 are half.
    judged = judge("answer,a,b\nx,2 (50%),10 (50%)\ny,1 (50%),10 (50%)\n")
    assert explained(judged) == [{(("x", "a", "1 (50)"),), (("y", "a", "2 (50)"),)}]


def test_total_below_its_groups_is_explained_by_every_column(judge):
    # 48/102 and 54/102 are right, but 23 + 26 = 49: no one cell makes that good.
    judged = judge(SUMS.replace("49 (47.6%)", "48 (47.1%)").replace("52.4%", "52.9%"))
    assert judged.verdict == "misprints"
    assert explained(judged) == [
        {
            (("Yes", "total", "49 (47.6)"), ("No", "total", "52.4")),
            (("Yes", "men", "22 (44.0)"), ("No", "men", "56.0")),
            (("Yes", "women", "25 (49.0)"), ("No", "women", "51.0")),
        }
    ]


def test_totals_that_are_not_the_sum_of_groups_are_named_where_the_bases_add_up(judge):
    # 51 + 52 = 103, but 23 + 26 = 49 and 28 + 26 = 54; 48/103 = 46.6, 55/103 = 53.4.
    judged = judge(SIZED.replace("49 (47.6%)", "48 (46.6%)").replace("54 (52.4%)", "55 (53.4%)"))
    assert judged.verdict == "misprints"
    assert explained(judged)[0] == {
        (("Yes", "total", "49 (47.6)"),),
        (("Yes", "men", "22 (43.1)"),),
        (("Yes", "women", "25 (48.1)"),),
    }
    assert explained(judged)[1] == {
        (("No", "total", "54 (52.4)"),),
        (("No", "men", "29 (56.9)"),),
        (("No", "women", "27 (51.9)"),),
    }


def test_total_above_its_groups_is_told_and_not_accused(judge):
    # 59/113 and 54/113: ten people who said yes may be in no group.
    above = SUMS.replace("49 (47.6%)", "59 (52.2%)").replace("52.4%", "47.8%")
    judged = judge(above)
    assert (judged.verdict, judged.misprints) == ("undecided", [])
    assert [note.values for note in judged.notes if note.key == "note_totals_above"] == [
        {"rows": "Yes 59 (49)"}
    ]
    judged = judge(above.replace("women", "farmers").replace("men", "students"))
    assert (judged.verdict, noted(judged)) == ("fits", ["note_totals_above"])


def test_people_in_no_group_may_be_in_a_total_whose_base_has_them(judge):
    # 51 + 52 of 106: three are in no group. 51/106 = 48.1 and 55/106 = 51.9.
    text = SIZED.replace("n=103", "n=106").replace("49 (47.6%)", "51 (48.1%)")
    judged = judge(text.replace("54 (52.4%)", "55 (51.9%)"))
    assert (judged.verdict, judged.misprints) == ("fits", [])


def test_total_below_one_of_its_groups_is_impossible_whoever_they_are(judge):
    # 20 of 80 are 25 %, but 24 of one group and 21 of another: at least 24 of 80, which are 30 %.
    # The groups may overlap, so that their sum says nothing.
    text = "item,smokers (n=60),drinkers (n=70),total (n=80)\n"
    judged = judge(text + "a,24 (40%),21 (30%),20 (25%)\nb,30 (50%),35 (50%),40 (50%)\n")
    assert explained(judged) == [{(("a", "total", "24 (30)"),)}]
    fair = judge(text + "a,24 (40%),21 (30%),32 (40%)\nb,30 (50%),35 (50%),40 (50%)\n")
    assert (fair.verdict, fair.notes) == ("fits", [])


def test_subtotal_above_the_sum_of_its_parts_is_impossible(judge):
    # 20 + 30 = 50, printed 60 = 60 % of 100.
    rows = "answer,all (n=100)\nyes,20 (20%)\nrather,30 (30%)\nyes + rather,{}\nno,50 (50%)\n"
    assert judge(rows.format("50 (50%)")).verdict == "fits"
    judged = judge(rows.format("60 (60%)"))
    assert judged.verdict == "misprints"
    assert (("yes + rather", "all", "50 (50)"),) in explained(judged)[0]


def test_counts_above_their_base_are_told(judge):
    # 23 + 28 = 51 people of 50; the per cents are of 51.
    judged = judge("answer,all (n=50)\nYes,23 (45.1%)\nNo,28 (54.9%)\n")
    assert (judged.verdict, noted(judged)) == ("undecided", ["note_more_than_base"])


def test_groups_of_two_questions_each_make_the_total(judge):
    # 40 + 60 = 100 by sex, 30 + 70 by age: 10 + 30 = 40, 15 + 25 = 40.
    text = "answer,men (n=40),women (n=60),young (n=30),old (n=70),total (n=100)\n"
    rows = "a,10 (25%),30 (50%),15 (50%),{},40 (40%)\n"
    assert judge(text + rows.format("25 (36%)")).verdict == "fits"
    # 24/70 = 34 %.
    judged = judge(text + rows.format("24 (34%)"))
    assert explained(judged) == [{(("a", "young", "16 (53)"),), (("a", "old", "25 (36)"),)}]


def test_weighted_counts_that_miss_their_totals_accuse_nobody(judge):
    # Four of five rows miss the total by one, as rounded weighted counts do.
    text = "answer,men (n=50),women (n=50),total (n=100)\n"
    rows = ["5,5,11", "10,10,19", "15,15,31", "10,10,19", "10,10,20"]
    for label, row in zip("abcde", rows, strict=True):
        men, women, both = map(int, row.split(","))
        text += f"{label},{men} ({2 * men}%),{women} ({2 * women}%),{both} ({both}%)\n"
    judged = judge(text)
    assert (judged.verdict, judged.misprints) == ("undecided", [])
    assert "note_totals_disagree" in noted(judged)
