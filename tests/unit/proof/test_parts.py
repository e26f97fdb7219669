"""Each rule takes from the study what it reads, and a change of anything else is none for it."""

import copy
import re
from pathlib import Path

import pytest

from resurvey.core.errors import SurveyError
from resurvey.proof.parts import (
    Job,
    Study,
    check_settings,
    known_job,
    load_study,
    missing_sources,
    own_rule,
    rules_with_parts,
    settings_hashes,
    settings_of,
    tools_hash,
)
from resurvey.proof.receipts import setting_place
from resurvey.study.folder import PARTS

ROOT = Path(__file__).resolve().parents[3]
WILDCARDS = {"wave": "2022", "profile": "journal"}


@pytest.fixture(scope="module")
def study():
    """The article's study."""
    return load_study(ROOT / "config")


def moved(study, change):
    """Rules whose settings another study, changed a little, would change."""
    parts = copy.deepcopy(dict(study.parts))
    change(parts)
    other = Study(parts, study.words)
    return {
        rule
        for rule in rules_with_parts()
        if rule != "export_wave"
        and settings_hashes(settings_of(Job(rule, WILDCARDS), study))
        != settings_hashes(settings_of(Job(rule, WILDCARDS), other))
    }


def test_every_rule_with_a_door_has_parts():
    text = "".join(path.read_text() for path in (ROOT / "workflow/rules").glob("*.smk"))
    made = set(re.findall(r'made_from\("(\w+)"\)', text))
    assert {own_rule(rule) for rule in made} == set(rules_with_parts())
    assert len(re.findall(r"^ *script:$", text, re.M)) == len(rules_with_parts())


def test_id_of_the_codebook_is_that_of_every_wave(study):
    parts = {**study.parts, "index": {}, "codebook": {"variables": {}}}
    plain = {"2022": {"file": "a.sav"}, "2023": {"file": "b.sav"}}
    parts["config"] = {**parts["config"], "waves": plain}
    assert not Study(parts, study.words).compares_respondents()
    parts["codebook"] = {"id": "nr", "variables": {}}
    assert Study(parts, study.words).compares_respondents()


@pytest.mark.slow
def test_table_more_deals_no_records_anew(study):
    def add(parts):
        parts["tables"]["tables"]["more"] = {"rows": ["job_fit"], "columns": "gender"}

    changed = moved(study, add)
    assert not changed & {"reconstruct_wave", "recover_wave", "import_wave", "prepare_wave"}
    assert {"tabulate_wave", "draw_figures", "write_pages"} <= changed


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "ru"])
def test_title_only_renders_pages(study, language):
    changed = moved(study, lambda parts: parts["text"][language].update(subtitle="Anew"))
    assert changed == {"write_pages", "write_documents", "write_trend", "certify_wave"}


def test_settings_that_changed_during_the_run_are_named(study):
    job = Job("prepare_wave", WILDCARDS)
    wanted = settings_hashes(settings_of(job, study))
    check_settings(settings_of(job, study), wanted)
    with pytest.raises(SurveyError, match="^cleaning.yaml changed while the run was going"):
        check_settings({**settings_of(job, study), "steps": ["other"]}, wanted)


@pytest.mark.slow
def test_every_setting_is_told_by_a_place_that_a_person_can_open(study):
    places = {
        setting_place(name)
        for rule in rules_with_parts()
        for name in settings_hashes(settings_of(Job(rule, WILDCARDS), study))
    }
    files = {word for place in places for word in place.split() if word.endswith(".yaml")}
    assert files <= {f"{part}.yaml" for part in ("config", "text.*", *PARTS)}
    assert {place for place in places if ".yaml" not in place} == {
        "a shared word of report/",
        "what left the house before",
        "which variables the study uses",
    }


def test_only_jobs_of_the_study_are_known(study):
    assert known_job(Job("write_pages", {"wave": "2022"}), study)
    assert known_job(Job("draw_profile", WILDCARDS), study)
    assert known_job(Job("write_trend", {}), study)
    assert not known_job(Job("write_pages", {"wave": "1999"}), study)
    assert not known_job(Job("write_pages", {"wave": "2022", "language": "de"}), study)
    assert not known_job(Job("write_pages", {}), study)
    assert not known_job(Job("no_rule", {}), study)


def test_documents_that_the_study_gave_up_are_no_job_of_it(study):
    silent = {**study.parts["config"], "documents": []}
    other = Study({**study.parts, "config": silent}, study.words)
    assert known_job(Job("write_documents", {"wave": "2022"}), study)
    assert not known_job(Job("write_documents", {"wave": "2022"}), other)


def test_pages_know_their_templates_by_name_and_content():
    hashes = {rule: tools_hash(rule) for rule in ("write_pages", "write_documents", "prepare_wave")}
    assert len(set(hashes.values())) == 3


def test_files_that_are_not_there_are_each_a_sentence(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    waves = {
        "1": {"file": "resources/a.sav", "structure": ["resources/a.lss", "resources/a.sps"]},
        "2": {"file": "results/2/raw/survey_reconstructed.sav", "reconstruct": {}},
        "3": {"file": "results/3/raw/survey_exported.sav", "dataset": "anes96"},
    }
    study = Study({"config": {"languages": ["en"], "waves": waves}}, {})
    said = {wave: missing_sources(study, wave) for wave in waves}
    assert ["resources/a.sav" in said["1"][0], len(said["1"])] == [True, 3]
    assert "resources/published/2/cells.csv" in said["2"][0]
    assert said["3"] == []
