"""Shared vocabulary of the rules: the study, its waves, and the code a rule depends on.

The study is read and checked by the library before any job starts, so that a mistyped key stops
the run with one sentence. Code is a parameter: Snakemake reruns a job when its script changes, but
not when a module that the script imports does, so each rule carries the hash of those modules.
"""

import sys
from os.path import relpath
from pathlib import Path

REPOSITORY = Path(workflow.basedir)
SCRIPTS = REPOSITORY / "workflow/scripts"
sys.path.insert(0, str(SCRIPTS))

from snakemake.exceptions import WorkflowError
from snakemake.logging import logger

from resurvey.errors import SurveyError
from resurvey.figures.plan import plan_figures
from resurvey.files import hash_file, hash_files
from resurvey.imports import module_files
from resurvey.study import read_study, read_words

try:
    STUDY = read_study("config", REPOSITORY / "workflow/schemas", overrides=config)
    WORDS = read_words(REPOSITORY / "report", STUDY["config"]["languages"])
except SurveyError as problem:
    raise WorkflowError(str(problem)) from None

WAVES = sorted(STUDY["config"]["waves"])
PUBLISHED = [
    wave for wave in WAVES if Path(f"resources/published/{wave}/cells.csv").exists()
]
LANGUAGES = STUDY["config"]["languages"]
FIGURES = sorted(
    plan_figures(STUDY["tables"]["tables"], STUDY["figures"], STUDY["indicators"])
)
DERIVED = {
    name: table["derived"]
    for name, table in STUDY["tables"]["tables"].items()
    if "derived" in table
}


def code_of(door):
    """Content of the library modules that a door imports, directly or not, as one hash."""
    return hash_files(module_files(SCRIPTS / f"{door}.py", SCRIPTS))


def raw_file(wildcards):
    """Raw file of the wave; the one that a rule makes, or one that must be there."""
    path = STUDY["config"]["waves"][wildcards.wave]["file"]
    if not path.startswith("results/") and not Path(path).exists():
        # Snakemake stops at the missing input; this says what to do about it.
        logger.error(
            f"wave '{wildcards.wave}': there is no file {path}; put the survey file there or "
            f"change `waves: {wildcards.wave}: file:` in config/config.yaml"
        )
    return path


def raw_hash(wildcards):
    """Content of a raw file that came from outside: its age alone says nothing."""
    path = STUDY["config"]["waves"][wildcards.wave]["file"]
    return (
        ""
        if path.startswith("results/") or not Path(path).is_file()
        else hash_file(path)
    )


def published(name):
    """Path of a published document where the wave has one, else no input."""

    def path(wildcards):
        file = f"resources/published/{wildcards.wave}/{name}.csv"
        return [file] if Path(file).exists() else []

    return path


def printed_counts(wildcards):
    """Printed cells that stand for counts; those of a weighted wave are sums of weights."""
    weighted = "weight" in STUDY["config"]["waves"][wildcards.wave]
    return [] if weighted else published("cells")(wildcards)


def counted_respondents(wildcards):
    """Frequencies of a wave with a file, where the study does not say how many respondents."""
    wave = STUDY["config"]["waves"][wildcards.wave]
    said = "reconstruct" in wave or "respondents" in STUDY["audit"]
    unknown = printed_counts(wildcards) and not said
    return [f"results/{wildcards.wave}/tables/frequencies.csv"] if unknown else []


def study_of(wildcards):
    """What a page of one language needs to know of the study: no other language's text."""
    parts = ("config", "tables", "indicators", "cleaning", "audit", "models")
    return {
        **{part: STUDY[part] for part in parts},
        "text": {wildcards.language: STUDY["text"][wildcards.language]},
    }


def titles_of(wildcards):
    """The study's own table titles in the language of the job."""
    return {"tables": STUDY["text"][wildcards.language].get("tables", {})}


wildcard_constraints:
    wave="|".join(WAVES),
    language="|".join(LANGUAGES),
