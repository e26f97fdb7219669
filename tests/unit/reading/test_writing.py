"""What is written as .sav is read again, and two writings are the same bytes."""

import time

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.reading import read_survey
from resurvey.reading.writing import write_sav


def _survey(*variables, **columns):
    frame = pd.DataFrame(
        {
            name: pd.Series(values, dtype="str" if isinstance(values[0], str) else "Int64")
            for name, values in columns.items()
        }
    )
    return Survey(frame, Codebook({variable.name: variable for variable in variables}))


def _question(name="q", **changes):
    codes = {1: {"ru": "Да", "en": "Yes"}, 2: {"ru": "Нет", "en": "No"}, 99: {"ru": "отказ"}}
    plain = {"label": {"ru": "Вопрос"}, "measure": "ordinal", "codes": codes, "missing": (99,)}
    return Variable(name, **(plain | changes))


def test_labels_missing_codes_measure_and_notes_survive(tmp_path):
    survey = _survey(_question(), q=[1, 2, 99, None])
    label = "reconstructed from published tables, not microdata"
    write_sav(tmp_path / "w.sav", survey, "ru", file_label=label, notes=["первая", "вторая"])
    again = read_survey(tmp_path / "w.sav")
    assert again.data["q"].tolist() == [1, 2, 99, pd.NA]
    assert again.codebook["q"] == _question(
        label={"": "Вопрос"},
        codes={1: {"": "Да"}, 2: {"": "Нет"}, 99: {"": "отказ"}},
        reasons={99: "refused"},
    )
    assert again.codebook.file_label == label
    assert again.codebook.notes == ("первая", "вторая")
    assert again.codebook.reconstructed


def test_labels_are_written_in_the_language_that_is_asked_for(tmp_path):
    write_sav(tmp_path / "w.sav", _survey(_question(), q=[1]), "en")
    assert read_survey(tmp_path / "w.sav").codebook["q"].answer(2) == "No"


def test_two_writings_are_the_same_bytes(tmp_path):
    survey = _survey(_question(), q=[1, 2])
    write_sav(tmp_path / "a.sav", survey)
    time.sleep(1.1)
    write_sav(tmp_path / "b.sav", survey)
    assert (tmp_path / "a.sav").read_bytes() == (tmp_path / "b.sav").read_bytes()


def test_nothing_is_left_beside_a_file_that_could_not_be_written(tmp_path):
    (tmp_path / "w.sav").write_bytes(b"old")
    with pytest.raises(SurveyError):
        write_sav(tmp_path / "w.sav", _survey(_question(missing=(96, 97, 98, 99)), q=[1]))
    assert [path.name for path in tmp_path.iterdir()] == ["w.sav"]
    assert (tmp_path / "w.sav").read_bytes() == b"old"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"label": {"": "ж" * 129}}, "the label of 'q' has 258 bytes in UTF-8, but SPSS holds 256"),
        ({"codes": {1: {"": "ж" * 61}}}, "label of code 1 of 'q' has 122 bytes"),
        ({"missing": (96, 97, 98, 99)}, "4 user-missing codes"),
        ({"missing": (1, 2), "missing_ranges": ((97, 99),)}, "2 user-missing codes and 1 ranges"),
    ],
)
def test_what_the_format_would_cut_is_refused(tmp_path, changes, sentence):
    with pytest.raises(SurveyError, match=sentence):
        write_sav(tmp_path / "w.sav", _survey(_question(**changes), q=[1]))


@pytest.mark.parametrize("name", ["1q", "a b", "a/b", "$q", "q.", "я" * 33, "_q", ""])
def test_names_that_spss_refuses_are_refused(tmp_path, name):
    survey = _survey(_question(name), **{name: [1]})
    with pytest.raises(SurveyError, match="is no name for an SPSS variable"):
        write_sav(tmp_path / "w.sav", survey)


def test_long_file_label_and_note_are_refused(tmp_path):
    survey = _survey(_question(), q=[1])
    with pytest.raises(SurveyError, match="file label has 66 bytes"):
        write_sav(tmp_path / "w.sav", survey, file_label="ж" * 33)
    with pytest.raises(SurveyError, match="note has 82 bytes"):
        write_sav(tmp_path / "w.sav", survey, notes=["ж" * 41])


labels = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=25
)
names = st.from_regex(r"[A-Za-zа-я][A-Za-zа-я0-9_.@]{0,6}[a-zа-я0-9]", fullmatch=True)
words = st.text("абвABC ,;'\"<>&{}$", max_size=30).map(lambda text: text.rstrip(" "))


@st.composite
def surveys(draw):
    """Draw a survey of up to three questions, one of numbers and one of words among them."""
    rows = draw(st.integers(1, 12))
    variables, columns = {}, {}
    for name in draw(st.lists(names, min_size=1, max_size=3, unique_by=str.casefold)):
        label = {"": draw(labels)}
        if draw(st.booleans()):
            values = draw(st.lists(words, min_size=rows, max_size=rows))
            column = pd.Series(values, dtype="str")
            columns[name] = column.where(column != "", None).astype("str")
            variables[name] = Variable(name, label, "text")
            continue
        codes = draw(st.lists(st.integers(-99, 999), min_size=1, max_size=6, unique=True))
        wordings = draw(
            st.lists(labels, min_size=len(codes), max_size=len(codes), unique_by=str.casefold)
        )
        values = draw(st.lists(st.sampled_from([*codes, None]), min_size=rows, max_size=rows))
        columns[name] = pd.Series(pd.array(values, dtype="Int64"))
        measure = draw(st.sampled_from(["nominal", "ordinal", "scale"]))
        missing = tuple(draw(st.lists(st.sampled_from(codes), max_size=3, unique=True)))
        labelled = {code: {"": word} for code, word in zip(codes, wordings, strict=True)}
        variables[name] = Variable(
            name, label, measure, dict(sorted(labelled.items())), tuple(sorted(missing))
        )
    return Survey(pd.DataFrame(columns), Codebook(variables))


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(surveys())
def test_written_surveys_are_read_again(tmp_path_factory, survey):
    from resurvey.reading import read_undeclared

    file = tmp_path_factory.mktemp("sav") / "w.sav"
    write_sav(file, survey)
    again = read_undeclared(file)
    pd.testing.assert_frame_equal(again.data, survey.data)
    for name, variable in survey.codebook.variables.items():
        found = again.codebook[name]
        assert found.label == variable.label
        assert sorted(found.missing) == list(variable.missing)
        if variable.measure != "text":
            assert (found.codes, found.measure) == (variable.codes, variable.measure)
