"""Results are held against what they were made from, by content and not by age."""

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from resurvey.core.errors import SurveyError
from resurvey.core.files import hash_file
from resurvey.proof.receipts import (
    Comparison,
    Made,
    Receipt,
    check_results,
    compare,
    environment_hash,
    find_receipts,
    hash_paths,
    own_receipts,
    read_receipt,
    write_receipt,
)

SAME = "a" * 64
OTHER = "b" * 64
MADE = Made(code=SAME, environment=SAME, tools=SAME, files=SAME, settings={"tables": SAME})
COUNT = Path("results/1/receipts/count.json")
WRITE = Path("results/1/receipts/write.json")
PUBLIC_PAGE = "results/release/1/page.html"


@pytest.fixture
def study(tmp_path, monkeypatch):
    """Two jobs: one counts a raw file, the other writes a page from the counts."""
    monkeypatch.chdir(tmp_path)
    for name in ("resources/raw.csv", "results/1/counts.csv", "results/1/page.html"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(name)
    counts, page = hash_paths(["results/1/counts.csv"]), hash_paths(["results/1/page.html"])
    raw = hash_paths(["resources/raw.csv"])
    write_receipt(COUNT, Receipt("count", {"wave": "1"}, MADE, sources=raw, outputs=counts))
    write_receipt(WRITE, Receipt("write", {"wave": "1"}, MADE, inputs=counts, outputs=page))
    return tmp_path


def held(made=MADE):
    receipts = {path: read_receipt(path) for path in find_receipts("results")}
    return compare(receipts, dict.fromkeys(receipts, made), "results")


def test_results_that_fit_are_left_alone(study):
    found = held()
    assert (found.edited, found.gone, found.unfit) == ([], {}, {})


def test_edited_result_is_named_and_what_reads_it_does_not_fit(study):
    Path("results/1/counts.csv").write_text("edited")
    found = held()
    assert found.edited == ["results/1/counts.csv"]
    assert found.unfit == {"results/1/page.html": "results/1/counts.csv changed"}


def test_folder_in_the_place_of_a_result_is_an_edit(study):
    Path("results/1/page.html").unlink()
    Path("results/1/page.html").mkdir()
    assert held().edited == ["results/1/page.html"]


def test_receipts_count_where_their_jobs_left_them(study):
    shutil.copytree("results/1", "results/1 before")
    Path("results/1/receipts/folder.json").mkdir()
    Path("results/1/receipts/nowhere.json").symlink_to("elsewhere")
    Path("results/1/receipts/damaged.json").write_text("{")
    assert list(own_receipts("results")) == [COUNT, WRITE]


def test_changed_source_makes_only_its_own_results_unfit(study):
    Path("resources/raw.csv").write_text("others")
    assert held().unfit == {"results/1/counts.csv": "resources/raw.csv changed"}


def test_source_that_is_gone_is_told_apart_from_one_that_the_study_gave_up(study):
    Path("resources/raw.csv").unlink()
    assert held().gone == {"resources/raw.csv": "results/1/counts.csv"}
    assert held(replace(MADE, settings={"tables": OTHER})).gone == {}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"code": OTHER}, "the code changed"),
        ({"tools": OTHER}, "the templates changed"),
        ({"files": OTHER}, "a file was added or taken away"),
        ({"environment": OTHER}, "the lock file or the installed packages changed"),
        ({"settings": {"tables": OTHER}}, "tables.yaml changed"),
        ({"settings": {"tables": SAME, "alpha": SAME}}, "`alpha` in config.yaml changed"),
    ],
)
def test_reason_says_what_changed(study, changed, reason):
    assert set(held(replace(MADE, **changed)).unfit.values()) == {reason}


def test_result_without_a_receipt_is_to_be_made_anew(study):
    COUNT.unlink()
    assert held().unfit == {"results/1/counts.csv": "nothing says what it was made from"}


def test_job_of_which_a_result_is_missing_is_to_be_made_anew(study):
    receipt = read_receipt(WRITE)
    more = {**receipt.outputs, "results/1/page.pdf": SAME}
    write_receipt(WRITE, replace(receipt, outputs=more))
    assert "results/1/page.html" in held().unfit


def test_receipt_says_the_same_wherever_and_whenever_it_is_written(study):
    before = WRITE.read_bytes()
    write_receipt(WRITE, read_receipt(WRITE))
    assert WRITE.read_bytes() == before
    assert str(study) not in before.decode()


@pytest.mark.parametrize("edited", [False, True])
def test_what_a_job_makes_no_more_goes_unless_somebody_edited_it(study, edited):
    page, renamed = Path("results/1/page.html"), Path("results/1/renamed.html")
    renamed.write_text("new")
    if edited:
        page.write_text("mine")
    outputs = hash_paths([renamed.as_posix()])
    write_receipt(WRITE, replace(read_receipt(WRITE), outputs=outputs))
    assert page.exists() == edited
    assert renamed.exists()


def test_what_another_job_makes_now_stays(study):
    outputs = read_receipt(WRITE).outputs
    write_receipt(
        Path("results/1/receipts/print.json"), Receipt("print", {}, MADE, outputs=outputs)
    )
    assert not WRITE.exists()
    assert Path("results/1/page.html").exists()


@pytest.mark.parametrize("folder", ["results", "results/1"])
def test_copied_results_are_checked_where_they_lie(study, tmp_path, folder):
    copy = shutil.copytree(folder, tmp_path / "elsewhere/copy")
    assert check_results(copy).differences == []
    room = copy if folder.endswith("1") else copy / "1"
    (room / "counts.csv").write_text("edited")
    (room / "page.html").unlink()
    (room / "notes.txt").write_text("mine")
    found = check_results(copy)
    told = [text.rpartition("/")[2] for text in found.differences]
    assert told == ["counts.csv: is not as the run wrote it", "page.html: is not there"]
    assert [text.rpartition("/")[2] for text in found.notes] == [
        "notes.txt: nothing says what made it"
    ]


def test_results_of_two_runs_put_together_are_not_those_of_one(study):
    Path("results/1/counts.csv").write_text("another run")
    count = read_receipt(COUNT)
    write_receipt(COUNT, replace(count, outputs=hash_paths(["results/1/counts.csv"])))
    assert check_results("results/1").differences == [
        "write: was made from another results/1/counts.csv"
    ]
    COUNT.unlink()
    assert len(check_results("results/1").differences) == 1


@pytest.mark.parametrize(
    "spoil",
    [
        lambda plain: plain.pop("outputs") and plain.update(outputs=[1]),
        lambda plain: plain["outputs"].update({"results/1/x": "short"}),
        lambda plain: plain["outputs"].update({"../../x": SAME}),
        lambda plain: plain["outputs"].update({"/etc/x": SAME}),
        lambda plain: plain["outputs"].update({"x": SAME}),
        lambda plain: plain.update(rule=7),
        lambda plain: plain.update(more=7),
        lambda plain: plain.pop("made"),
    ],
)
def test_strangers_receipt_of_another_shape_is_refused_in_a_sentence(study, spoil):
    plain = json.loads(WRITE.read_text())
    spoil(plain)
    WRITE.write_text(json.dumps(plain))
    with pytest.raises(SurveyError) as problem:
        check_results("results/1")
    assert "write.json" in str(problem.value)


def test_folder_without_receipts_is_no_folder_of_results(tmp_path):
    with pytest.raises(SurveyError, match="there are no receipts"):
        check_results(tmp_path)


def test_environment_is_the_lock_and_what_is_installed(tmp_path, monkeypatch):
    lock = tmp_path / "requirements.lock"
    lock.write_text("numpy==1.0 \\\n    --hash=sha256:0\npandas[excel]==2.0\n")
    first = environment_hash.__wrapped__(lock)
    assert environment_hash.__wrapped__(lock) == first
    # Another version of what the lock names, spelt as an installer may spell it.
    tmp_path.joinpath("Num_Py-9.dist-info").mkdir()
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    assert environment_hash.__wrapped__(lock) == first
    tmp_path.joinpath("NumPy-9.dist-info").mkdir()
    assert environment_hash.__wrapped__(lock) != first
    lock.write_text(lock.read_text() + "# \n")
    assert hash_file(lock)
    assert environment_hash.__wrapped__(lock) != first


def test_wave_of_which_something_is_unfit_is_remade_and_no_other():
    waves = ("1996", "2000")
    assert Comparison(unfit={"results/1996/tables/tests.csv": ""}).remade_waves(waves) == {"1996"}
    imported = {"results/2000/import/codebook.csv": "", "results/trend/trend.en.html": ""}
    assert Comparison(unfit=imported).remade_waves(waves) == {"2000"}


def test_what_questionnaires_differ_in_remakes_no_wave_and_what_is_of_all_remakes_all():
    waves = ("1996", "2000")
    drift = ["results/1996/import/drift.csv", "results/1996/import/suggested_mapping.yaml"]
    assert Comparison(unfit=dict.fromkeys(drift, "")).remade_waves(waves) == set()
    assert Comparison(unfit={"results/drift/drift.csv": ""}).remade_waves(waves) == set()
    assert Comparison(unfit={"results/deposit/ddi.xml": ""}).remade_waves(waves) == set(waves)


def test_files_of_one_reason_are_told_together_and_only_those_that_are_made():
    found = Comparison(unfit={"b": "the code changed", "a": "the code changed", "c": "x changed"})
    assert found.reasons(["a", "b", "d"]) == ["a and 1 more file: the code changed"]


def test_own_file_beside_what_a_run_wrote_is_a_stranger_and_a_folder_of_own_files_is_not():
    found = Comparison(files=["r/f/made.svg", "r/f/mine.txt", "r/g/mine.txt"])
    found.unknown.update(["r/f/mine.txt", "r/g/mine.txt"])
    assert found.strangers(["r/f", "r/g"]) == ["r/f/mine.txt"]


def test_receipt_of_a_former_job_that_wrote_the_same_file_goes(tmp_path):
    page = {"results/1/report/report.en.html": SAME}
    other = {"results/1/report/other.en.html": SAME}
    for name, outputs in (("write_report.en", page), ("write_other", other)):
        write_receipt(tmp_path / f"{name}.json", Receipt(name, {}, MADE, outputs=outputs))
    (tmp_path / "damaged.json").write_text("{")
    both = {**page, "results/1/report/report.ru.html": OTHER}
    write_receipt(tmp_path / "write_pages.json", Receipt("write_pages", {}, MADE, outputs=both))
    assert {path.stem for path in tmp_path.iterdir()} == {"write_other", "write_pages", "damaged"}


def test_receipts_of_a_public_set_lie_in_the_house_and_it_is_checked_by_them(study, tmp_path):
    for name in ("results/release/1/page.html", "results/release/MANIFEST.csv"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(name)
    counts, page = ({path: hash_file(path)} for path in ("results/1/counts.csv", PUBLIC_PAGE))
    listed = hash_paths(["results/release/MANIFEST.csv"])
    public = Path("results/1/receipts/release_write.json")
    write_receipt(
        public, Receipt("release_write", {"wave": "1"}, MADE, inputs=counts, outputs=page)
    )
    write_receipt(
        Path("results/receipts/list.json"), Receipt("list", {}, MADE, inputs=page, outputs=listed)
    )
    assert public in own_receipts("results")
    assert (held().unfit, held().unknown) == ({}, set())
    copy = shutil.copytree("results", tmp_path / "elsewhere/copy")
    for home in (Path("results"), copy):
        assert check_results(home).differences == []
        assert check_results(home / "1").differences == []
        assert check_results(home, within=home / "release").files == 2
        (home / "release/1/page.html").write_text("edited")
        (home / "1/page.html").write_text("edited in the house alone")
        (home / "release/1/more.html").write_text("mine")
        found = check_results(home, within=home / "release")
        assert [text.partition("release/")[2] for text in found.differences] == [
            "1/page.html: is not as the run wrote it"
        ]
        assert [text.partition("release/")[2] for text in found.notes] == [
            "1/more.html: nothing says what made it"
        ]


def test_what_a_job_makes_no_more_goes_from_the_public_set_too(study):
    Path(PUBLIC_PAGE).parent.mkdir(parents=True)
    Path(PUBLIC_PAGE).write_text("x")
    place = Path("results/1/receipts/release_write.json")
    write_receipt(place, Receipt("release_write", {}, MADE, outputs=hash_paths([PUBLIC_PAGE])))
    write_receipt(place, Receipt("release_write", {}, MADE))
    assert not Path(PUBLIC_PAGE).exists()
