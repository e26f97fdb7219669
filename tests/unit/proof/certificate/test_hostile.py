"""A certificate that somebody prepared to do harm is refused in one sentence."""

import io
import json
import os
import shutil
import stat
import struct
import zipfile

import pytest

from resurvey.__main__ import main
from resurvey.core.errors import SurveyError
from resurvey.proof.certificate.package import open_package


def refused(capsys, crate):
    """The one sentence by which a certificate is refused."""
    code = main(["verify", str(crate)])
    said = capsys.readouterr()
    assert code == 2, said.out
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    assert "Traceback" not in said.err
    return said.err.strip()


def with_json(crate, name, change):
    document = json.loads((crate / name).read_text(encoding="utf-8"))
    change(document)
    (crate / name).write_text(json.dumps(document), encoding="utf-8")


def as_zip(crate, path, extra=()):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in sorted(crate.rglob("*")):
            if one.is_file():
                archive.write(one, one.relative_to(crate).as_posix())
        for info, content in extra:
            archive.writestr(info, content)
    return path


@pytest.mark.parametrize(
    "path",
    ["../secret", "/etc/passwd", "a/../../b", "C:/x", "a\\b", "a//b", "", "x\x1b[2J", 5, "y" * 500],
)
def test_path_that_leads_out_of_the_folder_is_refused(crate, capsys, path):
    with_json(crate, "manifest.json", lambda one: one["files"][0].update(path=path))
    said = refused(capsys, crate)
    assert said.startswith("manifest.json: ")
    assert "\x1b" not in said


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "a\\..\\b"])
def test_path_in_the_metadata_that_leads_out_is_refused(crate, capsys, path):
    with_json(crate, "ro-crate-metadata.json", lambda one: one["@graph"][2].update({"@id": path}))
    assert refused(capsys, crate).startswith("ro-crate-metadata.json: ")


@pytest.mark.parametrize("name", ["../../etc/cron.d/x", "/tmp/x", "a/../../x"])
def test_zip_that_leads_out_is_refused_and_writes_nothing(crate, tmp_path, capsys, name):
    archive = as_zip(crate, tmp_path / "c.zip", [(name, b"x")])
    before = sorted(tmp_path.rglob("*"))
    assert "leaves the certificate's folder" in refused(capsys, archive)
    assert sorted(tmp_path.rglob("*")) == before


def test_link_in_a_folder_is_not_followed(crate, tmp_path, capsys):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (crate / "README.md").unlink()
    (crate / "README.md").symlink_to(secret)
    assert "is a link" in refused(capsys, crate)


def test_linked_folder_is_not_followed(crate, capsys):
    (crate / "loop").symlink_to(crate)
    assert "is a link" in refused(capsys, crate)


def test_pipe_in_a_folder_is_not_waited_for(crate, capsys):
    os.mkfifo(crate / "pipe")
    assert "not a plain file" in refused(capsys, crate)


def test_link_in_a_zip_is_refused(crate, tmp_path, capsys):
    link = zipfile.ZipInfo("link")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive = as_zip(crate, tmp_path / "c.zip", [(link, b"/etc/passwd")])
    assert "is a link" in refused(capsys, archive)


@pytest.mark.slow
def test_zip_that_unfolds_to_gigabytes_is_refused_before_it_is_read(crate, tmp_path, capsys):
    archive = as_zip(crate, tmp_path / "c.zip", [("zeros.csv", bytes(64 * 1024**2))])
    assert archive.stat().st_size < 1024**2
    assert "unfolds to" in refused(capsys, archive)


def test_zip_that_says_less_than_it_unfolds_to_is_no_way_round(crate, tmp_path, capsys):
    path = as_zip(crate, tmp_path / "c.zip", [("zeros.csv", bytes(8 * 1024**2))])
    with zipfile.ZipFile(path) as archive:
        size = struct.pack("<I", archive.getinfo("zeros.csv").file_size)
    path.write_bytes(path.read_bytes().replace(size, struct.pack("<I", 100)))
    code = main(["verify", str(path)])
    said = capsys.readouterr()
    assert code in (1, 2)
    assert "Traceback" not in said.err


def test_file_that_stands_twice_in_a_zip_is_refused(crate, tmp_path, capsys):
    with pytest.warns(UserWarning, match="Duplicate"):
        archive = as_zip(crate, tmp_path / "c.zip", [("README.md", b"another")])
    assert "stands twice" in refused(capsys, archive)


def test_encrypted_zip_is_refused(crate, tmp_path, capsys):
    path = as_zip(crate, tmp_path / "c.zip")
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    path.write_bytes(content)
    assert "is encrypted" in refused(capsys, path)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\xfe{}", "not UTF-8"),
        (b"[" * 200_000, "deep"),
        (b'{"files": [], "files": []}', "stands twice"),
        (b'{"files": NaN}', "no number of JSON"),
        (b"[]", "no list of files"),
        (b'{"files": 1}', "no list of files"),
        (b'{"files": [1], "wave": "w", "code_sha256": "", "metadata_sha256": ""}', "has not just"),
        (b'{"files": [], "wave": "w"}', "names no wave"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not readable as JSON"),
    ],
)
def test_broken_manifest_is_one_sentence(crate, capsys, content, word):
    (crate / "manifest.json").write_bytes(content)
    assert word in refused(capsys, crate)


@pytest.mark.parametrize("name", ["ro-crate-metadata.json", "numbers.json"])
@pytest.mark.parametrize("content", [b"", b"{", b"null", b'{"@graph": [1]}', b'{"a": {}}'])
def test_broken_document_is_one_sentence(crate, capsys, name, content):
    (crate / name).write_bytes(content)
    assert name in refused(capsys, crate)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("role", "king"),
        ("role", ["input"]),
        ("bytes", -1),
        ("bytes", True),
        ("bytes", "5"),
        ("sha256", "x"),
        ("sha256", None),
        ("rule", 1),
    ],
)
def test_manifest_with_another_shape_is_one_sentence(crate, capsys, field, value):
    with_json(crate, "manifest.json", lambda one: one["files"][0].update({field: value}))
    assert refused(capsys, crate).startswith("manifest.json: ")


TERMS = {"cells": [], "rounding": "half_up", "derived": {}, "unsolved": [], "published": None}
PLACES = {
    "published": "resources/published/w1/cells.csv",
    "counts": "results/w1/tables/crosstabs.csv",
    "audit": "results/w1/audit/cells.csv",
}


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        "{}",
        json.dumps(TERMS | {"rounding": "up"}),
        json.dumps(TERMS | {"derived": {"jobs": 1}}),
        json.dumps(TERMS | PLACES | {"cells": [1, 2, 3, None]}),
        json.dumps(TERMS | PLACES | {"cells": [{"value": 10**400}] * 4}),
        json.dumps(TERMS),
        json.dumps(TERMS | {"published": "/etc/passwd"}),
    ],
)
def test_broken_comparison_is_a_difference(crate, capsys, content):
    (crate / "comparison.json").write_text(content, encoding="utf-8")
    assert main(["verify", str(crate)]) == 1
    said = capsys.readouterr()
    assert "differs: comparison.json" in said.out
    assert said.err == ""


@pytest.mark.parametrize(
    "count", ["1e999999999", "9" * 5000, "nan", "inf", "=1+1", "0x10", "1/0", "-", "Ⅷ", "5\x00"]
)
def test_number_that_would_stop_exact_arithmetic_is_refused(crate, capsys, count):
    path = crate / "results/w1/tables/crosstabs.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("answer,2,6", f"answer,{count},6"))
    assert main(["verify", str(crate)]) == 1
    assert capsys.readouterr().err == ""


def test_base_of_nobody_is_a_difference(crate, capsys):
    path = crate / "results/w1/tables/crosstabs.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("answer,2,6", "answer,2,0"))
    assert main(["verify", str(crate)]) == 1
    assert "jobs, job, yes, men: base: certified 6, found 0" in capsys.readouterr().out


def test_what_a_stranger_wrote_reaches_no_terminal_raw(crate, capsys):
    path = crate / "results/w1/tables/crosstabs.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",men,", ",\x1b]0;owned\x07,"))
    assert main(["verify", str(crate)]) == 1
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\x07" not in out


def test_path_that_is_no_certificate_is_one_sentence(tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.zip").write_text("no zip")
    (tmp_path / "cut.zip").write_bytes(b"PK\x03\x04" + bytes(20))
    with zipfile.ZipFile(tmp_path / "none.zip", "w"):
        pass
    for name in ("empty", "text.zip", "cut.zip", "none.zip", "nowhere"):
        assert name in refused(capsys, tmp_path / name)


def test_damaged_zip_is_one_sentence(crate, tmp_path, capsys):
    path = as_zip(crate, tmp_path / "c.zip")
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        start = archive.getinfo("requirements.lock").header_offset
    content[start + 200 : start + 260] = bytes(60)
    path.write_bytes(content)
    assert "requirements.lock" in refused(capsys, path)


def test_package_has_no_more_files_than_it_may(tmp_path, monkeypatch):
    monkeypatch.setattr("resurvey.proof.certificate.package.MOST_FILES", 3)
    for number in range(4):
        (tmp_path / str(number)).write_text("x")
    with pytest.raises(SurveyError, match="more than 3 files"), open_package(tmp_path):
        pass
    shutil.rmtree(tmp_path)
