"""A certificate holds where nothing was changed, and names the file or cell that was."""

import csv
import io
import json
import random
import re
import shutil
import subprocess
import sys
import zipfile

import pytest

from invented import ROOT
from resurvey.__main__ import main

CROSSTABS = "results/w1/tables/crosstabs.csv"
PERCENTS = ("33.333333333333336", "66.66666666666667", "25.0", "75.0", "30.0", "60.0")


def check(capsys, *arguments):
    """Exit code and what was printed to both streams."""
    code = main(["verify", *map(str, arguments)])
    said = capsys.readouterr()
    return code, said.out, said.err


def replace(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def add_noise(path, noise):
    """Change every fractional number of a CSV file by some function."""
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    changed = [[repr(noise(float(one))) if "." in one else one for one in row] for row in rows]
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(changed)
    path.write_text(stream.getvalue(), encoding="utf-8")


def test_untouched_certificate_holds_wherever_it_lies(crate, capsys):
    code, out, err = check(capsys, crate)
    assert code == 0
    assert err == ""
    assert "nothing differs" in out
    assert "printed numbers: 4" in out
    assert "3 agree and 1 do not, as the certificate states" in out


@pytest.mark.parametrize("inside", [True, False])
def test_zip_of_the_folder_or_of_its_files_holds_too(crate, tmp_path, capsys, inside):
    root = crate.parent if inside else crate
    archive = shutil.make_archive(
        str(tmp_path / "sent"), "zip", root, crate.name if inside else "."
    )
    if not inside:
        with zipfile.ZipFile(archive) as made, zipfile.ZipFile(tmp_path / "b.zip", "w") as bare:
            for one in made.infolist():
                bare.writestr(one.filename.removeprefix("./"), made.read(one))
        archive = tmp_path / "b.zip"
    assert check(capsys, archive)[0] == 0


@pytest.mark.slow
@pytest.mark.parametrize("of_zip", [False, True])
@pytest.mark.parametrize("harmed", [False, True])
def test_certificate_checks_itself_with_nothing_but_python(crate, tmp_path, of_zip, harmed):
    if harmed:
        replace(crate / "README.md", "Ten", "Two")
    what = []
    if of_zip:
        what = [shutil.make_archive(str(tmp_path / "sent"), "zip", crate.parent, crate.name)]
    place = sorted(crate.rglob("*"))
    # No site packages, no PYTHONPATH, no environment, another folder than that of the library.
    said = subprocess.run(
        [sys.executable, "-I", "-S", str(crate / "verify.py"), *what],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={},
        check=False,
    )
    assert said.stderr == ""
    assert said.returncode == int(harmed)
    assert ("differs: README.md: changed" in said.stdout) == harmed
    assert ("nothing differs: the certificate holds" in said.stdout) != harmed
    assert sorted(crate.rglob("*")) == place


@pytest.mark.slow
def test_enclosed_verifier_is_the_library_and_says_what_it_cannot_read(crate, tmp_path):
    enclosed = sorted((crate / "verifier").rglob("*.py"))
    assert enclosed
    for path in enclosed:
        own = ROOT / "workflow/scripts" / path.relative_to(crate / "verifier")
        assert path.read_bytes() == own.read_bytes()
    said = subprocess.run(
        [sys.executable, "-I", "-S", "verify.py", "nowhere.zip"],
        capture_output=True,
        text=True,
        cwd=crate,
        check=False,
    )
    assert said.returncode == 2
    assert said.stderr == "nowhere.zip: there is no such folder or zip\n"


@pytest.mark.slow
def test_check_needs_nothing_but_python_and_the_library(crate, tmp_path):
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT / 'workflow/scripts')!r})\n"
        "from resurvey.__main__ import main\n"
        f"sys.exit(main(['verify', {str(crate)!r}]))"
    )
    said = subprocess.run(
        [sys.executable, "-S", "-I", "-c", code],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    assert "nothing differs" in said.stdout


@pytest.mark.parametrize(
    "noise", [lambda x: x + 1e-12, lambda x: x - 1e-12, lambda x: x * (1 + 1e-12)]
)
def test_noise_of_a_billionth_of_a_thousandth_passes_with_a_note(crate, capsys, noise):
    add_noise(crate / CROSSTABS, noise)
    code, out, _ = check(capsys, crate)
    assert code == 0
    assert f"note: {CROSSTABS}: the same numbers in other bytes" in out


def test_noise_in_the_comparison_passes_with_a_note(crate, capsys):
    replace(crate / "comparison.json", '"value": 33.333333333333336', '"value": 33.33333333333434')
    code, out, _ = check(capsys, crate)
    assert code == 0
    assert "note: comparison.json: other bytes" in out


@pytest.mark.parametrize("old", PERCENTS)
def test_a_tenth_of_a_point_in_one_cell_fails_and_is_named(crate, capsys, old):
    replace(crate / CROSSTABS, f",{old}\n", f",{float(old) + 0.1!r}\n")
    code, out, _ = check(capsys, crate)
    told = [line for line in out.splitlines() if line.startswith("differs: ")]
    assert code == 1
    assert len(told) == 1
    assert f"percent: certified {old}, found {float(old) + 0.1!r}" in told[0]


def test_the_named_cell_has_table_question_row_column_and_both_numbers(crate, capsys):
    replace(crate / CROSSTABS, ",4,25.0\n", ",4,25.1\n")
    _, out, _ = check(capsys, crate)
    assert (
        f"differs: {CROSSTABS}: jobs, job, yes, women: percent: certified 25.0, found 25.1; "
        "printed 25.1, recomputed 25.0"
    ) in out


def test_a_changed_count_is_found_in_the_printed_numbers_as_well(crate, capsys):
    replace(crate / CROSSTABS, "answer,2,6,33.3", "answer,3,6,33.3")
    code, out, _ = check(capsys, crate)
    assert code == 1
    assert "jobs, job, yes, men: count: certified 2, found 3" in out
    assert (
        "comparison.json: jobs, job, yes, Men: printed 33.3, recomputed 50.0 (unrounded 50.000000)"
    ) in out


def test_a_changed_print_is_found_in_its_file_and_in_the_comparison(crate, capsys):
    replace(crate / "resources/published/w1/cells.csv", "men,All,60.0", "men,All,60.1")
    code, out, _ = check(capsys, crate)
    assert code == 1
    assert "sample, sex, men, All: printed: certified 60.0, found 60.1" in out
    assert "comparison.json: sample, sex, men, All: printed 60.1, recomputed 60.0" in out


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"value": 33.333333333333336', '"value": 33.43'),
        ('"printed": "33.3"', '"printed": "33.4"'),
        ('"recomputed": "33.3"', '"recomputed": "33.4"'),
        ('"low": "33.25"', '"low": "33.15"'),
        ('"inside": true', '"inside": false'),
        ('"verdict": "differs"', '"verdict": "agrees"'),
        ('"differs": 1', '"differs": 0'),
    ],
)
def test_comparison_is_not_believed(crate, capsys, old, new):
    replace(crate / "comparison.json", old, new)
    code, out, _ = check(capsys, crate)
    assert code == 1
    assert "differs: comparison.json: " in out


def test_comparison_that_drops_its_misprint_and_all_hashes_is_still_found(crate, capsys):
    """Somebody who renews every hash cannot make the counts agree with a misprint."""
    import hashlib

    path = crate / "comparison.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["cells"][2] |= {"verdict": "agrees", "inside": True, "recomputed": "25.1"}
    document["summary"] |= {"agrees": 4, "differs": 0, "inside": 4}
    old = hashlib.sha256(path.read_bytes()).hexdigest()
    path.write_text(json.dumps(document), encoding="utf-8")
    new = hashlib.sha256(path.read_bytes()).hexdigest()
    for name in ("manifest.json", "manifest.csv", "ro-crate-metadata.json"):
        before = hashlib.sha256((crate / name).read_bytes()).hexdigest()
        text = (crate / name).read_text(encoding="utf-8").replace(old, new)
        (crate / name).write_text(text, encoding="utf-8")
        after = hashlib.sha256((crate / name).read_bytes()).hexdigest()
        metadata = crate / "ro-crate-metadata.json"
        metadata.write_text(metadata.read_text(encoding="utf-8").replace(before, after))
    code, out, _ = check(capsys, crate)
    assert code == 1
    assert "comparison.json: jobs, job, yes, Women: printed 25.1, recomputed 25.0" in out


def test_audit_that_says_another_verdict_is_named(crate, capsys):
    replace(crate / "results/w1/audit/cells.csv", "25.1,25.0,differs", "25.1,25.1,agrees")
    code, out, _ = check(capsys, crate)
    assert code == 1
    assert "audit/cells.csv: jobs, job, yes, Women: recomputed: certified 25.0, found 25.1" in out
    assert "audit/cells.csv: jobs, job, yes, Women: printed 25.1, recomputed 25.0" in out


@pytest.mark.slow
def test_terminal_that_knows_no_cyrillic_gets_the_answer_all_the_same(crate):
    replace(crate / CROSSTABS, "answer,2,6,", "Да,2,6,")
    said = subprocess.run(
        [sys.executable, "-m", "resurvey", "verify", str(crate)],
        capture_output=True,
        env={"PYTHONPATH": str(ROOT / "workflow/scripts"), "PYTHONIOENCODING": "latin-1"},
        check=False,
    )
    assert said.returncode == 1
    assert b"\\u0414\\u0430" in said.stdout


def test_missing_extra_renamed_and_changed_files_are_named(crate, capsys):
    (crate / "results/w1/report/report.en.html").rename(crate / "results/w1/report/other.html")
    (crate / "notes.txt").write_text("mine")
    replace(crate / "README.md", "Ten", "Two")
    code, out, _ = check(capsys, crate)
    assert code == 1
    assert "differs: results/w1/report/report.en.html: missing" in out
    assert "differs: results/w1/report/other.html: not among the certified files" in out
    assert "differs: notes.txt: not among the certified files" in out
    assert "differs: README.md: changed" in out


@pytest.mark.parametrize("share", [0, 0.5, 0.99])
def test_truncated_table_is_named(crate, capsys, share):
    content = (crate / CROSSTABS).read_bytes()
    (crate / CROSSTABS).write_bytes(content[: int(len(content) * share)])
    code, out, err = check(capsys, crate)
    assert code == 1
    assert f"differs: {CROSSTABS}" in out
    assert err == ""


@pytest.mark.parametrize(
    "name", ["manifest.csv", CROSSTABS, "resources/published/w1/cells.csv", "comparison.json"]
)
def test_missing_document_is_a_difference_and_the_rest_is_still_checked(crate, capsys, name):
    (crate / name).unlink()
    replace(crate / "README.md", "Ten", "Two")
    code, out, _ = check(capsys, crate)
    assert code == 1
    assert f"differs: {name}: missing" in out
    assert "README.md: changed" in out


def test_results_of_a_fresh_run_are_checked_against_it(made, tmp_path, capsys):
    results = shutil.copytree(made.parent, tmp_path / "w1")
    assert check(capsys, made, "--against", results)[0] == 0
    add_noise(results / "tables/crosstabs.csv", lambda x: x * (1 + 1e-13))
    assert check(capsys, made, "--against", results)[0] == 0
    replace(results / "tables/crosstabs.csv", "answer,6,10", "answer,5,10")
    (results / "report/report.en.html").unlink()
    code, out, _ = check(capsys, made, "--against", results)
    assert code == 1
    assert "tables/crosstabs.csv: sample, sex, men, All: count: certified 6, found 5" in out
    assert "report/report.en.html was certified and is missing" in out


def test_against_a_folder_that_is_not_there_is_one_sentence(made, tmp_path, capsys):
    code, _, err = check(capsys, made, "--against", tmp_path / "none")
    assert code == 2
    assert len(err.splitlines()) == 1


@pytest.mark.slow
def test_nothing_published_is_certified_and_told(certified, tmp_path, capsys):
    folder = certified(tmp_path, published=False)
    document = json.loads((folder / "comparison.json").read_text(encoding="utf-8"))
    assert document["published"] is None
    assert document["summary"]["cells"] == 0
    code, out, _ = check(capsys, folder)
    assert code == 0
    assert "printed numbers" not in out
    page = (folder / "certificate.en.html").read_text(encoding="utf-8")
    assert "Nothing was published for this wave" in page


@pytest.mark.slow
def test_random_damage_is_never_a_traceback_and_never_passes(made, tmp_path, capsys):
    """A hundred seeded changes of one to three bytes; only other last bits of numbers may pass."""
    chance = random.Random(7)
    files = sorted(path.relative_to(made) for path in made.rglob("*") if path.is_file())
    for number in range(100):
        folder = shutil.copytree(made, tmp_path / str(number))
        path = folder / chance.choice(files)
        content = bytearray(path.read_bytes())
        before = bytes(content)
        for _ in range(chance.randint(1, 3)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        path.write_bytes(content)
        code, out, err = check(capsys, folder)
        changed = bytes(content) != before
        passed = code == 0 and changed and "note: " not in out
        assert not passed, (path, number)
        assert code in (0, 1, 2)
        assert "Traceback" not in out + err
        shutil.rmtree(folder)


@pytest.mark.slow
def test_no_byte_that_a_program_reads_goes_unnoticed(made, tmp_path, capsys):
    """Every value in the two documents that name the others is itself tied to another one."""
    for name in ("manifest.json", "ro-crate-metadata.json"):
        values = set(re.findall(r'": ("[^"]+"|\d+)', (made / name).read_text(encoding="utf-8")))
        for number, value in enumerate(sorted(values)[::7]):
            folder = shutil.copytree(made, tmp_path / f"{name}-{number}")
            letter = "y" if value.startswith('"x') else "x"
            other = f'"{letter}{value[2:]}' if value.startswith('"') else f"1{value}"
            replace(folder / name, f'": {value}', f'": {other}')
            code, out, err = check(capsys, folder)
            assert code in (1, 2), (name, value)
            assert "differs: " in out or len(err.splitlines()) == 1
            shutil.rmtree(folder)
