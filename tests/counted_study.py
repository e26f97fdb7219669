"""A study folder read, imported and counted in this process, without Snakemake."""

import re
from pathlib import Path

from resurvey.counts.crosstabs import crosstab
from resurvey.prepare.import_gate import import_survey
from resurvey.prepare.indicators import derive_indicators
from resurvey.study.folder import read_study

ROOT = Path(__file__).parents[1]


def counted(study):
    """Read the study, import its wave and count its tables; return study, survey, tables."""
    parts = read_study(study / "config", ROOT / "workflow" / "schemas")
    ((_, wave),) = parts["config"]["waves"].items()
    exported = {key: str(study / wave[key]) for key in ("structure",) if key in wave}
    wave = {**wave, **exported}
    survey = import_survey(str(study / wave["file"]), parts["codebook"], wave)
    survey = derive_indicators(survey, parts["indicators"].get("indicators", {}))
    tables = parts["tables"]["tables"]
    for table in tables.values():
        for row in table["rows"]:
            if row in survey.codebook.multiple_response:
                items = survey.codebook.multiple_response[row]["variable_list"]
                assert all(survey.data[item].notna().any() for item in items)
                continue
            crossed = crosstab(survey, rows=row, columns=table.get("columns"))
            assert crossed.counts.to_numpy().sum() > 0
            assert not any(isinstance(code, float) for code in crossed.row_codes)
    return parts, survey, tables


def take_the_marks_away(page, starts):
    """Take the # away from the commented lines of a page that begin with one of `starts`."""
    text = page.read_text(encoding="utf-8")
    for start in starts:
        text, found = re.subn(rf"(?m)^( *)# ({re.escape(start)}.*)$", r"\1\2", text)
        assert found, f"no commented line begins with {start}"
    page.write_text(text, encoding="utf-8")
    return text
