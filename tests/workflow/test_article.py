"""The article's study: every printed cell comes back from the records through the whole DAG."""

import json
import re
import shutil
import socket
from collections import Counter
from zipfile import ZipFile

import pyreadstat
import pytest

from invented import ROOT, copy_study, published_bytes, read, snakemake, write_study


def differing(folder):
    lines = read(folder / "results/2022/audit/cells.csv")
    return {
        (one["row_variable"], one["row_code"], one["column_code"])
        for one in lines
        if one["verdict"] == "differs"
    }


def test_all_162_printed_cells_are_recomputed_digit_for_digit(article_run):
    lines = read(article_run / "results/2022/audit/cells.csv")
    assert len(lines) == 162
    assert [one["recomputed"] for one in lines] == [one["printed"] for one in lines]
    assert set(Counter(one["verdict"] for one in lines)) <= {"agrees", "agrees_by_printed_parts"}


def test_cells_are_audited_in_the_order_of_the_article(article_run):
    printed = read(ROOT / "resources/published/2022/cells.csv")
    audited = read(article_run / "results/2022/audit/cells.csv")
    names = ("table", "question", "row", "column", "printed")
    assert [[one[n] for n in names] for one in audited] == [
        [one[n] for n in names] for one in printed
    ]


def test_derived_cells_that_only_rounded_parts_explain_are_told_apart(article_run):
    lines = read(article_run / "results/2022/audit/cells.csv")
    by_parts = [one for one in lines if one["verdict"] == "agrees_by_printed_parts"]
    assert by_parts
    assert all(one["from_counts"] != one["printed"] for one in by_parts)


def test_tschuprow_s_t_stands_wherever_cramer_s_v_does(article_run):
    wave = article_run / "results/2022"
    (line,) = (
        line
        for line in read(wave / "tables/association.csv")
        if (line["row_variable"], line["measure"]) == ("job_fit", "tschuprow_t")
    )
    printed = f"{float(line['value']):.3f}"
    assert printed == "0.077"
    assert all((line["lower"], line["upper"]))
    identity = "association:table_2/job_fit/gender/tschuprow_t"
    page = (wave / "report/report.en.html").read_text(encoding="utf-8")
    assert re.search(rf'data-number="{identity}"[^>]*>{re.escape(printed)}<', page)
    assert '"part_tschuprow_t":"Tschuprow\'s T"' in page
    number = json.loads((wave / "report/provenance.json").read_text(encoding="utf-8"))["numbers"]
    assert number[identity]["value"] == line["value"]
    ranges = read(wave / "audit/ranges.csv")
    (found,) = (
        one
        for one in ranges
        if (one["row_variable"], one["statistic"]) == ("job_fit", "tschuprow_t")
    )
    assert float(found["minimum"]) <= float(line["value"]) <= float(found["maximum"])
    for name, parts in (
        ("report.ru.docx", ["word/document.xml"]),
        ("tables.ru.xlsx", ["xl/sharedStrings.xml"]),
    ):
        with ZipFile(wave / "report" / name) as archive:
            text = "".join(archive.read(part).decode() for part in parts)
        assert "T Чупрова" in text


def test_raw_file_says_what_it_is_in_name_label_and_notes(article_run):
    path = article_run / "results/2022/raw/survey_reconstructed.sav"
    people, meta = pyreadstat.read_sav(str(path), user_missing=True)
    assert len(people) == 515
    assert meta.file_label == "Reconstructed from published tables, not microdata"
    assert "Reconstructed from published tables, not microdata" in meta.notes[0]
    assert meta.column_names_to_labels["gender"] == "Пол"
    gender = {1: "Мужчины", 2: "Женщины", 99: "Нет ответа"}
    assert meta.variable_value_labels["gender"] == gender
    assert meta.missing_ranges["job_fit"] == [{"lo": 99, "hi": 99}]


def test_men_and_women_are_the_printed_shares_of_515(article_run):
    path = article_run / "results/2022/raw/survey_reconstructed.sav"
    people, _ = pyreadstat.read_sav(str(path))
    assert Counter(people["gender"]) == {1: 305, 2: 210}


def test_every_claim_with_a_number_has_a_verdict(article_run):
    claims = read(ROOT / "resources/published/2022/claims.csv")
    ledger = read(article_run / "results/2022/audit/claims.csv")
    assert [one["claim"] for one in ledger] == [one["claim"] for one in claims]
    assert all(one["verdict"] for one in ledger)
    verdicts = {one["claim"]: one["verdict"] for one in ledger}
    expected = read(ROOT / "tests/reference/claims_2022.csv")
    assert verdicts == {one["claim"]: one["verdict"] for one in expected}
    second = read(ROOT / "tests/reference/claims_2022_second_reading.csv")
    assert verdicts == {one["claim"]: one["grade"] for one in second}
    for one, other in zip(ledger, second, strict=True):
        # What the ledger recomputes stands in the second reader's arithmetic, too.
        found = set(re.findall(r"\d+\.?\d*", other["equations"]))
        wanted = set(re.findall(r"\d+\.?\d*", one["recomputed"].replace(",", ".")))
        assert wanted <= found, one["claim"]
    assert all(one["reason"] and one["outcomes"] for one in ledger)


def test_paired_comparison_is_refused_on_reconstructed_records(article_run):
    tests = read(article_run / "results/2022/tables/tests.csv")
    paired = [one for one in tests if one["table"] == "table_1"]
    assert paired
    assert all(one["p_value"] == "" and "not identified" in one["note"] for one in paired)


@pytest.mark.parametrize(
    ("variable", "group", "old", "new", "expected"),
    [
        (
            "family_relations",
            1,
            3,
            1,
            {("family_relations", row, column) for row in "13" for column in ("1", "total")},
        ),
        (
            "job_fit",
            2,
            1,
            3,
            {
                ("job_fit", row, column)
                for row in ("1", "3", "1+2", "3+4")
                for column in ("2", "total")
            },
        ),
        (
            "sector_kyrgyzstan",
            None,
            5,
            4,
            {
                (variable, row, column)
                for row in "45"
                for variable, column in (
                    ("sector_kyrgyzstan", "total"),
                    ("sector_kyrgyzstan-sector_russia", "difference"),
                )
            },
        ),
    ],
)
def test_one_changed_record_makes_exactly_its_cells_disagree(
    article_run, tmp_path, variable, group, old, new, expected
):
    made = article_run / "results/2022/raw/survey_reconstructed.sav"
    people, meta = pyreadstat.read_sav(str(made), user_missing=True)
    chosen = people[variable] == old
    if group:
        chosen &= people["gender"] == group
    people.loc[chosen.idxmax(), variable] = new
    study = copy_study(ROOT, tmp_path)
    (study / "resources/2022").mkdir()
    pyreadstat.write_sav(
        people,
        str(study / "resources/2022/authors.sav"),
        column_labels=meta.column_names_to_labels,
        variable_value_labels=meta.variable_value_labels,
        missing_ranges=meta.missing_ranges,
    )
    # The one path that somebody with the authors' file changes.
    config = (study / "config/config.yaml").read_text(encoding="utf-8")
    config = config.replace(
        "results/2022/raw/survey_reconstructed.sav", "resources/2022/authors.sav"
    )
    write_study(study, config=config)
    finished = snakemake(study, "results/2022/audit/cells.csv")
    assert finished.returncode == 0, finished.stderr
    assert differing(study) == expected


@pytest.fixture(scope="module")
def authors_run(article_run, tmp_path_factory):
    """The study as its authors have it: `reconstruct:` stays, `file:` is their own file."""
    study = copy_study(ROOT, tmp_path_factory.mktemp("authors"))
    (study / "resources/2022").mkdir()
    made = article_run / "results/2022/raw/survey_reconstructed.sav"
    people, meta = pyreadstat.read_sav(str(made), user_missing=True)
    pyreadstat.write_sav(
        people,
        str(study / "resources/2022/authors.sav"),
        column_labels=meta.column_names_to_labels,
        variable_value_labels=meta.variable_value_labels,
        missing_ranges=meta.missing_ranges,
    )
    config = (study / "config/config.yaml").read_text(encoding="utf-8")
    config = config.replace(
        "results/2022/raw/survey_reconstructed.sav", "resources/2022/authors.sav"
    )
    config = re.sub(r"(?m)^(languages|documents):.*\n", "", config)
    # The records are none of anybody's: what is tried is what is made of a file without a mark.
    config += "languages: [en]\ndocuments: []\ndisclosure: {apply: false}\n"
    write_study(study, config=config)
    finished = snakemake(study, "certificate", "deposit", cores=4)
    assert finished.returncode == 0, finished.stderr
    assert "reconstruct_wave" not in finished.stderr + finished.stdout
    return study


def test_with_the_authors_file_nothing_says_reconstructed(authors_run, tmp_path):
    page = tmp_path / "report.html"
    finished = snakemake(authors_run, "--report", str(page), "certificate")
    assert finished.returncode == 0, finished.stderr
    text = page.read_text(encoding="utf-8")
    assert "Reconstructed from published tables" not in text
    assert "were not published" not in text
    report = (authors_run / "results/2022/report/report.en.html").read_text(encoding="utf-8")
    assert "Reconstructed from published tables" not in report


def test_with_the_authors_file_the_provenance_knows_no_reconstruction(authors_run):
    document = (authors_run / "results/2022/report/provenance.json").read_text(encoding="utf-8")
    told = json.loads(document)
    assert "reconstruct_wave" not in document
    assert told["rules"]["import_wave"]["after"] == []


def test_with_the_authors_file_deposit_and_certificate_are_those_of_real_answers(authors_run):
    deposit = {path.name for path in (authors_run / "results/deposit").glob("pooled*")}
    assert deposit == {f"pooled.{ending}" for ending in ("sav", "dta", "csv", "parquet")}
    for name in ("ddi.xml", "datapackage.json", "codebook.en.html"):
        text = (authors_run / "results/deposit" / name).read_text(encoding="utf-8")
        assert "econstructed from published" not in text, name
        assert 'data-kind="reconstructed"' not in text, name
    certificate = authors_run / "results/2022/certificate"
    entries = json.loads((certificate / "manifest.json").read_text(encoding="utf-8"))["files"]
    assert not [one for one in entries if one["rule"] == "reconstruct_wave"]
    assert not list(certificate.rglob("recovered.csv"))
    assert [one["role"] for one in entries if one["path"].endswith("authors.sav")] == ["withheld"]


def test_bytes_are_the_same_whatever_the_cores_seed_locale_and_zone(article_run, tmp_path):
    study = copy_study(ROOT, tmp_path)
    elsewhere = {
        "PYTHONHASHSEED": "7",
        "LC_ALL": "C",
        "TZ": "America/Adak",
        "OMP_NUM_THREADS": "1",
    }
    finished = snakemake(study, cores=1, environment=elsewhere)
    assert finished.returncode == 0, finished.stderr
    first, second = published_bytes(article_run), published_bytes(tmp_path)
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_results_tell_nothing_of_the_machine(article_run):
    told = (str(ROOT).encode(), str(article_run).encode(), socket.gethostname().encode() + b"/")
    for name, content in published_bytes(article_run).items():
        assert not [one for one in told if one in content], name


def test_second_run_has_nothing_to_do_and_loads_no_library_of_data(article_run):
    finished = snakemake(article_run, environment={"PYTHONPROFILEIMPORTTIME": "1"})
    assert "Nothing to be done" in finished.stderr + finished.stdout
    loaded = set(re.findall(r"^import time: .*\| +([\w.]+)$", finished.stderr, re.M))
    assert "resurvey.proof.receipts" in loaded
    assert loaded & {"pandas", "pyarrow", "scipy", "matplotlib"} == set()


def test_changed_title_renders_the_reports_anew_and_counts_nothing(article_run, tmp_path):
    # As deep as the original, so that the way to the repository stays the same.
    study = shutil.copytree(article_run, tmp_path, dirs_exist_ok=True)
    text = study / "config/text.en.yaml"
    text.write_text(text.read_text(encoding="utf-8") + "\n# \n", encoding="utf-8")
    finished = snakemake(study, "--dry-run")
    assert "Nothing to be done" in finished.stderr + finished.stdout
    changed = text.read_text(encoding="utf-8").replace("subtitle: ", "subtitle: Anew. ", 1)
    text.write_text(changed, encoding="utf-8")
    finished = snakemake(study, "--dry-run", "--quiet", "rules")
    said = finished.stderr + finished.stdout
    assert dict(re.findall(r"^(\w+) +(\d+)$", said, re.M)) == {
        "write_pages": "1",
        "write_documents": "1",
        "all": "1",
        "total": "3",
    }


def test_default_run_takes_thirteen_jobs(tmp_path):
    study = copy_study(ROOT, tmp_path)
    finished = snakemake(study, "--dry-run", "--quiet", "rules")
    said = finished.stderr + finished.stdout
    assert int(re.search(r"^total +(\d+)$", said, re.M)[1]) <= 13


@pytest.mark.parametrize("language", ["ru", "en"])
def test_recomputed_zero_is_printed_as_a_zero(article_run, language):
    page = (article_run / f"results/2022/report/report.{language}.html").read_text(encoding="utf-8")
    ledger = page.partition('data-audit="table_1"')[2].partition("</table>")[0]
    rows = [re.findall(r"<td class=\"n\">(.*?)</td>", row) for row in ledger.split("<tr")]
    shown = [[re.sub("<[^>]+>", "", cell) for cell in row] for row in rows if row]
    assert ["0", "0"] in shown
    assert all("—" not in row for row in shown)
