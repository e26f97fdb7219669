"""Damaged and hostile files end in one sentence that names the file, never in anything else."""

import contextlib
import random

import pytest

import tool_exports as tools
from resurvey.core.errors import SurveyError
from resurvey.reading import read_survey

ROUNDS = 40


EXPORTS = {
    "limesurvey.dat": lambda at: (tools.limesurvey_spss(at), at.glob("*.sps")),
    "limesurvey.csv": lambda at: (tools.limesurvey_csv(at), [tools.limesurvey_lss(at)]),
    "kobo.csv": lambda at: (tools.kobo_csv(at), [tools.kobo_form(at)]),
    "kobo.xlsx": lambda at: (tools.kobo_xlsx(at, answers="labels"), [tools.kobo_form(at)]),
    "kobo.zip": lambda at: (tools.kobo_csv(at), [tools.kobo_syntax(at)]),
    "qualtrics.csv": lambda at: (tools.qualtrics_csv(at), []),
    "surveymonkey.xlsx": lambda at: (tools.surveymonkey_xlsx(at), []),
    "forms.csv": lambda at: (tools.forms_csv(at), []),
}


def damages(content, seed):
    """Cut a file, change bytes of it, double a piece of it."""
    dice = random.Random(seed)
    for _ in range(ROUNDS):
        damaged = bytearray(content)
        kind = dice.randrange(4)
        place = dice.randrange(len(damaged))
        if kind == 0:
            del damaged[place:]
        elif kind == 1:
            for _ in range(dice.randrange(1, 5)):
                damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        elif kind == 2:
            piece = damaged[place : place + dice.randrange(1, 60)]
            damaged[place:place] = piece * dice.randrange(1, 4)
        else:
            damaged[place:place] = dice.choice(
                [b"\0", b'"', b"'", b";", b"\xff", b"\r", b"<", b"&"]
            )
        yield bytes(damaged)


@pytest.mark.slow
@pytest.mark.parametrize("name", EXPORTS)
def test_damaged_file_ends_in_a_sentence_or_is_read(tmp_path, name):
    data, found = EXPORTS[name](tmp_path)
    structures = list(found)
    for victim in [data, *structures]:
        content = victim.read_bytes()
        for damaged in damages(content, seed=len(name)):
            victim.write_bytes(damaged)
            # Nothing but a SurveyError may come out.
            with contextlib.suppress(SurveyError):
                read_survey(data, structure=structures)
        victim.write_bytes(content)


@pytest.mark.parametrize("name", EXPORTS)
def test_message_is_one_sentence_with_the_name_of_the_file(tmp_path, name):
    data, found = EXPORTS[name](tmp_path)
    structures = list(found)
    content = data.read_bytes()
    data.write_bytes(content[: len(content) // 3] + b"\xff\xfe\0" + content[len(content) // 2 :])
    with pytest.raises(SurveyError) as problem:
        read_survey(data, structure=structures)
    assert data.name in str(problem.value)
    assert "\n" not in str(problem.value)


def test_hundred_thousand_columns_are_refused_before_anything_is_built(tmp_path):
    file = tmp_path / "wide.csv"
    names = ",".join(f"q{at}" for at in range(100_000))
    file.write_text(f"{names}\n{',' * 99_999}\n")
    with pytest.raises(SurveyError, match="100000 variables, more than the limit of 20000"):
        read_survey(file)


def test_labels_of_the_structure_are_data_and_nothing_else(tmp_path):
    structure = tools.limesurvey_lss(tmp_path)
    text = structure.read_text(encoding="utf-8")
    hostile = "<script>alert(1)</script>{{ 7*7 }} =1+1 $x$ \\input{x} ]]&gt;"
    text = text.replace("CDATA[Мужской]", f"CDATA[{hostile}]")
    structure.write_text(text, encoding="utf-8")
    label = read_survey(tools.limesurvey_csv(tmp_path)).codebook["sex"].answer(1, "ru")
    assert label == "{{ 7*7 }} =1+1 $x$ \\input{x} ]]>"


@pytest.mark.parametrize("ending", [".txt", ".tsv", ".tab", ".dat"])
def test_text_under_any_of_its_endings_is_read(tmp_path, ending):
    file = tmp_path / f"w{ending}"
    file.write_text("id\tq\n1\tyes\n")
    assert read_survey(file).data["q"].tolist() == ["yes"]


def test_tool_that_the_file_is_not_of_is_refused(tmp_path):
    file = tmp_path / "w.csv"
    file.write_text("id,q\n1,2\n3,4\n5,6\n")
    with pytest.raises(SurveyError, match="the third row holds no import identifiers of Qualtrics"):
        read_survey(file, tool="qualtrics")
    with pytest.raises(SurveyError, match="there is no tool 'typeform'; it is plain, qualtrics"):
        read_survey(file, tool="typeform")


def test_qualtrics_read_as_plain_keeps_all_its_rows(tmp_path):
    file = tools.qualtrics_csv(tmp_path)
    assert len(read_survey(file, tool="plain").data) == len(tools.PEOPLE) + 2
