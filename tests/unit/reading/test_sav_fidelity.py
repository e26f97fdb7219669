"""Nothing that a .sav says is lost: by reading, by writing, and by other programs' eyes."""

import re
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from programs import need
from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.prepare.import_gate import import_survey
from resurvey.reading import document_codebook, read_survey
from resurvey.reading.writing import write_sav

pytestmark = pytest.mark.slow

KEPT = Path(__file__).parents[2] / "reference/sav"
PSPP = shutil.which("pspp")


def run_pspp(folder, syntax, encoding="UTF-8"):
    """Run PSPP in a folder and return what it prints."""
    (folder / "run.sps").write_bytes(syntax.encode(encoding))
    command = [need("pspp"), "-b", f"--syntax-encoding={encoding}", "run.sps"]
    environment = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "HOME": str(folder)}
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False, env=environment)
    return done.stdout.decode("utf-8", "replace") + done.stderr.decode("utf-8", "replace")


@pytest.fixture(scope="module")
def written_by_pspp(tmp_path_factory):
    """The file with every feature: written now by PSPP, else the one that it wrote once."""
    folder = tmp_path_factory.mktemp("pspp")
    if not PSPP:
        return shutil.copy(KEPT / "features.sav", folder)
    syntax = (KEPT / "features.sps").read_text(encoding="utf-8")
    said = run_pspp(folder, syntax, "CP1251")
    assert (folder / "features.sav").is_file(), said
    return folder / "features.sav"


@pytest.fixture(params=["fresh", "kept"])
def features(request, written_by_pspp):
    return written_by_pspp if request.param == "fresh" else KEPT / "features.sav"


def test_user_missing_codes_are_kept_with_their_reasons(features):
    survey = read_survey(features)
    q1 = survey.codebook["q1"]
    assert survey.data["q1"].tolist() == [1, 98, -9, 97, pd.NA]
    assert q1.missing == (-9,)
    assert q1.missing_ranges == ((97, 99),)
    assert q1.reasons == {-9: "refused", 97: "not_asked", 98: "dont_know"}
    assert q1.answers == [1, 2]
    assert survey.codebook["word"].reasons == {"na": "other"}
    assert survey.codebook["word"].answer("na") == "Нет ответа"


def test_reasons_stand_in_the_codebook_document(features):
    lines = document_codebook(read_survey(features).codebook)
    told = {
        one["code"]: one.get("reason") for one in lines if one["variable"] == "q1" if "code" in one
    }
    assert told[98] == "dont_know"
    assert told[1] == ""


def test_study_declares_a_reason_that_no_label_tells(features):
    declared = {"missing": [{"code": -9, "reason": "not_asked"}, {"low": 97, "high": 99}]}
    q1 = read_survey(features, {"variables": {"q1": declared}}).codebook["q1"]
    assert q1.reasons == {-9: "not_asked", 97: "not_asked", 98: "dont_know"}
    declared = {"missing": [-9, {"low": 97, "high": 99, "reason": "refused"}]}
    q1 = read_survey(features, {"variables": {"q1": declared}}).codebook["q1"]
    assert q1.reasons == {-9: "refused", 97: "refused", 98: "refused"}


def test_sets_labels_levels_and_texts_are_read_in_windows_1251(features):
    book = read_survey(features).codebook
    assert book.multiple_response["media"]["variable_list"] == ["tv", "radio", "press"]
    assert book.multiple_response["media"]["label"] == "Откуда узнают новости"
    assert book.multiple_response["reasons"]["type"] == "C"
    assert book.file_label == "Волна 2022"
    assert (book["q1"].measure, book["tv"].measure) == ("ordinal", "nominal")
    assert book["reason1"].answer(3) == "Другое"


def test_identifiers_dates_and_long_texts_are_exact(features):
    data = read_survey(features).data
    assert data["id"].tolist()[:2] == ["00012", "00013"]
    assert data["met"].tolist()[0] == "2022-10-03"
    assert data["met"].isna().tolist() == [False, False, False, True, False]
    assert data["city"].tolist()[3] == "Джалал-Абад"


def test_weight_of_the_file_is_known_and_told_where_it_is_not_used(features, caplog):
    assert read_survey(features).codebook.weight == "weight_of_person"
    import_survey(str(features), {}, {})
    assert "cases are weighted by 'weight_of_person', but the tables are unweighted" in caplog.text
    caplog.clear()
    import_survey(str(features), {}, {"weight": "weight_of_person"})
    assert caplog.text == ""


def test_weight_keeps_up_with_a_declared_name(features):
    declared = {"variables": {"w": {"source": "weight_of_person"}}}
    assert read_survey(features, declared).codebook.weight == "w"


def test_round_trip_through_our_file_keeps_data_and_codebook(features, tmp_path):
    first = read_survey(features)
    write_sav(tmp_path / "ours.sav", first)
    again = read_survey(tmp_path / "ours.sav")
    pd.testing.assert_frame_equal(again.data, first.data)
    for name in first.codebook:
        assert again.codebook[name] == first.codebook[name], name
    assert again.codebook.weight == first.codebook.weight
    assert again.codebook.file_label == first.codebook.file_label
    sets = first.codebook.multiple_response
    assert set(again.codebook.multiple_response) == set(sets)
    for name, one in again.codebook.multiple_response.items():
        kept = ("type", "counted_value", "label", "variable_list")
        assert {key: one[key] for key in kept} == {key: sets[name][key] for key in kept}


def test_pspp_reads_our_file_as_its_own(features, tmp_path):
    shutil.copy(features, tmp_path / "theirs.sav")
    write_sav(tmp_path / "ours.sav", read_survey(features))
    ask = (
        "GET FILE='{}.sav'.\nDISPLAY DICTIONARY /VARIABLES=q1 tv reason1 word.\n"
        "FREQUENCIES q1 word reason1.\nLIST id q1 tv radio press weight_of_person word.\n"
    )
    theirs, ours = (run_pspp(tmp_path, ask.format(name)) for name in ("theirs", "ours"))
    assert "Затрудняюсь ответить" in ours
    assert re.search(r"Total\W+6\.00", ours)  # the sum of the weights: the file is weighted
    # From the value labels on: what comes before has widths of printing, which differ.
    tables = [one[one.index("Value Labels") :].split() for one in (theirs, ours)]
    assert len(tables[1]) > 200
    assert tables[1] == tables[0]


def test_haven_reads_our_file_with_its_labels_and_missing_ranges(features, tmp_path):
    write_sav(tmp_path / "ours.sav", read_survey(features))
    ask = (
        "x <- haven::read_sav('ours.sav', user_na = TRUE)\n"
        "cat(attr(x$q1, 'na_range'), attr(x$q1, 'na_values'), names(attr(x$q1, 'labels')), "
        "attr(x$q1, 'label'), x$q1, x$city[4], sep = '|')\n"
    )
    done = subprocess.run(
        [need("Rscript"), "-e", ask], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    said = done.stdout.split("|")
    assert said[:3] == ["97", "99", "-9"]
    assert "Затрудняюсь ответить" in said
    assert "Довольны ли Вы работой?" in said
    assert said[-6:] == ["1", "98", "-9", "97", "NA", "Джалал-Абад"]


def small(**more):
    book = Codebook({name: Variable(name, measure="nominal") for name in ("tv", "radio")}, **more)
    return Survey(pd.DataFrame({"tv": [1, 0], "radio": [0, 1]}, dtype="Int64"), book)


MEDIA = {"type": "D", "counted_value": 1, "label": {"en": "M"}, "variable_list": ["tv", "radio"]}


def test_sets_stand_in_a_sidecar_that_disappears_with_them(tmp_path):
    file, sidecar = tmp_path / "w.sav", tmp_path / "w.mrsets.json"
    write_sav(file, small(multiple_response={"media": MEDIA}))
    first = sidecar.read_bytes()
    assert read_survey(file).codebook.multiple_response == {"media": MEDIA}
    write_sav(file, small(multiple_response={"media": MEDIA}))
    assert sidecar.read_bytes() == first
    write_sav(file, small())
    assert not sidecar.exists()
    assert read_survey(file).codebook.multiple_response == {}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "this is no list of multiple-response sets"),
        ("[" * 100_000, "this is no list of multiple-response sets"),
        ('{"format": "x", "multiple_response": {}}', "this is no list"),
        (
            '{"format": "multiple-response sets 1", "multiple_response": {"m": {"type": "D", '
            '"variable_list": ["tvv"], "counted_value": 1, "label": ""}}}',
            "names the variable 'tvv', which w.sav does not have; did you mean 'tv'",
        ),
    ],
)
def test_sidecar_that_is_none_is_refused(tmp_path, content, sentence):
    write_sav(tmp_path / "w.sav", small())
    (tmp_path / "w.mrsets.json").write_text(content)
    with pytest.raises(SurveyError, match=sentence) as problem:
        read_survey(tmp_path / "w.sav")
    assert "w.mrsets.json" in str(problem.value)


def test_sidecar_against_the_record_of_the_file_is_refused(features, tmp_path):
    shutil.copy(features, tmp_path / "w.sav")
    write_sav(tmp_path / "x.sav", small(multiple_response={"media": MEDIA}))
    shutil.copy(tmp_path / "x.mrsets.json", tmp_path / "w.mrsets.json")
    with pytest.raises(SurveyError, match="the set 'media' has other variables than the set"):
        read_survey(tmp_path / "w.sav")


def test_weight_is_written_into_the_header(tmp_path):
    write_sav(tmp_path / "w.sav", small(weight="radio"))
    assert read_survey(tmp_path / "w.sav").codebook.weight == "radio"
    with pytest.raises(SurveyError, match="the weight 'absent' is no variable of numbers"):
        write_sav(tmp_path / "w.sav", small(weight="absent"))
