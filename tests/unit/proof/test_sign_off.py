"""A public set of two files: signed, altered, without a name, with a link."""

import pytest

from resurvey.core.errors import SurveyError
from resurvey.core.files import write_csv, write_text
from resurvey.proof.sign_off import (
    MANIFEST_COLUMNS,
    check_release,
    describe_release,
    list_release,
    read_sign_off,
    sign_release,
)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A set with its list; what receipts say of it is another test's affair."""
    folder = tmp_path / "results/release"
    write_text(folder / "w1/report/report.en.html", "<p>×</p>")
    write_text(folder / "w1/tables/crosstabs.csv", "count\n\n")
    write_text(folder / "w1/logs/protect_wave.log", "stays in the house")
    write_csv(folder / "MANIFEST.csv", MANIFEST_COLUMNS, list_release(folder))
    monkeypatch.setattr(
        "resurvey.proof.sign_off.check_results", lambda _: type("Fine", (), {"differences": []})
    )
    return folder


def test_logs_are_not_handed_on(home):
    paths = [line["path"] for line in list_release(home)]
    assert paths == ["w1/report/report.en.html", "w1/tables/crosstabs.csv"]


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
