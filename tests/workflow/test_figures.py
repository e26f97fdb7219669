"""`snakemake figures` draws what a journal and a slide need; the default run what a page needs."""

import csv
import re

import pytest

from invented import MINIMAL_CONFIG, MINIMAL_TABLES, copy_study, snakemake, write_raw, write_study

FIGURES = "results/1996/figures"


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """The minimal study with all its figures, in two languages."""
    folder = tmp_path_factory.mktemp("figures")
    write_raw(folder / "resources/1996/raw.sav")
    figures = "journal: {single_mm: 90, dpi: 150}\n"
    config = f"languages: [en, ru]\n{MINIMAL_CONFIG}"
    write_study(folder, config=config, tables=MINIMAL_TABLES, figures=figures)
    finished = snakemake(folder, "figures")
    assert finished.returncode == 0, finished.stderr
    return folder


def test_every_profile_has_its_files_in_every_language(drawn):
    for language in ("en", "ru"):
        for name in ("vote_by_education", "residuals"):
            for profile in ("journal", "slide"):
                for ending in ("pdf", "svg", "png"):
                    path = drawn / FIGURES / profile / f"{name}.{language}.{ending}"
                    assert path.stat().st_size > 500, path
            for ending in ("svg", "png"):
                assert (drawn / FIGURES / f"{name}.{language}.{ending}").stat().st_size > 100
        assert (drawn / FIGURES / f"vote_by_education.{language}.csv").stat().st_size > 100


def test_width_of_the_journal_s_column_is_the_declared_one(drawn):
    svg = (drawn / FIGURES / "journal/vote_by_education.en.svg").read_text(encoding="utf-8")
    assert 'width="90.00mm"' in svg
    double = (drawn / FIGURES / "journal/residuals.en.svg").read_text(encoding="utf-8")
    assert 'width="174.00mm"' in double


def test_map_in_which_no_residual_reaches_two_is_a_sentence_and_has_no_numbers(drawn):
    svg = (drawn / FIGURES / "residuals.en.svg").read_text(encoding="utf-8")
    words = " ".join(re.findall(r">([^<>]+)</text>", svg))
    assert re.search(r"None of the \d+ cells has an adjusted residual of 2", words)
    lines = (drawn / FIGURES / "residuals.en.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1


def test_captions_name_every_figure_that_is_drawn_and_its_finding(drawn):
    text = (drawn / FIGURES / "journal/captions.en.txt").read_text(encoding="utf-8")
    assert text.startswith("vote_by_education\nThe most frequent answer is “right”: 57.1")
    assert "residuals" not in text
    assert re.search(r"Largest share \(all respondents\): “right”, 57\.1%", text)


def test_figure_of_every_profile_draws_the_numbers_of_the_file_beside_it(drawn):
    with open(drawn / FIGURES / "vote_by_education.en.csv", encoding="utf-8") as lines:
        known = {line["number"]: line["printed"] for line in csv.DictReader(lines)}
    for folder in ("", "journal/", "slide/"):
        svg = (drawn / FIGURES / f"{folder}vote_by_education.en.svg").read_text(encoding="utf-8")
        shown = re.findall(r'data-number="(percent[^"]*)">\s*<text[^>]*>([^<]*)<', svg)
        assert len(shown) >= 6
        assert all(known[name] == text for name, text in shown)


def test_default_run_draws_for_the_screen_alone(minimal_run):
    folder = minimal_run / FIGURES
    assert (folder / "vote_by_education.en.csv").exists()
    assert not (folder / "journal").exists()
    assert not (folder / "slide").exists()


def test_profiles_that_are_not_declared_are_not_drawn_and_bytes_do_not_depend_on_cores(
    drawn, tmp_path
):
    folder = copy_study(drawn, tmp_path)
    figures = "profiles: [screen, slide]\njournal: {single_mm: 90, dpi: 150}\n"
    write_study(folder, figures=figures)
    finished = snakemake(folder, "figures", cores=1, environment={"PYTHONHASHSEED": "7"})
    assert finished.returncode == 0, finished.stderr
    assert not (folder / FIGURES / "journal").exists()
    for path in sorted((folder / FIGURES / "slide").iterdir()):
        assert path.read_bytes() == (drawn / FIGURES / "slide" / path.name).read_bytes(), path.name


def test_unknown_profile_is_refused_in_one_sentence(minimal_study):
    write_study(minimal_study, figures="profiles: [poster]\n")
    finished = snakemake(minimal_study, "--dry-run")
    assert finished.returncode != 0
    assert "'poster' is not one of screen, journal, slide" in finished.stdout + finished.stderr
