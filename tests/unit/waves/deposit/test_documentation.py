"""A deposit explains itself: DDI, data package and codebook say what the records are."""

import csv
import json
import re

import pytest
from lxml import etree

from invented import words_of
from resurvey.core.files import hash_file
from resurvey.waves.deposit.ddi import NAMESPACE, write_ddi
from resurvey.waves.deposit.deposit_folder import write_deposit
from resurvey.waves.deposit.documentation import ALL, codebook_lines, describe, describe_study
from resurvey.waves.deposit.pooled_file import deposit_files, deposit_stem, read_handling
from unit.report.small_survey import ROOT
from unit.waves.deposit.ddi_structure import ddi_problems
from unit.waves.deposit.two_waves import CONFIG, HOSTILE, first_wave, pooled, second_wave

WORDS = words_of(["en", "ru"])
FOLDERS = [str(ROOT / "report" / name) for name in ("deposit", "templates")]
LOG = [
    {"step": "0", "action": "import", "variables": "", "rows_before": "4"},
    {
        "step": "1",
        "action": "drop",
        "variables": "job",
        "rows_before": "4",
        "rows_touched": "1",
        "rows_after": "3",
        "why": "No consent",
    },
]
CLEANING = {"steps": [{"action": "drop", "why": {"en": "No consent", "ru": "Нет согласия"}}]}
NAMES = {"d": NAMESPACE}


@pytest.fixture(scope="module")
def described():
    return describe(pooled(), "en", "No answer")


@pytest.fixture(scope="module")
def told():
    return describe_study(pooled(), CONFIG, CLEANING["steps"], {"2022": LOG}, WORDS)


@pytest.fixture(scope="module")
def ddi(described, told):
    files = {"pooled.sav": "SPSS", "pooled.csv": "CSV"}
    text = write_ddi(pooled(), described, told, files, ["en", "ru"], "1.0")
    return etree.fromstring(text.encode())


def study():
    return {"config": CONFIG, "cleaning": CLEANING, "indicators": {}, "trend": {}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("deposit")
    waves = {"2022": first_wave(), "2026": second_wave()}
    write_deposit(waves, {"2022": LOG}, study(), WORDS, FOLDERS, place)
    return place


def test_a_wave_that_did_not_ask_adds_nobody_without_an_answer(described):
    lines = {one.variable.name: one.lines for one in described}
    trust = lines["trust"][ALL]
    assert [(line["code"], line["count"]) for line in trust] == [(1, 1), (2, 1)]
    assert trust[0]["respondents"] == 2
    assert "2022" not in lines["trust"]
    job = {(line["kind"], line["code"]): line["count"] for line in lines["job"][ALL]}
    assert job == {
        ("answer", 1): 2,
        ("answer", 2): 1,
        ("user_missing", 97): 0,
        ("user_missing", 98): 1,
        ("system_missing", ""): 1,
    }
    assert lines["job"][ALL][0]["base"] == 3


def test_ids_are_counted_and_never_listed(described):
    person = next(one for one in described if one.variable.name == "person")
    found = [(line["kind"], line["code"], line["count"]) for line in person.lines[ALL]]
    assert found == [("values", "", 5)]
    assert person.lines["2022"][0]["valid_percent"] == 100


def test_measured_variables_are_summarised_by_wave(described):
    weight = next(one for one in described if one.variable.name == "w")
    assert weight.numbers["2022"].mean == 1
    assert (weight.numbers[ALL].count, weight.numbers[ALL].high) == (5, 1.5)


def test_codebook_lines_name_the_reason_for_no_answer(described):
    lines = codebook_lines(described)
    refused = [line for line in lines if line["variable"] == "job" and line["code"] == 98]
    assert {line["reason"] for line in refused} == {"refused"}


def test_ddi_has_the_required_elements_in_order_and_both_languages(ddi):
    assert ddi_problems(ddi) == []
    titles = ddi.xpath("d:stdyDscr/d:citation/d:titlStmt/d:*/text()", namespaces=NAMES)
    assert titles == ["Study of work", "Исследование работы"]
    labels = ddi.xpath("d:dataDscr/d:var[@name='job']/d:labl/text()", namespaces=NAMES)
    assert labels == ["Do you work?", "Вы работаете?"]


def test_ddi_counts_answers_and_reasons(ddi):
    job = ddi.xpath("d:dataDscr/d:var[@name='job']", namespaces=NAMES)[0]
    found = {
        answer.findtext("d:catValu", namespaces=NAMES): (
            answer.get("missing"),
            answer.get("missType"),
            answer.findtext("d:catStat", namespaces=NAMES),
        )
        for answer in job.iterfind("d:catgry", NAMES)
    }
    assert found == {
        "1": ("N", None, "2"),
        "2": ("N", None, "1"),
        "97": ("Y", "not_asked", "0"),
        "98": ("Y", "refused", "1"),
    }
    assert job.xpath("d:sumStat[@type='vald']/text()", namespaces=NAMES) == ["3"]
    weight = ddi.xpath("d:dataDscr/d:var[@wgt='wgt']/@name", namespaces=NAMES)
    assert weight == ["w"]


def test_ddi_says_what_was_done_with_ids_texts_and_records(ddi):
    done = " ".join(ddi.xpath("//d:cleanOps[@xml:lang='en']/text()", namespaces=NAMES))
    assert "2022: Drop (job), 1 records affected, 1 removed. No consent" in done
    assert "The ids (person) were replaced by consecutive numbers" in done
    assert "Free text was removed, because it may contain names (why)" in done
    russian = " ".join(ddi.xpath("//d:cleanOps[@xml:lang='ru']/text()", namespaces=NAMES))
    assert "Нет согласия" in russian


def test_hostile_labels_are_text_in_the_ddi(ddi):
    labels = ddi.xpath("//d:catgry/d:labl/text()", namespaces=NAMES)
    assert HOSTILE in labels


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda root: root.remove(root.find("d:stdyDscr", NAMES)), "codeBook: children"),
        (
            lambda root: root.find("d:dataDscr", NAMES)[1].attrib.pop("name"),
            "var: attribute 'name' is missing",
        ),
        (
            lambda root: root.find("d:dataDscr", NAMES)[1].set("nature", "odd"),
            "var: attribute nature='odd'",
        ),
        (
            lambda root: root.find("d:dataDscr", NAMES)[1].set("ID", "V1"),
            "var: ID 'V1' stands twice",
        ),
        (
            lambda root: root.find("d:dataDscr", NAMES)[1].set("files", "F9"),
            "var: there is no 'F9'",
        ),
        (
            lambda root: root.find("d:dataDscr", NAMES)[2].insert(
                0, root.find("d:dataDscr", NAMES)[2][-1]
            ),
            "var: children 'varFormat",
        ),
        (
            lambda root: etree.SubElement(root.find("d:fileDscr", NAMES), "other"),
            "fileDscr: children",
        ),
    ],
)
def test_a_document_against_the_documentation_is_noticed(ddi, change, problem):
    copy = etree.fromstring(etree.tostring(ddi))
    change(copy)
    assert any(one.startswith(problem) for one in ddi_problems(copy)), ddi_problems(copy)


def test_data_package_describes_every_file_by_its_bytes(folder):
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        path = folder / resource["path"]
        assert resource["bytes"] == path.stat().st_size
        assert resource["hash"] == f"sha256:{hash_file(path)}"
        assert re.fullmatch(r"[a-z0-9._-]+", resource["name"])
    listed = {resource["path"] for resource in package["resources"]} | {"datapackage.json"}
    assert listed == set(deposit_files(CONFIG["waves"], ["en", "ru"]))
    assert listed == {path.name for path in folder.iterdir()}


def test_table_schema_fits_the_table(folder):
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    table = package["resources"][0]
    fields = {field["name"]: field for field in table["schema"]["fields"]}
    with open(folder / table["path"], encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert list(rows[0]) == list(fields)
    kinds = {"integer": r"-?\d+", "number": r"-?\d+(\.\d+)?(e-?\d+)?", "string": ".*"}
    for row in rows:
        for name, value in row.items():
            field = fields[name]
            if value in field.get("missingValues", [""]):
                continue
            assert re.fullmatch(kinds[field["type"]], value), (name, value)
            if "categories" in field:
                assert value in {str(one["value"]) for one in field["categories"]}
    assert fields["job"]["missingValues"] == ["", "97", "98"]
    assert fields["job"]["missingReasons"]["98"] == {"label": "Refused", "reason": "refused"}
    assert fields["trust"]["categoriesOrdered"]


def test_codebook_page_shows_both_waves_and_asks_for_nothing(folder):
    page = (folder / "codebook.en.html").read_text(encoding="utf-8")
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page
    assert HOSTILE not in page
    assert "&lt;script&gt;alert(" in page
    assert not re.search(r"\bstyle=|\bon\w+=|(src|href)=\"(https?:|//)", page)
    assert "Autumn 2022" in page
    assert "Spring 2026" in page
    assert "only in Spring 2026" in page
    assert 'data-kind="reconstructed"' not in page
    russian = (folder / "codebook.ru.html").read_text(encoding="utf-8")
    assert "Вы работаете?" in russian
    assert "Не спрашивали" in russian


def test_page_rows_add_up_to_the_respondents(folder):
    page = etree.HTML((folder / "codebook.en.html").read_text(encoding="utf-8"))
    rows = page.xpath("//table[@data-table='job']/tbody/tr")
    counts = [[int(cell.text) for cell in row.xpath("td[@class='n']")[:3]] for row in rows]
    assert [sum(column) for column in zip(*counts, strict=True)] == [5, 3, 2]
    percent = page.xpath("//table[@data-table='job']/tbody/tr[1]/td[@class='n'][4]/text()")
    assert percent == ["66.7"]


def test_the_same_waves_give_the_same_files(folder, tmp_path):
    waves = {"2022": first_wave(), "2026": second_wave()}
    write_deposit(waves, {"2022": LOG}, study(), WORDS, FOLDERS, tmp_path)
    for path in folder.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_reconstructed_records_say_so_in_every_file(tmp_path):
    from dataclasses import replace

    import pyreadstat

    from resurvey.core.codebook import Survey

    one = first_wave()
    dealt = Survey(one.data, replace(one.codebook, reconstructed=True))
    made = {"file": "results/2022/raw/survey_reconstructed.sav", "reconstruct": {"respondents": 3}}
    waves = {"2022": {**CONFIG["waves"]["2022"], **made}}
    config = {**CONFIG, "waves": waves}
    write_deposit({"2022": dealt}, {}, {**study(), "config": config}, WORDS, FOLDERS, tmp_path)
    mark = "Reconstructed from published tables, not microdata"
    for ending in ("sav", "dta", "csv", "parquet"):
        assert (tmp_path / f"pooled_reconstructed.{ending}").exists()
    _, meta = pyreadstat.read_sav(tmp_path / "pooled_reconstructed.sav")
    assert meta.file_label.startswith(mark)
    _, meta = pyreadstat.read_dta(tmp_path / "pooled_reconstructed.dta")
    assert meta.file_label.startswith(mark)
    assert mark in (tmp_path / "ddi.xml").read_text(encoding="utf-8")
    assert mark in (tmp_path / "datapackage.json").read_text(encoding="utf-8")
    page = (tmp_path / "codebook.en.html").read_text(encoding="utf-8")
    assert 'data-kind="reconstructed"' in page


def test_simulated_waves_say_so_in_the_name():
    waves = {"1": {"file": "results/1/raw/survey_simulated.sav"}}
    assert deposit_stem(waves) == "pooled_simulated"
    assert "pooled_simulated.dta" in deposit_files(waves, ["en"])


def test_handling_is_read_from_the_study():
    config = {"deposit": {"ids": "keep", "free_text": "keep"}}
    handling = read_handling(config, {"panel": False})
    assert (handling.ids, handling.free_text, handling.panel) == ("keep", "keep", False)
    assert read_handling({}, {}).ids == "number"
