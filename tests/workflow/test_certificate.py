"""A certificate made by the workflow: of the article, of a misprint, of nothing published."""

import html
import json
import shutil
import subprocess
import sys

import pytest
import yaml

from invented import MINIMAL_CONFIG, ROOT, read, snakemake, write_study
from offline_crates import validate

PRINTED = """\
table,question,row,column,printed,row_variable,row_code,column_variable,column_code
sample,sex,men,All,60.0,sex,1,,total
sample,sex,women,All,40.0,sex,2,,total
jobs,job,yes,Men,50.0,job,1,sex,1
jobs,job,yes,Women,25.1,job,1,sex,2
"""
TABLES = {"sample": {"rows": ["sex"]}, "jobs": {"rows": ["job"], "columns": "sex"}}
ANSWERS = {"sex": {1: "men", 2: "women"}, "job": {1: "yes", 2: "no"}}
PEOPLE = [(1, 1), (1, 1), (1, 1), (1, 2), (1, 2), (1, 2), (2, 1), (2, 2), (2, 2), (2, 2)]


def certify(folder, **options):
    finished = snakemake(folder, "certificate", **options)
    assert finished.returncode == 0, finished.stderr
    return folder


def verify(*arguments, where=None):
    """What a stranger's machine says: nothing installed but Python, the library beside it."""
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT / 'workflow/scripts')!r})\n"
        "from resurvey.__main__ import main\n"
        f"sys.exit(main(['verify', *{list(map(str, arguments))!r}]))"
    )
    return subprocess.run(
        [sys.executable, "-S", "-I", "-c", code],
        capture_output=True,
        text=True,
        cwd=where,
        check=False,
    )


def document(crate, name):
    return json.loads((crate / name).read_text(encoding="utf-8"))


def everything(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def article(article_run, tmp_path_factory):
    """The article's study, certified after its ordinary run."""
    folder = tmp_path_factory.mktemp("certified")
    shutil.copytree(article_run, folder, dirs_exist_ok=True, symlinks=True)
    shutil.copy(ROOT / "CITATION.cff", folder)
    return certify(folder)


@pytest.fixture(scope="module")
def crate(article):
    return article / "results/2022/certificate"


@pytest.fixture(scope="module")
def misprint(tmp_path_factory):
    """Ten invented people; one per cent of theirs is misprinted."""
    return certify(write_misprint(tmp_path_factory.mktemp("misprint")))


def write_misprint(folder):
    parts = {
        "config": {
            "waves": {"w1": {"file": "resources/w1/raw.csv"}},
            "disclosure": {"apply": False},
        },
        "tables": {"tables": TABLES},
        "codebook": {"variables": {name: {"codes": codes} for name, codes in ANSWERS.items()}},
    }
    write_study(folder, **{name: yaml.safe_dump(part) for name, part in parts.items()})
    for path, text in (
        ("resources/published/w1/cells.csv", PRINTED),
        ("resources/w1/raw.csv", "\n".join(["sex,job", *(f"{a},{b}" for a, b in PEOPLE)]) + "\n"),
    ):
        (folder / path).parent.mkdir(parents=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def test_certificate_is_not_part_of_the_ordinary_run(article_run):
    assert not (article_run / "results/2022/certificate").exists()


def test_all_162_printed_numbers_are_certified(crate):
    summary = document(crate, "comparison.json")["summary"]
    assert summary["cells"] == 162
    assert summary["agrees"] + summary["agrees_by_printed_parts"] == 162
    assert summary["inside"] == summary["agrees"]


def test_certificate_holds_on_another_machine_with_only_python(crate, tmp_path):
    moved = shutil.copytree(crate, tmp_path / "received")
    said = verify(moved, where=tmp_path)
    assert said.returncode == 0, said.stdout + said.stderr
    archive = shutil.make_archive(str(tmp_path / "received"), "zip", tmp_path, "received")
    assert verify(archive, where=tmp_path).returncode == 0


def test_certificate_agrees_with_the_results_it_was_made_from(article, crate):
    said = verify(crate, "--against", article / "results/2022")
    assert said.returncode == 0, said.stdout + said.stderr


def test_a_tenth_of_a_point_in_the_article_is_named(crate, tmp_path):
    moved = shutil.copytree(crate, tmp_path / "received")
    path = moved / "results/2022/tables/crosstabs.csv"
    line = next(one for one in read(path) if one["row_variable"] == "job_fit")
    old, new = line["percent"], repr(float(line["percent"]) + 0.1)
    text = path.read_text(encoding="utf-8")
    place = f"table_2,job_fit,{line['row_code']},"
    rows = text.splitlines(keepends=True)
    at = next(number for number, row in enumerate(rows) if row.startswith(place))
    rows[at] = rows[at].replace(f",{old},", f",{new},", 1)
    path.write_text("".join(rows), encoding="utf-8")
    said = verify(moved)
    told = [one for one in said.stdout.splitlines() if one.startswith("differs: ")]
    assert said.returncode == 1
    assert len(told) == 1
    for word in ("table_2", "job_fit", line["row_label"], line["column_label"], old, new):
        assert word in told[0]
    assert "; printed " in told[0]


def test_every_file_that_the_ordinary_run_makes_for_readers_is_enclosed(article, crate):
    results = article / "results/2022"
    public = ("tables/", "audit/", "report/")
    made = {path for path in everything(results) if path.startswith(public)}
    enclosed = set(everything(crate / "results/2022"))
    assert {path for path in made if path.startswith("tables/") and path.endswith(".csv")}
    assert not {path for path in made - enclosed if path.startswith(("audit/", "report/report."))}
    assert {"raw/survey_reconstructed.sav", "raw/recovered.csv", "clean/log.csv"} <= enclosed


def test_every_file_names_the_rule_that_wrote_it(crate):
    rules = {one["path"]: one["rule"] for one in document(crate, "manifest.json")["files"]}
    assert rules["results/2022/tables/crosstabs.csv"] == "tabulate_wave"
    assert rules["results/2022/audit/cells.csv"] == "audit_wave"
    assert rules["results/2022/raw/survey_reconstructed.sav"] == "reconstruct_wave"
    assert rules["results/2022/report/report.en.html"] == "write_pages"
    assert all(rule for path, rule in rules.items() if path.startswith("results/"))


def test_codecheck_names_the_article_and_files_that_exist(crate):
    found = yaml.safe_load((crate / "codecheck.yml").read_text(encoding="utf-8"))
    assert found["paper"]["title"].startswith("Социологическая оценка")
    assert len(found["paper"]["authors"]) == 2
    assert all((crate / one["file"]).is_file() for one in found["manifest"])


@pytest.mark.parametrize("study", ["article", "misprint"])
def test_what_the_page_says_of_the_validation_is_what_the_validator_finds(study, request):
    """The article's study has a CITATION.cff and an article; the other one has neither."""
    folder = request.getfixturevalue(study)
    crate = next(folder.glob("results/*/certificate"))
    metadata = ROOT / "report/certificate/metadata.yaml"
    told = yaml.safe_load(metadata.read_text(encoding="utf-8"))["validation"]
    said = {one["check"] for one in told["not_followed"]}
    if study == "misprint":
        said |= {one["check"] for one in told["without_citation"]}
    result = validate(crate, "workflow-run-crate", "RECOMMENDED")
    issues = result.get_issues()
    assert {one.severity.name for one in issues} <= {"RECOMMENDED"}
    found = {one.check.name for one in issues}
    assert found == said if study == "article" else found <= said
    page = html.unescape((crate / "certificate.en.html").read_text(encoding="utf-8"))
    assert all(one in page for one in found)
    assert sorted(one.name for one in result.skipped_checks) == [
        one["check"] for one in told["skipped"]
    ]


@pytest.mark.parametrize("profile", ["ro-crate-1.1", "process-run-crate", "workflow-ro-crate"])
def test_crate_conforms_to_every_profile_it_names(crate, profile):
    result = validate(crate, profile)
    assert result.passed(), [one.message for one in result.get_issues()]


def test_bytes_are_the_same_for_other_cores_locale_zone_seed_and_folder(misprint, tmp_path):
    elsewhere = certify(
        write_misprint(tmp_path / "a folder/elsewhere"),
        cores=1,
        environment={
            "LC_ALL": "C",
            "TZ": "America/Adak",
            "PYTHONHASHSEED": "7",
            "USER": "nobody",
            "HOSTNAME": "nowhere",
        },
    )
    place = "results/w1/certificate"
    assert everything(elsewhere / place) == everything(misprint / place)


def test_misprint_is_certified_as_one_and_the_certificate_holds(misprint):
    crate = misprint / "results/w1/certificate"
    cells = document(crate, "comparison.json")["cells"]
    wrong = [one for one in cells if one["verdict"] != "agrees"]
    assert [(one["row"], one["column"], one["printed"], one["recomputed"]) for one in wrong] == [
        ("yes", "Women", "25.1", "25.0")
    ]
    said = verify(crate)
    assert said.returncode == 0, said.stdout
    assert "3 agree and 1 do not, as the certificate states" in said.stdout


def test_persons_of_a_real_survey_are_named_and_withheld(misprint):
    crate = misprint / "results/w1/certificate"
    names = everything(crate)
    assert not [name for name in names if name.endswith((".parquet", ".sav", "flags.csv"))]
    raw = (misprint / "resources/w1/raw.csv").read_bytes()
    assert raw not in names.values()
    held = [one for one in document(crate, "manifest.json")["files"] if one["role"] == "withheld"]
    assert [(one["path"], one["bytes"]) for one in held] == [("raw.csv", len(raw))]


def test_survey_with_nothing_published_is_certified_and_says_so(minimal_run, tmp_path):
    folder = shutil.copytree(minimal_run, tmp_path / "minimal", symlinks=True)
    write_study(folder, config=f"{MINIMAL_CONFIG}disclosure: {{apply: false}}\n")
    crate = certify(folder) / "results/1996/certificate"
    assert document(crate, "comparison.json")["published"] is None
    assert "Nothing was published for this wave" in (crate / "certificate.en.html").read_text()
    assert verify(crate).returncode == 0
    assert validate(crate, "workflow-run-crate").passed()


def test_second_run_makes_nothing_anew(misprint):
    said = snakemake(misprint, "certificate")
    assert "Nothing to be done" in said.stdout + said.stderr


def test_what_is_no_known_file_of_the_study_stays_out_and_a_link_stops(misprint, tmp_path):
    folder = shutil.copytree(misprint, tmp_path / "linked", symlinks=True)
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET", encoding="utf-8")
    (folder / "config/private.yaml").write_text("password: SECRET\n", encoding="utf-8")
    (folder / "config/link.yaml").symlink_to(secret)
    (folder / "resources/published/w1/notes.txt").symlink_to(secret)
    shutil.rmtree(folder / "results/w1/certificate")
    certify(folder)
    crate = folder / "results/w1/certificate"
    assert not [name for name, content in everything(crate).items() if b"SECRET" in content]
    (folder / "resources/published/w1/claims.csv").symlink_to(secret)
    shutil.rmtree(crate)
    finished = snakemake(folder, "certificate")
    assert finished.returncode == 1
    assert "resources/published/w1/claims.csv: this is a link" in finished.stderr
    assert not crate.exists() or not any(crate.rglob("*.txt"))
