"""What every key of a study means can be asked on the terminal, and a mistyped one is answered."""

import pytest

from invented import ROOT
from resurvey.__main__ import main
from resurvey.core.errors import SurveyError
from resurvey.study.folder import PARTS
from resurvey.study.keys import describe_keys, schema_names


def test_every_file_of_a_study_is_listed(capsys):
    assert main(["keys"]) == 0
    names = [line for line in capsys.readouterr().out.splitlines() if not line.startswith(" ")]
    assert set(names) == {"config", "text", *PARTS}


@pytest.mark.parametrize("file", ["tables", "tables.yaml", "my_study/config/tables.yaml"])
def test_a_key_is_found_by_its_name_under_every_place(file):
    told = describe_keys(file, "columns")
    assert {"tables.NAME.columns", "banners.NAME.columns"} <= {one.split(" ")[0] for one in told}
    (whole,) = describe_keys(file, "tables.NAME.columns")
    assert whole in told


def test_a_key_that_several_places_share_is_found_at_each():
    (told,) = describe_keys("tables", "tables.NAME.where.NAME.min")
    assert describe_keys("tables", "banners.NAME.where.NAME.min") == [told]


def test_a_mistyped_key_or_file_is_answered_with_the_nearest(capsys):
    assert main(["keys", "tables", "colums"]) == 2
    assert "tables.yaml has no key 'colums'; did you mean 'columns'?" in capsys.readouterr().err
    with pytest.raises(SurveyError, match="did you mean 'tables'"):
        describe_keys("tabels")


@pytest.mark.parametrize("name", [name for name in schema_names() if name != "article"])
def test_every_key_has_a_type_or_a_meaning(name):
    told = describe_keys(name)
    assert told
    assert [one for one in told if "(" not in one.split("\n")[0] and "\n" not in one] == []
    assert all(len(line) <= 92 for one in told for line in one.split("\n")[1:])


@pytest.mark.parametrize(
    "path", sorted((ROOT / "config").glob("*.yaml")), ids=lambda path: path.name
)
def test_the_head_of_a_file_sends_nobody_to_a_schema(path):
    assert "schema.yaml" not in path.read_text(encoding="utf-8")
