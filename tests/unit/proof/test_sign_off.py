"""A public set of two files: signed, altered, without a name, with a link."""

from dataclasses import replace

import pytest

from resurvey.core.errors import SurveyError
from resurvey.core.files import hash_file, write_csv, write_text
from resurvey.proof.sign_off import (
    LEDGER,
    MANIFEST_COLUMNS,
    check_release,
    describe_release,
    gather_release,
    hash_earlier_ledger,
    list_release,
    publish_release,
    read_sign_off,
    restore_release,
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


@pytest.fixture
def draft(home):
    """The same set, made anew in the house with another number."""
    room = home.parent / "w1/disclosure/public"
    write_text(room / "report/report.en.html", "<p>12</p>")
    write_text(room / "tables/crosstabs.csv", "count\n12\n")
    write_text(room / "certificate/config/config.yaml", "title: x")
    return gather_release([room / "report", room / "tables/crosstabs.csv"], ["w1"], home.parent)


def bytes_in(folder):
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def described(lines):
    return str(len(lines))


def test_only_what_the_run_makes_is_gathered(home, draft):
    room = home.parent / "w1/disclosure/public"
    write_text(room / "logs/records.csv", "of persons")
    files = gather_release([room / "report"], ["w1"], home.parent)
    assert list(files) == ["w1/certificate/config/config.yaml", "w1/report/report.en.html"]
    (room / "report/link.html").symlink_to("report.en.html")
    with pytest.raises(SurveyError, match=r"link.html: this is a link"):
        gather_release([room / "report"], ["w1"], home.parent)


def test_a_whole_set_takes_the_place_of_the_one_before(home, draft):
    sign_release(home, "A", "2026-11-30")
    publish_release(draft, home, described)
    assert (home / "w1/report/report.en.html").read_text() == "<p>12</p>"
    assert (home / "datapackage.json").read_text() == "3"
    assert "was changed since it was signed" in " ".join(check_release(home)[0])
    assert {path.name for path in home.parent.iterdir()} == {"w1", "release"}


@pytest.mark.parametrize("fails", ["copy_file", "write_csv", "write_text"])
def test_whatever_fails_the_set_before_stays_whole(home, draft, monkeypatch, fails):
    before = bytes_in(home.parent)

    def fail(*_):
        raise OSError("no more")

    monkeypatch.setattr(f"resurvey.proof.sign_off.{fails}", fail)
    with pytest.raises(OSError, match="no more"):
        publish_release(draft, home, described)
    assert bytes_in(home.parent) == before


def test_a_set_that_was_being_replaced_when_the_run_was_killed_is_put_back(home, draft):
    signed = bytes_in(home)
    home.rename(home.with_name(".release.before"))
    # Folders that the engine made for what the job was to write.
    (home / "w1/report").mkdir(parents=True)
    restore_release(home)
    assert bytes_in(home) == signed
    restore_release(home)
    assert bytes_in(home) == signed


def test_what_no_run_made_is_not_deleted_with_the_set_before(home, draft):
    write_text(home / "w1/notes.txt", "mine")
    before = bytes_in(home.parent)
    with pytest.raises(SurveyError, match=r"w1/notes.txt: no run of this study made this"):
        publish_release(draft, home, described)
    assert bytes_in(home.parent) == before


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
