"""Changed bytes: one file of a study or of the workflow at a time, and the rules that read it.

`CHANGES` has, by name, the file, how it changes, and which rules are run anew for it in the study
that `tests/invented.py` calls minimal. The changed file gets a date from long ago, and Snakemake's
own memory is deleted: only the content says that it changed.
"""

import os
import re
import shutil
from dataclasses import dataclass

from invented import MINIMAL_CONFIG, MINIMAL_TABLES, PEOPLE, ROOT, snakemake, write_raw

LONG_AGO = 10**9
PAGES = {"write_pages", "write_documents"}
FROM_TABLES = {"tabulate_wave", "audit_wave", "draw_figures", "trace_wave", *PAGES}
FROM_CLEAN = {"prepare_wave", *FROM_TABLES}
FROM_RAW = {"import_wave", *FROM_CLEAN}
RECOVERED = {"recover_wave"}
LABEL = "variables: {educ: {label: Schooling anew, codes: {1: school, 2: college}}}\n"
PUBLISHED = (
    "table,question,row,column,printed,row_variable,row_code,column_variable,column_code\n"
    "vote_by_education,vote,left,school,66.7,vote,1,educ,1\n"
)
STEP = "steps: [{action: drop, where: {educ: missing}, why: no group}]\n"


@dataclass(frozen=True)
class Change:
    """One file, its new content, and the rules that read it."""

    path: str
    change: object
    rules: frozenset

    @property
    def of_workflow(self):
        """Whether the file belongs to the workflow and not to the study."""
        return not self.path.startswith(("config/", "resources/"))


def added(text="\n"):
    """Content with something behind it."""
    return lambda path: path.write_bytes(path.read_bytes() + text.encode())


def written(text):
    """A file with this content."""
    return lambda path: path.write_text(text, encoding="utf-8")


CHANGES = {
    "raw file": Change(
        "resources/1996/raw.sav",
        lambda path: write_raw(path, PEOPLE.head(6)),
        frozenset(FROM_RAW),
    ),
    "title": Change(
        "config/config.yaml",
        written(MINIMAL_CONFIG + "title: {en: Another, ru: Другое}\n"),
        frozenset(PAGES),
    ),
    "level of tests": Change(
        "config/config.yaml",
        written(MINIMAL_CONFIG + "alpha: 0.01\n"),
        frozenset(FROM_TABLES | RECOVERED),
    ),
    "label": Change("config/codebook.yaml", written(LABEL), frozenset(FROM_RAW | RECOVERED)),
    "tables": Change(
        "config/tables.yaml",
        written(MINIMAL_TABLES.replace("rows: [vote]", "rows: [vote], percent: row")),
        frozenset(FROM_TABLES),
    ),
    "cleaning": Change("config/cleaning.yaml", written(STEP), frozenset(FROM_CLEAN)),
    "template of the page": Change(
        "report/templates/page.html", added(), frozenset({"write_pages"})
    ),
    "template of the documents": Change("report/documents/report.typ", added(), frozenset(PAGES)),
    "door": Change("workflow/scripts/prepare_wave.py", added("# changed\n"), frozenset(FROM_CLEAN)),
    "module": Change(
        "workflow/scripts/resurvey/tables/tabulation.py",
        added("# changed\n"),
        frozenset(FROM_TABLES),
    ),
    "lock file": Change("requirements.lock", added("# changed\n"), frozenset(FROM_RAW | RECOVERED)),
    "published cells": Change(
        "resources/published/1996/cells.csv",
        written(PUBLISHED),
        frozenset({"recover_wave", "audit_wave", "draw_figures", "trace_wave", *PAGES}),
    ),
}


def copy_workflow(folder):
    """The workflow in a place where its files may be changed."""
    for part in ("workflow", "report"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Snakefile", "requirements.lock", "environment.yml", "pyproject.toml"):
        shutil.copy2(ROOT / name, folder / name)
    # Reference values, licences: a wave's own rules do not read them.
    shutil.copytree(ROOT / "tests/reference", folder / "tests/reference")
    for path in (*ROOT.glob("LICENSE*"), ROOT / "CITATION.cff"):
        shutil.copy2(path, folder / path.name)
    return folder


def planned(study, *arguments):
    """Rules that a dry run would run, and what it says."""
    finished = snakemake(study, "--dry-run", *arguments)
    text = finished.stdout + finished.stderr
    return set(re.findall(r"^ *\d+ of \d+  (\w+)", text, re.M)), text


def rerun(name, study, workflow):
    """Change one file and return the rules that would be run anew; then put it back.

    `study` has results and no memory of Snakemake's; `workflow` is a copy of the workflow.
    """
    change = CHANGES[name]
    path = (workflow if change.of_workflow else study) / change.path
    before = (path.read_bytes(), path.stat()) if path.exists() else None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        change.change(path)
        os.utime(path, (LONG_AGO, LONG_AGO))
        found, told = planned(study, "--snakefile", str(workflow / "Snakefile"))
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_bytes(before[0])
            os.utime(path, ns=(before[1].st_atime_ns, before[1].st_mtime_ns))
        shutil.rmtree(study / ".snakemake", ignore_errors=True)
    return found, told
