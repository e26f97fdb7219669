"""A public set of two files: signed, altered, without a name, with a link."""

from dataclasses import replace

import pytest

from resurvey.core.errors import SurveyError
from resurvey.core.files import hash_file, write_csv, write_text
from resurvey.proof.sign_off import (
    LEDGER,
    MANIFEST_COLUMNS,
    check_listed,
    check_release,
    describe_release,
    hash_earlier_ledger,
    list_release,
    read_sign_off,
    sign_release,
)
from resurvey.safety.ledger import Entry, Ledger


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A set with its list; what receipts say of it is another test's affair."""
    folder = tmp_path / "results/release"
    write_text(folder / "w1/report/report.en.html", "<p>×</p>")
    write_text(folder / "w1/tables/crosstabs.csv", "count\n\n")
    write_csv(folder / "MANIFEST.csv", MANIFEST_COLUMNS, list_release(folder))
    monkeypatch.setattr(
        "resurvey.proof.sign_off.check_results",
        lambda *_, **__: type("Fine", (), {"differences": []}),
    )
    return folder


LAID = ("w1/logs/records.csv", "w1/receipts/protect_wave.json", "w1/.records.csv", "w2/t.csv", "x")


@pytest.mark.parametrize("path", LAID)
def test_whatever_lies_in_the_set_is_told_signed_or_not(home, path):
    write_text(home / path, "of persons")
    differences, (note,) = check_release(home)
    assert [text.partition("release: ")[2] for text in differences] == [
        f"{path} was added since it was listed"
    ]
    assert "nobody has signed" in note
    with pytest.raises(SurveyError, match="was added"):
        sign_release(home, "A", "2026-11-30")
    (home / path).unlink()
    sign_release(home, "A", "2026-11-30")
    write_text(home / path, "of persons")
    assert "was added since it was signed" in check_release(home)[0][0]


def test_only_what_the_run_makes_is_listed_anew(home):
    made = [home / "w1/report", home / "w1/tables/crosstabs.csv"]
    write_text(home / "w1/certificate/config/config.yaml", "title: x")
    check_listed(list_release(home), home, made)
    write_text(home / "w1/logs/records.csv", "of persons")
    lines = [line for line in list_release(home) if line["path"] != "MANIFEST.csv"]
    with pytest.raises(SurveyError, match=r"w1/logs/records.csv: no run of this study makes this"):
        check_listed(lines, home, made)


def test_nobody_is_told_to_have_signed_who_did_not(home):
    assert read_sign_off(home) is None
    differences, (note,) = check_release(home)
    assert (differences, "nobody has signed" in note) == ([], True)


def test_signed_set_holds_and_an_altered_one_does_not(home):
    signed = sign_release(home, "  Aigul   A. ", "2026-11-30")
    assert (signed.by, signed.on) == ("Aigul A.", "2026-11-30")
    assert check_release(home) == ([], ["signed by Aigul A. on 2026-11-30"])
    write_text(home / "w1/report/report.en.html", "<p>3</p>")
    (home / "w1/tables/crosstabs.csv").unlink()
    write_text(home / "w1/tables/more.csv", "count\n")
    told = [text.partition("release: ")[2] for text in check_release(home)[0]]
    assert told == [
        "w1/report/report.en.html was changed since it was signed",
        "w1/tables/crosstabs.csv is missing since it was signed",
        "w1/tables/more.csv was added since it was signed",
    ]


@pytest.mark.parametrize(
    ("by", "on", "said"),
    [(" ", "2026-11-30", "`--by`"), ("A", "30.11.2026", "'30.11.2026' is no day")],
)
def test_name_and_day_are_the_persons_own(home, by, on, said):
    with pytest.raises(SurveyError, match=said):
        sign_release(home, by, on)


def test_what_was_altered_before_is_not_signed(home):
    write_text(home / "w1/report/report.en.html", "<p>3</p>")
    with pytest.raises(SurveyError, match="not the set that the run made"):
        sign_release(home, "A", "2026-11-30")


def test_link_in_the_set_stops(home, tmp_path):
    (home / "w1/secret.txt").symlink_to(tmp_path / "anything")
    with pytest.raises(SurveyError, match="this is a link"):
        list_release(home)


def test_sign_off_of_another_shape_is_refused(home):
    write_text(home / "SIGN-OFF.json", '{"signed_by": 1}')
    with pytest.raises(SurveyError, match="no sign-off"):
        check_release(home)


def test_package_names_every_file_with_its_hash(home):
    text = describe_release(list_release(home), {"en": "Votes"}, "en", "Protected")
    assert '"title": "Votes"' in text
    assert text.count('"hash": "sha256:') == 2


def test_the_lines_that_a_sign_off_adds_are_no_earlier_ones_of_the_set_that_it_signs(home):
    study = home.parents[1]
    entry = Entry("unsigned", "w1", "w1", "tables/t.csv", "t", ("sex",), "", "90", "s", frozenset())
    Ledger([entry]).write(home.parent / "w1/disclosure/told.csv")
    assert hash_earlier_ledger(study) == ""
    for day in ("2026-11-29", "2026-11-30"):
        sign_release(home, "A", day)
        assert len(Ledger.read(study / LEDGER).entries) == 1
        assert hash_earlier_ledger(study) == ""
    # What another set told is earlier, and so is everything once nobody signed what lies here.
    ledger = Ledger.read(study / LEDGER)
    Ledger([*ledger.entries, replace(entry, release="2025", n="91")]).write(study / LEDGER)
    assert hash_earlier_ledger(study) == hash_file(study / LEDGER)
    sign_release(home, "A", "2026-12-01")
    before = hash_earlier_ledger(study)
    assert before == hash_file(study / LEDGER)
    (home / "SIGN-OFF.json").unlink()
    assert hash_earlier_ledger(study) == before
