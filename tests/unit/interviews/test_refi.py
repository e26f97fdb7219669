"""Projects of other programs are read alike; what would do harm or does not fit is refused."""

import re
import zipfile
from dataclasses import replace
from io import BytesIO

import pytest
from invent_interviews import (
    INTERVIEWS,
    Dialect,
    archive_bytes,
    project_bytes,
    project_xml,
    text_of,
)

from invented import ROOT
from resurvey.core.errors import SurveyError
from resurvey.interviews import refi
from resurvey.interviews.refi import read_codebook, read_project

GUID = r"[0-9a-f]{8}-[0-9a-f-]{27}"
BOM = b"\xef\xbb\xbf"
DIALECTS = {
    "plain": Dialect(),
    "maxqda": Dialect("MAXQDA 2022", mark=BOM, break_="\r\n", named=True),
    "nvivo": Dialect("NVivo 14", folder="Sources", braces=True, break_="\r\n"),
    "atlas": Dialect("ATLAS.ti 23", with_cases=False, break_="\r\n", as_one=True),
    "atlas as the standard": Dialect("ATLAS.ti 9", break_="\r\n", named=True),
    "counts an emoji twice": Dialect("another", as_utf16=True, named=True),
    "counts both so": Dialect("another", break_="\r\n", as_one=True, as_utf16=True, named=True),
    "qualcoder": Dialect("QualCoder 3.5", with_cases=False),
    "prefixed": Dialect("another", prefix="qda", mark=BOM),
    "inline": Dialect("another", inline=True),
    "counts a line end once": Dialect("another", break_="\r\n", as_one=True, named=True),
}


def written(folder, content, name="project.qdpx"):
    path = folder / name
    path.write_bytes(content)
    return path


def words_of(project):
    return [(project.path_of(one.code), one.coder, one.text) for one in project.segments]


def parts_of(dialect=None):
    with zipfile.ZipFile(BytesIO(project_bytes(dialect=dialect))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed(folder, old, new, dialect=None, count=1):
    """A project in whose XML something stands in another's place."""
    parts = parts_of(dialect)
    text = parts["project.qde"].decode()
    assert re.search(old, text)
    parts["project.qde"] = re.sub(old, new, text, count=count).encode()
    return written(folder, archive_bytes(parts))


@pytest.mark.parametrize("name", DIALECTS)
def test_every_program_tells_the_same(tmp_path, name):
    plain = read_project(written(tmp_path, project_bytes(), "plain.qdpx"))
    found = read_project(written(tmp_path, project_bytes(dialect=DIALECTS[name])))
    assert words_of(found) == words_of(plain)
    assert [code.name for code in found.codes] == [code.name for code in plain.codes]
    assert [(case.name, case.attributes) for case in found.cases] == [
        (case.name, case.attributes) for case in plain.cases
    ]
    whose = {case.key: case.name for case in found.cases}
    assert {whose[one.case] for one in found.segments} == {each.name for each in INTERVIEWS}


def test_positions_count_characters_and_not_what_they_are_written_with(tmp_path):
    project = read_project(written(tmp_path, project_bytes(dialect=DIALECTS["maxqda"])))
    assert "Поехал бы снова, если заплатят вдвое." in {one.text for one in project.segments}
    assert "👷" in text_of(INTERVIEWS[2], Dialect())


def test_line_ends_that_count_once_are_found_out_or_declared(tmp_path):
    named = DIALECTS["counts a line end once"]
    assert any("one character" in said for said in read_project(written(tmp_path, project_bytes(dialect=named))).assumed)  # fmt: skip  # noqa: E501
    silent = written(tmp_path, project_bytes(dialect=replace(named, named=False)))
    plain = read_project(written(tmp_path, project_bytes(), "plain.qdpx"))
    assert words_of(read_project(silent, "one")) == words_of(plain)
    assert words_of(read_project(silent)) != words_of(plain)
    # What nothing shows is said.
    assert any("declare `line_ends: one`" in said for said in read_project(silent).assumed)
    assert any("an emoji as one" in said for said in read_project(silent).assumed)


def test_a_pictures_and_a_recordings_codes_count_without_words(tmp_path):
    key = re.search(r'<Code guid="([^"]+)" name="Документы"', project_xml())[1]
    more = "".join(
        f'<{kind}Source guid="0000000{n}-0000-4000-8000-000000000000" name="x" path="internal://x">'
        f'<{kind}Selection guid="1000000{n}-0000-4000-8000-000000000000" firstX="1">'
        f'<Coding><CodeRef targetGUID="{key}"/></Coding></{kind}Selection></{kind}Source>'
        for n, kind in enumerate(("Picture", "PDF", "Audio", "Video"))
    )
    project = read_project(changed(tmp_path, "</Sources>", f"{more}</Sources>"))
    extra = [one for one in project.segments if not one.text]
    assert [project.path_of(one.code) for one in extra] == ["Документы"] * 4
    assert {one.case for one in extra} == {""}
    assert any("belong to no case" in said for said in project.assumed)


def test_a_transcript_is_read_between_its_points_of_time(tmp_path, monkeypatch):
    key = re.search(r'<Code guid="([^"]+)" name="Документы"', project_xml())[1]
    guid = "{}0000000-0000-4000-8000-000000000000".format
    audio = (
        f'<AudioSource guid="{guid(1)}" name="a" path="internal://a.m4a">'
        f'<Transcript guid="{guid(2)}" plainTextPath="internal://said.txt">'
        f'<SyncPoint guid="{guid(3)}" timeStamp="0" position="4"/>'
        f'<SyncPoint guid="{guid(4)}" timeStamp="9" position="8"/>'
        f'<TranscriptSelection guid="{guid(5)}" fromSyncPoint="{guid(3)}" '
        f'toSyncPoint="{guid(4)}"><Coding><CodeRef targetGUID="{key}"/></Coding>'
        f'</TranscriptSelection><TranscriptSelection guid="{guid(6)}" '
        f'fromSyncPoint="{guid(4)}"><Coding><CodeRef targetGUID="{key}"/></Coding>'
        "</TranscriptSelection></Transcript></AudioSource></Sources>"
    )
    parts = parts_of()
    parts["project.qde"] = parts["project.qde"].decode().replace("</Sources>", audio).encode()
    parts["sources/said.txt"] = b"one two three"
    asked, whole = [], refi._whole
    monkeypatch.setattr(refi, "_whole", lambda *place: asked.append(place[1]) or whole(*place))
    project = read_project(written(tmp_path, archive_bytes(parts)))
    assert [one.text for one in project.segments[-2:]] == ["two", "three"]
    # The two points are looked up once, however many selections there are.
    assert asked.count("position") == 2


def test_the_description_of_a_picture_is_read(tmp_path):
    key = re.search(r'<Code guid="([^"]+)" name="Документы"', project_xml())[1]
    guid = "{}0000000-0000-4000-8000-000000000000".format
    picture = (
        f'<PictureSource guid="{guid(1)}" name="a" path="internal://a.png">'
        f'<TextDescription guid="{guid(2)}" name="a"><PlainTextContent>our house</PlainTextContent>'
        f'<PlainTextSelection guid="{guid(3)}" startPosition="4" endPosition="9"><Coding>'
        f'<CodeRef targetGUID="{key}"/></Coding></PlainTextSelection></TextDescription>'
        "</PictureSource></Sources>"
    )
    project = read_project(changed(tmp_path, "</Sources>", picture))
    assert project.segments[-1].text == "house"


def test_what_two_cases_have_is_nobodys(tmp_path):
    selection = re.search(rf'<PlainTextSelection guid="({GUID})"', project_xml())[1]
    both = f'<SelectionRef targetGUID="{selection}"/></Case>'
    project = read_project(changed(tmp_path, "</Case>", both, count=2))
    assert {one.case for one in project.segments if one.key == selection} == {""}
    assert any("to several" in said for said in project.assumed)


def test_a_document_that_a_case_names_twice_is_its_own(tmp_path):
    twice = changed(tmp_path, r"(<SourceRef [^>]+></SourceRef>)", r"\1\1")
    assert all(one.case for one in read_project(twice).segments)


def test_documents_of_one_case_have_one_value_of_a_variable(tmp_path):
    # Two documents with values of their own belong to one case without any.
    text = project_xml(dialect=Dialect(with_cases=False))
    first, *_, last = re.findall(rf'<TextSource guid="({GUID})"', text)
    told = "".join(f'<SourceRef targetGUID="{one}"/>' for one in (first, last))
    case = f'<Cases><Case guid="{"1" * 8}-0000-4000-8000-{"0" * 12}" name="x">{told}</Case></Cases>'
    parts = parts_of() | {"project.qde": text.replace("<Sources>", f"{case}<Sources>").encode()}
    with pytest.raises(SurveyError, match="case 1 of 1 has documents with different values of"):
        read_project(written(tmp_path, archive_bytes(parts)))


def test_a_case_whose_document_is_missing_is_not_counted(tmp_path):
    lost = rf'SourceRef targetGUID="{"1" * 8}'
    project = read_project(changed(tmp_path, r'SourceRef targetGUID="[0-9a-f]{8}', lost))
    assert len(project.cases) == 11
    assert any("1 cases without a document" in said for said in project.assumed)


def test_a_coding_that_names_a_case_is_noted(tmp_path):
    case = re.search(rf'<Case guid="({GUID})"', project_xml())[1]
    path = changed(tmp_path, rf'CodeRef targetGUID="{GUID}"', f'CodeRef targetGUID="{case}"')
    project, plain = read_project(path), read_project(written(tmp_path, project_bytes(), "p.qdpx"))
    assert len(project.segments) == len(plain.segments) - 1
    assert any("1 codings name a case" in said for said in project.assumed)


def test_a_code_book_alone_is_read(tmp_path):
    tree = re.search("<CodeBook>.*</CodeBook>", project_xml(), re.DOTALL)[0]
    book = tree.replace("<CodeBook>", '<CodeBook xmlns="urn:QDA-XML:codebook:1.0">')
    codes = read_codebook(written(tmp_path, book.encode(), "book.qdc"))
    assert [code.name for code in codes if not code.codable] == ["Работа", "Дом"]


LAUGHS = '<!DOCTYPE p [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><Project'
OUTSIDE = '<!DOCTYPE p [<!ENTITY a SYSTEM "file:///etc/passwd">]><Project'
WRONG = {
    "entities": ("<Project", LAUGHS, "document type"),
    "another file": ("<Project", OUTSIDE, "document type"),
    "beyond the text": (r'endPosition="\d+"', 'endPosition="4000"', "goes from 0 to 4000"),
    "backwards": (r'startPosition="0"', 'startPosition="50"', "goes from 50 to"),
    "no number": (r'endPosition="\d+"', 'endPosition="x"', "no whole numbers"),
    "path upwards": (r"internal://", "internal://../", "leads out of the archive"),
    "full path": (r"internal://", "internal:///etc/", "leads out of the archive"),
    "outside": (r"internal://", "relative:///", "outside of the archive"),
    "missing text": (r"internal://", "internal://x", "not in the archive"),
    "unknown code": (
        r'CodeRef targetGUID="[^"]+',
        'CodeRef targetGUID="' + "0" * 8 + "-0000-4000-8000-" + "0" * 12,
        "not in the code book",
    ),  # fmt: skip  # noqa: E501
    "no guid": (rf'<Code guid="{GUID}"', '<Code guid="work"', "no guid that is a GUID"),
    "another file's XML": ("<Project", "<Survey/><Project", "no XML"),
    "words as a code": ('name="Документы"', f'name="{"мать " * 60}"', "code 10 of 10 has 299 char"),
    "nameless code": ('name="Документы"', 'name=" "', "a code has no name"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_does_not_fit_is_refused_in_one_sentence(tmp_path, name):
    old, new, said = WRONG[name]
    with pytest.raises(SurveyError, match=said) as refused:
        read_project(changed(tmp_path, old, new))
    told = str(refused.value)
    assert "project.qdpx" in told
    assert "\n" not in told
    assert not any(paragraph.words in told for each in INTERVIEWS for paragraph in each.paragraphs)


@pytest.mark.parametrize("noun", ["Code", "Case", "TextSource", "PlainTextSelection"])
def test_an_identifier_that_stands_twice_is_refused(tmp_path, noun):
    first, second = re.findall(rf'<{noun} guid="({GUID})"', project_xml())[:2]
    text = project_xml().replace(second, first)
    parts = parts_of() | {"project.qde": text.encode()}
    with pytest.raises(SurveyError, match=f"2 .* have one identifier, {first}"):
        read_project(written(tmp_path, archive_bytes(parts)))


def test_a_text_that_is_not_utf_8_is_refused(tmp_path):
    parts = parts_of()
    name = next(name for name in parts if name.endswith(".txt") and "about" not in name)
    parts[name] = "Работу нашла".encode("cp1251")
    with pytest.raises(SurveyError, match=f"'{name}' in it is not UTF-8"):
        read_project(written(tmp_path, archive_bytes(parts)))


def test_a_text_in_utf_16_is_named_as_such(tmp_path):
    parts = parts_of()
    name = next(name for name in parts if name.endswith(".txt") and "about" not in name)
    parts[name] = "Работу нашла".encode("utf-16")
    with pytest.raises(SurveyError, match=f"'{name}' in it is not UTF-8"):
        read_project(written(tmp_path, archive_bytes(parts)))


@pytest.mark.parametrize(
    ("told", "name"), [("Int%201.txt", "Int 1.txt"), ("10:30 Int.txt", "10:30 Int.txt")]
)
def test_names_of_texts_are_read_as_programs_write_them(tmp_path, told, name):
    parts = parts_of()
    text = parts["project.qde"].decode()
    part = re.search(r"internal://([^\"]+)", text)[1]
    parts["project.qde"] = text.replace(part, told).encode()
    parts[f"sources/{name}"] = parts.pop(f"sources/{part}")
    assert len(read_project(written(tmp_path, archive_bytes(parts))).cases) == 12


@pytest.mark.parametrize("path", ["%2e%2e/x.txt", "C:/x.txt"])
def test_a_path_that_leads_out_in_disguise_is_refused(tmp_path, path):
    with pytest.raises(SurveyError, match="leads out of the archive"):
        read_project(changed(tmp_path, 'internal://[^"]+', f"internal://{path}"))


BOMBS = {
    "many parts": ({f"sources/{n}.txt": b"" for n in range(10_001)}, "10012|parts"),
    "large text": ({"sources/bomb.txt": bytes(60 * 2**20)}, "unpacked"),
    "upwards": ({"../outside.txt": b"x"}, "leads out of it"),
    "full path": ({"/etc/outside.txt": b"x"}, "leads out of it"),
    "two projects": ({"other.qde": b"<Project/>"}, "2 files that end with .qde"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", BOMBS)
def test_an_archive_that_would_do_harm_is_refused(tmp_path, name):
    more, said = BOMBS[name]
    with pytest.raises(SurveyError, match=said):
        read_project(written(tmp_path, archive_bytes(parts_of() | more)))


@pytest.mark.slow
def test_recordings_are_not_unpacked_however_large_they_are(tmp_path):
    parts = parts_of() | {"sources/film.mp4": bytes(60 * 2**20)}
    assert len(read_project(written(tmp_path, archive_bytes(parts))).cases) == 12


@pytest.mark.parametrize("part", ["big.docx", "project.qde"])
def test_a_text_that_was_not_checked_is_not_opened(tmp_path, monkeypatch, part):
    parts = parts_of() | {"sources/big.docx": b"x"}
    xml = re.sub(r'internal://[^"]+', f"internal://{part}", parts["project.qde"].decode(), count=1)
    parts["project.qde"] = xml.encode()
    opened = []
    monkeypatch.setattr(refi, "read_part", lambda path, name: opened.append(name) or parts[name])
    with pytest.raises(SurveyError, match=f"'{part}' of a document is no .txt"):
        read_project(written(tmp_path, archive_bytes(parts)))
    assert opened == ["project.qde"]


def test_one_text_of_many_documents_is_unpacked_once_and_counted_each_time(tmp_path, monkeypatch):
    parts = parts_of()
    xml = re.sub(r'internal://[^"]+', "internal://one.txt", parts["project.qde"].decode())
    parts |= {"project.qde": xml.encode(), "sources/one.txt": b"x" * 1000}
    path, opened = written(tmp_path, archive_bytes(parts)), []
    monkeypatch.setattr(refi, "read_part", lambda path, name: opened.append(name) or parts[name])
    monkeypatch.setattr(refi, "_MOST_CHARACTERS", 12_000)
    assert len(read_project(path).cases) == 12
    assert opened == ["project.qde", "sources/one.txt"]
    monkeypatch.setattr(refi, "_MOST_CHARACTERS", 11_999)
    with pytest.raises(SurveyError, match="characters together"):
        read_project(path)


@pytest.mark.parametrize("content", [b"", b"PK", b"no archive", project_bytes()[:900]])
def test_a_damaged_file_is_refused(tmp_path, content):
    with pytest.raises(SurveyError, match=r"project\.qdpx"):
        read_project(written(tmp_path, content))


def test_the_committed_project_is_the_one_that_its_script_writes():
    path = ROOT / "examples/monitoring/resources/2022/interviews_invented.qdpx"
    assert path.read_bytes() == project_bytes()
