"""A mapping that cannot be meant is refused before any file is read."""

import pytest
import yaml

from resurvey.core.design_names import DESIGN_KEYS
from resurvey.core.errors import SurveyError
from resurvey.study.folder import read_study
from resurvey.study.mapping import VARIABLE_KEYS, used_names
from unit.waves.contract.study_folder import SCHEMAS, write_config

CODEBOOK = """\
variables:
  sex: {codes: {1: Men, 2: Women}}
  plans: {codes: {1: Stay, 2: Leave, 9: Refused}, missing: [9, {low: 97, high: 99}]}
  age: {measure: scale}
"""


@pytest.fixture
def refusal(tmp_path):
    """Read a study with the given waves.yaml; give back what is said against it."""

    def read(waves):
        write_config(tmp_path, codebook=CODEBOOK, waves=waves)
        with pytest.raises(SurveyError) as problem:
            read_study(tmp_path / "config", SCHEMAS)
        return str(problem.value).removeprefix(str(tmp_path / "config") + "/")

    return read


def test_study_without_mappings_has_an_empty_part(tmp_path):
    assert read_study(write_config(tmp_path, codebook=CODEBOOK) / "config", SCHEMAS)["waves"] == {}


def test_valid_mapping_is_read_with_codes_as_numbers(tmp_path):
    waves = '"2026": {variables: {sex: {from: Q1, codes: {1: 2, 2: 1, "x": null}}}}\n'
    write_config(tmp_path, codebook=CODEBOOK, waves=waves)
    study = read_study(tmp_path / "config", SCHEMAS)
    codes = study["waves"]["2026"]["variables"]["sex"]["codes"]
    assert codes == {1: 2, 2: 1, "x": None}


def test_section_that_is_still_empty_is_valid(tmp_path):
    write_config(tmp_path, codebook=CODEBOOK, waves='"2026":\n  variables:\n  accept:\n')
    assert read_study(tmp_path / "config", SCHEMAS)["waves"]["2026"]["accept"] is None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("waves", "said"),
    [
        ('"2027": {}', "config.yaml has no wave '2027'; did you mean '2026'?"),
        (
            '"2026": {}\n"2026": {}',
            "key '2026' stands twice",
        ),
        (
            '"2026": {variables: {sex: {from: Q1}, sex: {from: Q2}}}',
            "key 'sex' stands twice",
        ),
        (
            '"2026": {variables: {sexx: {from: Q1}}}',
            "waves.yaml, wave '2026': the study has no variable 'sexx'; did you mean 'sex'?",
        ),
        (
            '"2026": {accept: [{variable: sexx, difference: wording, why: read}]}',
            "the study has no variable 'sexx'",
        ),
        (
            '"2026": {variables: {sex: {codes: {1: 3}}}}',
            "'sex' has no code 3; codebook.yaml declares 1, 2; a new answer needs its `new_answer`",
        ),
        (
            '"2026": {variables: {sex: {codes: {1: 1, 3: 1}}}}',
            "the codes 1 and 3 of 'sex' would both become 1; if that is meant, add `merge: true`",
        ),
        (
            '"2026": {variables: {sex: {from: Q1}, plans: {from: Q1}}}',
            "'sex' and 'plans' would both come from 'Q1'",
        ),
        (
            '"2026": {variables: {sex: {from: plans}}}',
            "'sex' and 'plans' would both come from 'plans'",
        ),
        (
            '"2026": {variables: {sex: {from: Q1, option: a}, plans: {from: Q1, option: a}}}',
            "two variables have the same `option` of 'Q1'",
        ),
        (
            '"2026": {variables: {sex: {from: Q1, option: a}, plans: {from: Q1}}}',
            "'sex' is an option of 'Q1', and 'plans' would be all of it",
        ),
        (
            '"2026": {variables: {sex: {from: Q1, option: a}, '
            "plans: {from: Q1, place: 1, codes: {a: 1}}}}",
            "the variables from 'Q1' have `option` and `place`; choose one",
        ),
        ('"2026": {variables: {sex: {from: Q1, place: 1}}}', "does not fit"),
        ('"2026": {variables: {sex: {option: a}}}', "does not fit"),
        ('"2026": {variables: {sex: {form: Q1}}}', "unknown key 'form'"),
        ('"2026": {varables: {}}', "unknown key 'varables'"),
        (
            '"2026": {accept: [{variable: sex, difference: wording, why: "…"}]}',
            "the accepted wording of 'sex' has no reason; write in `why:` what was found",
        ),
        (
            '"2026": {accept: [{variable: sex, difference: wording}]}',
            "key 'why' is missing",
        ),
        (
            '"2026": {accept: [{variable: sex, difference: words, why: read}]}',
            "'words' is not one of missing_variable",
        ),
        (
            '"2026": {accept: [{variable: sex, difference: new_answer, why: read}]}',
            "needs `code:`",
        ),
        (
            '"2026": {accept: [{variable: sex, difference: base, label: x, why: read}]}',
            "has a `label:`, which only a new_answer can have",
        ),
        (
            '"2026": {variables: {sex: {from: Q1}}, '
            "accept: [{variable: sex, difference: missing_variable, why: read}]}",
            "'sex' has `from:` and is accepted as missing; take one away",
        ),
        ('"2026": {after: "2023"}', "`after` names '2023', which is no other wave"),
        ('"2026": {after: "2026"}', "`after` names '2026', which is no other wave"),
        (
            '"2026": {after: "2022"}\n"2022": {after: "2026"}',
            "come after each other in a circle",
        ),
    ],
)
def test_mapping_that_cannot_be_meant_is_one_sentence(refusal, waves, said):
    text = refusal(waves + "\n")
    assert said in text
    assert text.startswith("waves.yaml")
    assert "\n" not in text


def test_several_variables_may_be_options_of_one_column(tmp_path):
    waves = '"2026": {variables: {sex: {from: Q1, option: a}, plans: {from: Q1, option: b}}}\n'
    write_config(tmp_path, codebook=CODEBOOK, waves=waves)
    assert len(read_study(tmp_path / "config", SCHEMAS)["waves"]["2026"]["variables"]) == 2


def test_two_codes_become_one_when_that_is_said(tmp_path):
    waves = '"2026": {variables: {sex: {codes: {1: 1, 3: 1}, merge: true}}}\n'
    write_config(tmp_path, codebook=CODEBOOK, waves=waves)
    assert read_study(tmp_path / "config", SCHEMAS)["waves"]["2026"]


def test_missing_codes_and_ranges_of_the_codebook_are_declared_codes(tmp_path):
    waves = '"2026": {variables: {plans: {codes: {7: 9, 8: 98}}, age: {codes: {-1: 120}}}}\n'
    write_config(tmp_path, codebook=CODEBOOK, waves=waves)
    assert read_study(tmp_path / "config", SCHEMAS)["waves"]["2026"]


def test_two_waves_of_one_name_are_refused(tmp_path):
    config = 'waves:\n  "2022": {file: a.sav}\n  "2022": {file: b.sav}\n'
    write_config(tmp_path, config=config)
    with pytest.raises(
        SurveyError, match=r"config\.yaml line 3, column 3: key '2022' stands twice"
    ):
        read_study(tmp_path / "config", SCHEMAS)


def test_wave_cannot_be_called_like_the_room_of_the_drift_reports(tmp_path):
    write_config(tmp_path, config="waves:\n  drift: {file: a.sav}\n")
    with pytest.raises(SurveyError, match="'drift' is not a valid name"):
        read_study(tmp_path / "config", SCHEMAS)


def described(schema, name=""):
    """Every key of a schema with what is said of it."""
    if isinstance(schema, dict):
        if name and isinstance(schema.get("description"), str):
            yield name, schema["description"]
        for key, part in schema.items():
            inside = key in ("properties", "$defs")
            for child, value in part.items() if inside else ():
                yield from described(value, child)
            if not inside:
                yield from described(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from described(part)


@pytest.mark.parametrize("part", VARIABLE_KEYS)
def test_every_key_that_the_schema_says_names_variables_is_known_as_such(part):
    schema = yaml.safe_load((SCHEMAS / f"{part}.schema.yaml").read_text(encoding="utf-8"))
    naming = ("Variable", "Question", "Indicator")
    said = {
        key
        for key, text in described(schema)
        if text.startswith(naming) and key not in ("pairs", "indicators", "models", "map")
    }
    assert said <= VARIABLE_KEYS[part] | {"where"}
    assert said


def test_every_key_of_a_wave_that_names_a_variable_is_known_as_such():
    schema = yaml.safe_load((SCHEMAS / "config.schema.yaml").read_text(encoding="utf-8"))
    wave = schema["properties"]["waves"]["additionalProperties"]["properties"]
    said = {key for key, spec in wave.items() if spec["description"].startswith("Variable")}
    assert said == set(DESIGN_KEYS)


def test_a_name_with_the_sign_of_crossing_is_one_name_where_the_codebook_has_it():
    tables = {"tables": {"t": {"rows": ["q"], "columns": "x*y", "strata": "a*b"}}}
    study = {"codebook": {"variables": {"x*y": None}}, "tables": tables, "config": {"waves": {}}}
    assert used_names(study) == {"q", "x*y", "a", "b"}


def test_texts_labels_codes_and_names_of_tables_are_no_variables():
    study = {
        "codebook": {
            "id": "nr",
            "variables": {"sex": None},
            "multiple_response": {
                "media": {"variables": ["media_1", "media_2"], "counted": 1},
                "paper": {"joined": "papers", "options": ["daily"]},
            },
        },
        "config": {"waves": {"2022": {"file": "a.sav", "weight": "w", "strata": ["town", "s"]}}},
        "tables": {
            "tables": {
                "rows": {
                    "rows": ["plans", "media"],
                    "columns": "age",
                    "section": "sample",
                    "subtotals": [{"of": ["yes", "no"], "rows": ["plans"], "label": "either"}],
                    "pairs": [{"before": "then", "after": "now"}],
                }
            },
            "banners": {"b": {"columns": ["region"]}},
        },
        "indicators": {
            "columns": "gender",
            "dimensions": {"work": "Work"},
            "indicators": {
                "worked": {"label": "In work", "share": {"variable": "works", "codes": [1]}},
                "gap": {"difference": {"of": "worked", "minus": "wished"}},
            },
        },
        "cleaning": {"steps": [{"action": "drop", "where": {"consent": 2}, "why": "refused"}]},
        "models": {
            "models": {"m": {"outcome": "stays", "predictors": ["income"], "positive": ["x"]}}
        },
    }
    assert used_names(study) == (
        {"nr", "sex", "media_1", "media_2", "papers", "w", "town", "s", "plans", "media", "age"}
        | {"then", "now", "region", "gender", "works", "worked", "wished", "consent", "stays"}
        | {"income"}
    )
