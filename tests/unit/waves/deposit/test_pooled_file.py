"""The pooled file holds every wave's records under one codebook, or says why it cannot."""

from dataclasses import replace

import pandas as pd
import pytest

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.waves.deposit.pooled_file import Handling, merge_variable, pool_waves
from unit.waves.deposit.two_waves import JOB, first_wave, pooled, second_wave


def steps(one):
    return {step.what: step.variables for step in one.steps}


def test_records_stand_under_each_other_with_the_wave_in_front():
    data = pooled().survey.data
    assert data.columns.tolist() == ["wave", "person", "job", "trust", "w"]
    assert data["wave"].tolist() == ["2022"] * 3 + ["2026"] * 2
    assert data["job"].tolist()[:4] == [1, 2, 98, 1]
    assert data["job"].isna().tolist() == [False] * 4 + [True]


def test_a_question_that_a_wave_did_not_ask_is_empty_there_and_known_to_be():
    one = pooled()
    assert one.survey.data["trust"].isna().tolist() == [True] * 3 + [False] * 2
    assert one.asked["trust"] == ("2026",)
    assert one.asked["job"] == ("2022", "2026")
    assert one.of_wave("2026").data["trust"].tolist() == [2, 1]


def test_ids_become_numbers_and_a_panel_member_keeps_its_own():
    one = pooled()
    assert one.survey.data["person"].tolist() == [1, 2, 3, 2, 4]
    assert steps(one)["ids_numbered"] == ("person",)
    apart = pooled(handling=Handling(panel=False))
    assert apart.survey.data["person"].tolist() == [1, 2, 3, 4, 5]
    assert "ids_renumbered" in steps(apart)


def test_ids_are_kept_or_dropped_where_the_study_says_so():
    assert pooled(handling=Handling(ids="keep")).survey.data["person"].tolist()[0] == 70
    dropped = pooled(handling=Handling(ids="drop"))
    assert "person" not in dropped.survey.data
    assert steps(dropped)["ids_dropped"] == ("person",)
    assert dropped.roles == {"w": "weight"}


def test_free_text_stays_out_unless_it_is_asked_for():
    assert steps(pooled())["text_dropped"] == ("why",)
    kept = pooled(handling=Handling(free_text="keep")).survey.data["why"]
    assert kept.tolist()[0] == "because of Ann"
    assert kept.isna().tolist() == [False, True, False, True, True]


def test_what_is_to_be_left_out_must_be_there():
    assert "trust" not in pooled(handling=Handling(leave_out=("trust",))).survey.data
    with pytest.raises(SurveyError, match="`leave_out` names 'trost', .* did you mean 'trust'"):
        pooled(handling=Handling(leave_out=("trost",)))


def test_a_variable_called_wave_is_refused():
    data = pd.DataFrame({"Wave": [1]})
    survey = Survey(data, Codebook({"Wave": Variable("Wave")}))
    with pytest.raises(SurveyError, match="'Wave': the pooled file has a variable of this name"):
        pool_waves({"1": survey}, {}, {})


def test_text_here_and_numbers_there_are_refused():
    one = Survey(pd.DataFrame({"q": pd.array(["a"], "str")}), Codebook({"q": Variable("q")}))
    two = Survey(pd.DataFrame({"q": pd.array([1], "Int64")}), Codebook({"q": Variable("q")}))
    with pytest.raises(SurveyError, match="'q' holds text in one wave and numbers in another"):
        pool_waves({"1": one, "2": two}, {}, {})


def test_dates_are_written_as_the_standard_writes_them():
    days = pd.to_datetime(["2022-10-01", None])
    survey = Survey(
        pd.DataFrame({"day": days}), Codebook({"day": Variable("day", measure="scale")})
    )
    data = pool_waves({"1": survey}, {}, {}).survey.data
    assert data["day"].tolist()[0] == "2022-10-01"
    assert data["day"].isna().tolist() == [False, True]


def test_one_wave_is_reconstructed_and_so_is_the_file():
    wave = first_wave()
    dealt = Survey(wave.data, replace(wave.codebook, reconstructed=True))
    assert pool_waves({"1": dealt, "2": second_wave()}, {}, {}).codebook.reconstructed
    assert not pooled().codebook.reconstructed


def test_answers_of_later_waves_are_added_and_labels_of_all_languages_kept():
    later = replace(JOB, codes={1: {"en": " Yes "}, 3: {"en": "Sometimes"}}, missing=(), reasons={})
    merged = merge_variable({"2022": JOB, "2026": later}).variable
    assert list(merged.codes) == [1, 2, 97, 98, 3]
    assert merged.codes[1] == {"en": "Yes", "ru": "Да"}
    assert merged.missing == (97, 98)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"codes": {1: {"en": "No"}}, "missing": ()},
            "code 1 is 'Yes' in wave '2022' and 'No' in wave '2026'; map it in waves.yaml",
        ),
        (
            {"codes": {98: {"en": "Refused"}}, "missing": ()},
            "code 98 is missing in wave '2022' and an answer in wave '2026'",
        ),
        ({"measure": "text"}, "is nominal in wave '2022' and text in wave '2026'"),
    ],
)
def test_what_was_not_harmonised_is_refused(change, message):
    with pytest.raises(SurveyError, match=message):
        merge_variable({"2022": JOB, "2026": replace(JOB, **change)})


def test_another_wording_is_kept_beside_the_first():
    later = replace(JOB, label={"en": "Have you a job?", "ru": "Вы работаете?"})
    assert merge_variable({"1": JOB, "2": later}).rewordings == {"2": {"en": "Have you a job?"}}


def test_new_questions_stand_where_the_later_questionnaire_has_them():
    assert list(pooled().codebook)[1:] == ["person", "job", "trust", "w"]
