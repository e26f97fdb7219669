"""The public set of two hundred people: nothing that was kept back is found in any file of it."""

import csv
import io
import json
import re
import shutil
import subprocess
import zipfile

import docx
import openpyxl
import pptx
import pytest
from lxml import html

from confidential import WORDS, write_confidential_study
from invented import read, snakemake
from programs import need
from resurvey.__main__ import main
from resurvey.core.errors import SurveyError
from resurvey.core.names import KEPT_BACK, name_number
from resurvey.proof.receipts import check_results
from resurvey.safety.ledger import Entry, Ledger, hash_count
from resurvey.study.folder import read_study

ROOMS = ("tables", "models", "index")
LONG = re.compile(r"-?\d+\.\d{8,}(?:e-\d+)?")
"""Numbers with so many decimals that they stand in one place alone."""


@pytest.fixture(scope="session")
def public_run(tmp_path_factory):
    """The study, its working report and its public set, made once."""
    folder = tmp_path_factory.mktemp("public")
    write_confidential_study(folder)
    finished = snakemake(folder, "all", "release")
    assert finished.returncode == 0, finished.stderr
    return folder


@pytest.fixture(scope="module")
def working(public_run):
    return public_run / "results/w1"


@pytest.fixture(scope="module")
def public(public_run):
    return public_run / "results/release/w1"


def result_files(folder):
    return {
        path.relative_to(folder).as_posix(): read(path)
        for room in ROOMS
        for path in sorted((folder / room).glob("*.csv"))
    }


@pytest.fixture(scope="module")
def emptied(working, public):
    """File, line and column of all that the working files tell and the public ones do not."""
    released = result_files(public)
    gone = {}
    for name, lines in result_files(working).items():
        # Of a model that is kept back one line is left.
        same = len(lines) == len(released[name])
        left = {text for line in released[name] for text in line.values()}
        gone |= {
            (name, number, column): text
            for number, line in enumerate(lines)
            for column, text in line.items()
            if text and not (released[name][number][column] if same else text in left)
        }
    return gone


NUMBER = re.compile(r"-?\d+\.\d+(?:e-\d+)?")


def telling(emptied, public):
    """Long decimals that were emptied everywhere: where one is found, somebody forgot a place."""
    left = {
        text for lines in result_files(public).values() for line in lines for text in line.values()
    }
    known = {text for text in emptied.values() if LONG.fullmatch(text)}
    return known - left


def test_something_is_kept_back_in_every_kind_of_file(emptied):
    files = {name for name, _, _ in emptied}
    assert any(name.startswith("models/") for name in files)
    assert {"tables/crosstabs.csv", "tables/frequencies.csv", "tables/banners.csv"} <= files
    assert len(emptied) > 300


def test_the_working_files_stay_whole(working):
    lines = read(working / "tables/crosstabs.csv")
    assert all("suppressed" not in line for line in lines)
    assert any(line["row_code"] == "3" and line["unweighted_count"] == "1" for line in lines)


def test_public_files_have_the_same_lines_and_a_column_more(working, public):
    released = result_files(public)
    for name, lines in result_files(working).items():
        # Of a histogram the outermost bars go, of a model that is kept back one line is left.
        fewer = name.startswith("models/") or name == "tables/summaries.csv"
        assert len(released[name]) <= len(lines) if fewer else len(released[name]) == len(lines)
        assert all(list(line)[-1] == "suppressed" for line in released[name])


# What a reader sees: every number of every format stands where the working report has it.
PLACES = ("status_by_sex", "debt_by_region", "sources", "words")


def expected_rows(folder, working, emptied):
    """Rows with numbers that are kept back, as the formats print them: label, and per cents."""
    found, kept = {}, set()
    codes = [line["row_code"] for line in read(working / "tables/crosstabs.csv")]
    for number, line in enumerate(read(folder / "tables/crosstabs.csv")):
        if line["table"] not in PLACES or line["kind"] != "answer":
            continue
        place = line["table"], line["row_variable"], codes[number]
        row = found.setdefault(place, (line["row_label"] or "Answers of few respondents", []))
        row[1].append((line["column_code"], line["percent"]))
        if ("tables/crosstabs.csv", number, "percent") in emptied:
            kept.add(place)
    return {place: row for place, row in found.items() if place in kept}


def printed(values):
    """Per cents in the order of the columns, all respondents first, half away from zero."""
    ordered = sorted(values, key=lambda pair: pair[0] != "total")
    return [
        f"{int(float(text) * 10 + 0.5 + 1e-9) / 10:.1f}" if text else KEPT_BACK
        for _, text in ordered
    ]


def rows_of_word(path):
    document = docx.Document(path)
    return [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]


def rows_of_excel(path):
    """Rows of every sheet with answers and per cents, without the counts behind these."""
    found = []
    for sheet in openpyxl.load_workbook(path):
        counts = set()
        for row in sheet.iter_rows():
            words = [cell for cell in row[1:] if isinstance(cell.value, str)]
            counted = {cell.column for cell in words if re.search(r"(^|, )n$", cell.value)}
            counts = counted or counts
            found.append(
                [
                    cell.value if isinstance(cell.value, str) else f"{cell.value:.1f}"
                    for cell in row
                    if cell.value is not None and cell.column not in counts
                ]
            )
    return found


def rows_of_slides(path):
    """Answers of the charts with the numbers behind their bars."""
    plots = [
        plot
        for slide in pptx.Presentation(path).slides
        for shape in slide.shapes
        if shape.has_chart
        for plot in shape.chart.plots
    ]
    return [
        [answer, *(KEPT_BACK if value is None else f"{value:.1f}" for value in values)]
        for plot in plots
        for answer, *values in zip(
            plot.categories, *(series.values for series in plot.series), strict=True
        )
    ]


def rows_of_page(path):
    page = html.fromstring(path.read_text(encoding="utf-8"))
    return [
        [cell.text_content().strip() for cell in row.iter("th", "td")] for row in page.iter("tr")
    ]


def rows_of_csv(folder):
    return [
        row
        for path in sorted(folder.glob("*.csv"))
        for row in csv.reader(path.read_text(encoding="utf-8-sig").splitlines())
    ]


TIMES = r"\ensuremath{\times}"


def rows_of_latex(folder):
    return [
        [cell.strip() for cell in line.removesuffix(r"\\").split("&")]
        for path in sorted(folder.glob("*.tex"))
        for line in path.read_text(encoding="utf-8").replace(TIMES, KEPT_BACK).splitlines()
        if "&" in line
    ]


FORMATS = {
    "html": lambda report: rows_of_page(report / "report.en.html"),
    "docx": lambda report: rows_of_word(report / "report.en.docx"),
    "xlsx": lambda report: rows_of_excel(report / "tables.en.xlsx"),
    "pptx": lambda report: rows_of_slides(report / "report.en.pptx"),
    "csv": lambda report: rows_of_csv(report / "csv"),
    "latex": lambda report: rows_of_latex(report / "latex"),
}


def bare(row):
    """Label and numbers of a row, without marks, letters and empty cells."""
    label, *cells = row
    numbers = (re.search(rf"-?\d+\.\d|{KEPT_BACK}", cell) for cell in cells)
    return [label.strip(), *(number[0] for number in numbers if number)]


def told_rows(rows, wanted):
    # Before an answer may stand the question that it is an answer to.
    found = {tuple(bare(part)) for row in rows for part in (row, row[1:]) if part}
    return [
        place for place, (label, values) in wanted.items() if (label, *printed(values)) in found
    ]


@pytest.mark.parametrize("form", FORMATS)
def test_a_number_kept_back_is_told_by_no_format_at_its_place(form, working, public, emptied):
    whole, kept = (expected_rows(folder, working, emptied) for folder in (working, public))
    rows = FORMATS[form](public / "report")
    assert len(whole) >= 6
    assert told_rows(rows, whole) == []
    assert told_rows(rows, kept) == list(kept)
    # The scanner sees: in the working report all of them are told.
    assert told_rows(FORMATS[form](working / "report"), whole) == list(whole)


def test_no_identity_of_a_number_kept_back_is_on_the_page_or_in_the_provenance(
    working, public, emptied
):
    lines = read(working / "tables/crosstabs.csv")
    names = {
        name_number("percent", *(lines[number][key] for key in
                    ("table", "row_variable", "row_code", "column_code")))
        for name, number, column in emptied
        if name == "tables/crosstabs.csv" and column == "percent"
    }  # fmt: skip
    for folder, wanted in ((public, False), (working, True)):
        text = (folder / "report/provenance.json").read_text(encoding="utf-8")
        assert any(f'"{name}"' in text for name in names) is wanted
        page = html.fromstring((folder / "report/report.en.html").read_text(encoding="utf-8"))
        shown = {node.get("data-number") for node in page.iter() if node.get("data-number")}
        assert bool(shown & names) is wanted
        drawn = "".join(path.read_text() for path in sorted((folder / "figures").glob("*.svg")))
        assert any(f'"{name}"' in drawn for name in names) is wanted


def texts_of(folder):
    """Every file of a folder as text, by path: what is packed is unpacked, PDF is read."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.suffix == ".png":
            continue
        if path.suffix in (".docx", ".xlsx", ".pptx"):
            yield path, "\n".join(parts_of(path.read_bytes()))
        elif path.suffix == ".pdf":
            command = [need("pdftotext"), "-layout", str(path), "-"]
            yield path, subprocess.run(command, capture_output=True, text=True, check=True).stdout
        else:
            yield path, path.read_text(encoding="utf-8")


def parts_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                yield package.read(name).decode()
            elif name.endswith((".docx", ".xlsx")):
                yield from parts_of(package.read(name))


def leaks(folder, canaries):
    """Files with a canary that is no part of a longer number."""
    found = set()
    for path, text in texts_of(folder):
        numbers = set(NUMBER.findall(text))
        found |= {
            (path.name, word)
            for word in canaries
            if (word in numbers if LONG.fullmatch(word) else word in text)
        }
    return sorted(found)


def test_no_decimal_of_a_number_kept_back_is_in_any_file(working, public, emptied):
    canaries = telling(emptied, public)
    assert len(canaries) > 50
    assert leaks(public, canaries) == []
    assert {word for room in ROOMS for _, word in leaks(working / room, canaries)} == canaries


def test_what_people_wrote_is_in_no_file_and_no_log(public_run, public):
    assert leaks(public_run / "results/release", [*WORDS, "CANARY"]) == []
    assert leaks(public_run / ".snakemake/log", ["CANARY"]) == []


def test_a_single_income_is_in_no_file(public):
    assert leaks(public, ["987650", "987,650", "987 650"]) == []


def test_a_figure_has_no_bar_for_a_number_kept_back(working, public):
    drawn, whole = (
        (folder / "figures/status_by_sex.en.svg").read_text(encoding="utf-8")
        for folder in (public, working)
    )
    assert KEPT_BACK in drawn
    assert KEPT_BACK not in whole
    assert drawn.count("<rect") + drawn.count("<path") < whole.count("<rect") + whole.count("<path")
    alt = json.loads((public / "figures/alt.en.json").read_text(encoding="utf-8"))
    assert "kept back" in alt["status_by_sex"]["alt"]


def test_a_sentence_that_needs_a_number_kept_back_is_dropped(working, public):
    whole, page = ((folder / "report/report.en.html").read_text() for folder in (working, public))
    assert "Deported women" in whole
    assert "Deported women" not in page
    assert "are registered" in page


@pytest.mark.parametrize(
    ("folder", "said"), [("w1", "Internal report"), ("release/w1", "Public version")]
)
def test_every_format_says_first_whom_it_is_for(public_run, folder, said):
    report = public_run / "results" / folder / "report"
    page = html.fromstring((report / "report.en.html").read_text(encoding="utf-8"))
    assert said in page.find_class("banner")[0].text_content()
    assert said in "".join(
        part.text for part in docx.Document(report / "report.en.docx").paragraphs[:6]
    )
    command = [need("pdftotext"), "-l", "1", str(report / "report.en.pdf"), "-"]
    assert said in subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_the_public_report_says_by_which_rule_and_how_much_is_kept_back(public):
    page = html.fromstring((public / "report/report.en.html").read_text(encoding="utf-8"))
    said = page.get_element_by_id("protection").getparent().text_content()
    facts = json.loads((public / "disclosure.json").read_text(encoding="utf-8"))
    assert "fewer than 10 respondents" in said
    assert str(facts["hidden"]) in said
    assert facts["hidden"] > 10


def test_a_set_that_somebody_altered_after_it_was_signed_is_told(public_run, tmp_path, capsys):
    home = tmp_path / "results/release"
    shutil.copytree(public_run / "results", tmp_path / "results")
    assert not [path for path in home.rglob("*") if path.name in ("receipts", "logs")]
    assert main(["verify", str(home)]) == 0
    assert "nobody has signed" in capsys.readouterr().out
    given = ["sign-off", "--by", "Aigul A.", "--on", "2026-11-30", "--directory", str(tmp_path)]
    assert main(given) == 0
    signed = json.loads((home / "SIGN-OFF.json").read_text(encoding="utf-8"))
    assert signed["signed_by"] == "Aigul A."
    assert "w1/report/report.en.html" in signed["files"]
    assert main(["verify", str(home)]) == 0
    page = home / "w1/report/report.en.html"
    page.write_text(page.read_text(encoding="utf-8").replace(KEPT_BACK, "3.0", 1), encoding="utf-8")
    capsys.readouterr()
    assert main(["verify", str(home)]) == 1
    assert "report.en.html was changed since it was signed" in capsys.readouterr().out
    assert main(given) == 2
    # Whoever gets the set has no receipts, and the sign-off tells all the same.
    handed = shutil.copytree(home, tmp_path / "elsewhere/release")
    assert main(["verify", str(handed)]) == 1


def test_a_signed_set_is_made_anew_by_what_others_told_and_stays_where_that_is_refused(
    public_run, tmp_path, capsys
):
    study = shutil.copytree(public_run, tmp_path, dirs_exist_ok=True)
    home = study / "results/release"
    given = ["sign-off", "--by", "Aigul A.", "--on", "2026-11-30", "--directory", str(study)]
    assert main(given) == 0
    finished = snakemake(study, "release", "--dry-run")
    assert "Nothing to be done" in finished.stdout + finished.stderr
    # The new set has another title, and the last of its jobs fails: what was signed stays whole.
    config = study / "config/config.yaml"
    config.write_text(config.read_text(encoding="utf-8").replace("Returned", "Resettled"))
    (home / "w1/mine.txt").write_text("mine")
    finished = snakemake(study, "release", "--forcerun", "protect_wave")
    assert finished.returncode != 0
    assert "mine.txt: no run of this study made this" in finished.stdout + finished.stderr
    draft = study / "results/w1/disclosure/public/report/report.en.html"
    assert "Resettled" in draft.read_text(encoding="utf-8")
    (home / "w1/mine.txt").unlink()
    assert main(["verify", str(shutil.copytree(home, tmp_path / "before"))]) == 0
    finished = snakemake(study, "release")
    assert finished.returncode == 0, finished.stderr
    assert (home / "w1/report/report.en.html").read_bytes() == draft.read_bytes()
    assert [path.name for path in home.parent.iterdir() if path.name.startswith(".")] == []
    assert main(["verify", str(home)]) == 1
    assert main(given) == 0
    # An earlier release told of 203 respondents, three more, and nobody told of 200 before.
    cells = frozenset({hash_count("s", (), 203)})
    earlier = Entry("2025", "w1", "w1", "tables/t.csv", "t", ("sex",), "", "203", "s", cells)
    Ledger([earlier]).write(study / "release/ledger.csv")
    finished = snakemake(study, "release")
    assert finished.returncode != 0
    assert "both releases together would tell" in finished.stdout + finished.stderr
    capsys.readouterr()
    assert main(["verify", str(shutil.copytree(home, tmp_path / "handed"))]) == 0
    assert "signed by Aigul A." in capsys.readouterr().out


def test_a_day_that_is_none_is_refused(tmp_path, capsys):
    assert main(["sign-off", "--by", "A", "--on", "today", "-d", str(tmp_path)]) == 2
    assert "'today' is no day" in capsys.readouterr().err


def test_certificate_and_deposit_of_real_answers_are_those_of_the_public_set(public_run, public):
    finished = snakemake(public_run, "certificate", "deposit", "--dry-run")
    assert finished.returncode == 0, finished.stderr
    said = finished.stdout + finished.stderr
    assert "The deposit is the public set" in said
    assert "Nothing to be done" in said
    assert (public / "certificate/ro-crate-metadata.json").is_file()
    assert not (public_run / "results/w1/certificate").exists()
    assert not (public_run / "results/deposit").exists()
    assert check_results(public_run / "results").differences == []


@pytest.mark.parametrize("target", ["release", "certificate"])
def test_an_engines_report_of_a_public_set_is_refused_and_written_nowhere(public_run, target):
    finished = snakemake(public_run, target, "--report", "report.html")
    assert finished.returncode != 0
    assert "`--report` shows what stays in the house" in finished.stdout + finished.stderr
    assert not (public_run / "report.html").exists()


def test_records_of_real_people_are_no_target(public_run):
    finished = snakemake(public_run, "results/deposit/pooled.sav", "--dry-run")
    assert finished.returncode != 0
    assert "pooled.sav" in finished.stdout + finished.stderr


def test_a_wave_called_release_is_refused(tmp_path):
    write_confidential_study(tmp_path)
    config = tmp_path / "config/config.yaml"
    config.write_text(config.read_text().replace("w1:", "release:"), encoding="utf-8")
    with pytest.raises(SurveyError, match="wave 'release' is not a valid name"):
        read_study(tmp_path / "config", None)
