"""Two waves, then a third: what moved is counted by hand, and no earlier report changes."""

from types import SimpleNamespace

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe

from invented import published_bytes, read, snakemake, write_study
from product.browsing import NARROW, visit
from resurvey.reading.writing import write_sav
from unit.waves.contract.small_waves import survey

CONFIG = """\
title: {en: Invented waves, ru: Выдуманные волны}
languages: [en, ru]
sample: probability
documents: []
waves:
  "2020": {file: resources/2020.sav}
  "2022": {file: resources/2022.sav}
"""
TABLES = """\
tables:
  plans_by_sex: {rows: [plans], columns: sex}
  work: {rows: [works], columns: sex}
"""
CODEBOOK = """\
id: person
variables:
  person: {label: Number, measure: scale}
  sex: {label: Your sex, codes: {1: Men, 2: Women}}
  works: {label: Do you have a job?, codes: {1: "Yes", 2: "No"}}
  plans: {label: What are your plans?, codes: {1: Stay, 2: Leave}}
"""
WAVES = """\
"2022":
  accept:
    - {variable: plans, difference: wording, why: The interviewers asked for a shorter question}
"""
TREND = "multiplicity: {method: holm}\n"
LATER = '  "2025": {file: resources/2025.sav}\n'


def people(first, stay, working=50):
    """A hundred people from number `first` on: `stay` of them stay, men and women alternate."""
    return pd.DataFrame(
        {
            "person": range(first, first + 100),
            "sex": [1, 2] * 50,
            "plans": [1] * stay + [2] * (100 - stay),
            "works": [1] * working + [2] * (100 - working),
        }
    )


def write_wave(folder, year, data, plans="What are your plans?"):
    (folder / "resources").mkdir(exist_ok=True)
    labels = {"plans": {1: "Stay", 2: "Leave"}}
    wave = survey(data, labels, {"plans": plans, "person": "Number"}, {"plans": ()})
    write_sav(folder / f"resources/{year}.sav", wave)


def write_two_waves(folder):
    """Half of the second wave's people were in the first."""
    write_study(folder, config=CONFIG, tables=TABLES, codebook=CODEBOOK, waves=WAVES, trend=TREND)
    write_wave(folder, 2020, people(1, 40))
    write_wave(folder, 2022, people(51, 55), plans="Your plans?")
    return folder


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """The study with two waves, and again after a third."""
    folder = write_two_waves(tmp_path_factory.mktemp("waves"))
    finished = snakemake(folder)
    assert finished.returncode == 0, finished.stderr
    before = published_bytes(folder)
    write_study(folder, config=CONFIG + LATER)
    write_wave(folder, 2025, people(201, 70, working=51), plans="Your plans?")
    finished = snakemake(folder)
    assert finished.returncode == 0, finished.stderr
    return SimpleNamespace(folder=folder, before=before, after=published_bytes(folder))


@pytest.fixture(scope="module")
def room(runs):
    """Lines of a file of the trend room that have certain values."""

    def lines(file, **wanted):
        return [
            line
            for line in read(runs.folder / f"results/trend/{file}.csv")
            if all(line[name] == value for name, value in wanted.items())
        ]

    return lines


def test_further_wave_changes_no_byte_of_the_earlier_ones(runs):
    earlier = {path for path in runs.before if path.startswith(("2020/", "2022/"))}
    assert earlier
    assert {path for path in earlier if runs.before[path] != runs.after.get(path)} == set()


def test_differences_are_those_counted_by_hand(room):
    stay = room("differences", row_variable="plans", row_code="1", column_code="total")
    found = {(one["against"], one["wave"]): one for one in stay}
    assert {pair: float(one["difference"]) for pair, one in found.items()} == {
        ("2020", "2022"): pytest.approx(15),
        ("2022", "2025"): 15,
        ("2020", "2025"): 30,
    }
    # Fifty people are in the first two waves; nobody else is in two.
    assert [found[pair]["shared"] for pair in sorted(found)] == ["50", "0", "0"]
    assert [found[pair]["method"] for pair in sorted(found)] == ["design", "newcombe", "newcombe"]


def test_members_are_recognised_by_the_identifier_of_the_codebook(room):
    # Numbers 51 to 100: all wanted to leave in 2020, and they are the first to stay in 2022.
    (stay,) = room("panel", row_variable="plans", row_code="1")
    assert [stay[name] for name in ("against", "wave", "members", "gained", "lost")] == [
        "2020",
        "2022",
        "50",
        "50",
        "0",
    ]


def test_slope_is_that_counted_by_hand(room):
    (stay,) = room("slopes", row_variable="plans", row_code="1", column_code="total")
    # Through (2020, 40), (2022, 55), (2025, 70), whose mean is (2022 1/3, 55).
    assert float(stay["slope"]) == pytest.approx((7 / 3 * 15 + 8 / 3 * 15) / (38 / 3))


def test_what_moved_is_ordered_and_adjusted_as_declared(room):
    works, plans = room("moved")
    assert [one["row_variable"] for one in (works, plans)] == ["works", "plans"]
    assert [(works[name]) for name in ("rank", "row_code", "changed")] == ["1", "", ""]
    assert works["adjusted_p_value"] == works["p_value"]
    # Another wording was accepted: what it moved is shown, and is no finding.
    assert [(plans[name]) for name in ("against", "wave", "rank")] == ["2020", "2025", ""]
    assert plans["changed"] == "2022: wording plans"
    assert plans["adjusted_p_value"] == ""


def test_accepted_change_stands_beside_the_numbers_that_it_moves(room, runs):
    lines = room("differences", row_variable="plans", row_code="1", column_code="total")
    assert {(one["against"], one["wave"]): one["changed"] for one in lines} == {
        ("2020", "2022"): "2022: wording plans",
        ("2022", "2025"): "",
        ("2020", "2025"): "2022: wording plans",
    }
    page = (runs.folder / "results/trend/trend.en.html").read_text(encoding="utf-8")
    said = "different wording of the question: The interviewers asked for a shorter question"
    assert f"2022: {said}" in page
    assert "≠ different wording" in page


def test_wording_stands_beside_the_change_that_it_may_explain(room, runs):
    lines = room("differences", row_variable="plans", row_code="1", column_code="total")
    words = "“What are your plans?” → “Your plans?”"
    assert {(one["against"], one["wave"]): one["wording"] for one in lines} == {
        ("2020", "2022"): words,
        ("2022", "2025"): "",
        ("2020", "2025"): words,
    }
    for language in ("en", "ru"):
        page = (runs.folder / f"results/trend/trend.{language}.html").read_text(encoding="utf-8")
        quotes = str.maketrans({"“": "«", "”": "»"} if language == "ru" else {})
        assert words.translate(quotes) in page


def test_strangers_with_the_same_numbers_stop_before_anything_is_computed(tmp_path):
    folder = write_two_waves(tmp_path)
    # One number further, men have the numbers of women.
    write_wave(folder, 2022, people(2, 55), plans="Your plans?")
    finished = snakemake(folder)
    text = finished.stdout + finished.stderr
    assert finished.returncode != 0
    assert "99 respondents have the same 'person' as in 2020" in text
    assert "sex: 99 / 99" in text
    assert "write `panel: false` in config/trend.yaml" in text
    assert not list(folder.glob("results/*/tables"))
    write_study(folder, trend=f"{TREND}panel: false\n")
    finished = snakemake(folder, "results/drift/drift.csv")
    assert finished.returncode == 0, finished.stderr


def test_numbers_of_a_figure_lie_beside_it(runs):
    lines = read(runs.folder / "results/trend/figures/plans_by_sex.en.csv")
    stay = {
        (one["column"], one["wave"]): (one["count"], one["base"])
        for one in lines
        if one["row"] == "Stay"
    }
    assert stay["All respondents", "2022"] == ("55", "100")
    assert stay["Men", "2025"] == ("35", "50")
    assert len(stay) == 9


@pytest.mark.parametrize("language", ["en", "ru"])
def test_page_breaks_no_rule_of_access(runs, browser, language):
    address = runs.folder / f"results/trend/trend.{language}.html"
    for options in ({}, {"viewport": NARROW}, {"color_scheme": "dark"}):
        seen = visit(browser, address, bypass_csp=True, **options)
        opened = "document.querySelectorAll('details').forEach((one) => { one.open = true })"
        seen.page.evaluate(opened)
        found = Axe().run(seen.page, options={"resultTypes": ["violations"]})
        assert [
            (one["id"], one["nodes"][0]["target"]) for one in found.response["violations"]
        ] == []
        wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert seen.page.evaluate(wider) <= 0
        seen.check_silence()
        seen.page.context.close()


@pytest.mark.parametrize(
    ("trend", "sentence"),
    [
        ('reference: "2021"\n', "there is no wave '2021'"),
        ("tables: [plans_by_seks]\n", "there is no table 'plans_by_seks'; did you mean"),
        ('time: {"2020": 2020}\n', "`time` says nothing of wave '2022'"),
        ('time: {"2020": 1, "2022": .inf}\n', "'.inf' should be a number"),
        ("refrence: '2020'\n", "did you mean 'reference'"),
    ],
)
def test_trend_that_cannot_be_meant_is_refused_before_any_job(tmp_path, trend, sentence):
    write_study(write_two_waves(tmp_path), trend=trend)
    finished = snakemake(tmp_path)
    text = finished.stdout + finished.stderr
    assert finished.returncode != 0
    assert sentence in text
    assert "Traceback" not in text
    assert not (tmp_path / "results").exists()
