"""Shared vocabulary of the rules: the study, its waves, and the code a rule depends on.

The study is read and checked by the library before any job starts, so that a mistyped key stops
the run with one sentence. Code is a parameter: Snakemake reruns a job when its script changes, but
not when a module that the script imports does, so each rule carries the hash of those modules.
"""

import gc
import sys
from os.path import relpath
from pathlib import Path

# What is built here stays until the end: looking for garbage in it costs a tenth of a second.
gc.set_threshold(100_000)

REPOSITORY = Path(workflow.basedir)
SCRIPTS = REPOSITORY / "workflow/scripts"
sys.path.insert(0, str(SCRIPTS))

from snakemake.exceptions import WorkflowError
from snakemake.logging import logger

from resurvey.errors import SurveyError
from resurvey.figures.plan import plan_figures, title_figure
from resurvey.figures.profiles import PROFILES
from resurvey.files import hash_file, hash_files
from resurvey.imports import hash_code
from resurvey.intake import check_bytes
from resurvey.provenance.sources import AFTER
from resurvey.published import declared_rounding
from resurvey.study import read_study
from resurvey.words import borrow_text, read_words

try:
    STUDY = read_study("config", REPOSITORY / "workflow/schemas", overrides=config)
    WORDS = read_words(REPOSITORY / "report", STUDY["config"]["languages"])
    STUDY["text"] = borrow_text(STUDY["text"], WORDS)
    for _wave in STUDY["config"]["waves"].values():
        if not _wave["file"].startswith("results/") and Path(_wave["file"]).is_file():
            check_bytes(_wave["file"], _wave)
except SurveyError as problem:
    raise WorkflowError(str(problem)) from None

WAVES = sorted(STUDY["config"]["waves"])
PUBLISHED = [
    wave for wave in WAVES if Path(f"resources/published/{wave}/cells.csv").exists()
]
LANGUAGES = STUDY["config"]["languages"]
# Captions of `snakemake --report` see Snakemake's configuration and nothing else of the study.
config["origins"] = {
    wave: origin
    for wave in WAVES
    for key, origin in (("reconstruct", "reconstructed"), ("simulate", "simulated"))
    if key in STUDY["config"]["waves"][wave]
}
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
    return hash_code(SCRIPTS / f"{door}.py", SCRIPTS)


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


def raw_content(path):
    """Content of a raw file that came from outside: its age alone says nothing."""
    made = path.startswith("results/") or not Path(path).is_file()
    return "" if made else hash_file(path)


def raw_hash(wildcards):
    """Content of the wave's raw file."""
    return raw_content(STUDY["config"]["waves"][wildcards.wave]["file"])


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


def labels_of(figure):
    """Labels of a figure in Snakemake's own report, its title in the language of the job."""

    def labels(wildcards):
        own, words = STUDY["text"][wildcards.language], WORDS[wildcards.language]
        # Snakemake would look for a wildcard of the name that stands in braces.
        braces = str.maketrans("{}", "()")
        title = title_figure(figure, own, words["figures"]).translate(braces)
        return {"wave": wildcards.wave, "language": wildcards.language, "figure": title}

    return labels


def traced_code(wildcards):
    """Code version of every rule that makes numbers of the wave, its raw file's maker too."""
    wave = STUDY["config"]["waves"][wildcards.wave]
    makers = {"reconstruct_wave": "reconstruct", "export_wave": "dataset"}
    return {rule: code_of(rule) for rule in AFTER if makers.get(rule, "file") in wave}


def traced_study(wildcards):
    """What numbers depend on: of this wave alone, and nothing of any language's text."""
    parts = ("tables", "indicators", "models", "cleaning")
    return {
        **{part: STUDY[part] for part in parts},
        "config": {name: STUDY["config"][name] for name in ("alpha", "sample")},
        "wave": STUDY["config"]["waves"][wildcards.wave],
        "mapping": STUDY["waves"].get(wildcards.wave, {}),
    }


def titles_of(wildcards):
    """The study's own table titles in the language of the job."""
    return {"tables": STUDY["text"][wildcards.language].get("tables", {})}


# Rooms that a certificate encloses, and the rules whose files stand behind the pages.
PUBLIC_ROOMS = ("tables", "audit", "models", "report")
BEHIND = ("tabulate_wave", "recover_wave", "audit_wave", "trace_wave", "fit_models")


def settings(wildcards):
    """Every settings file of the study, and what the study itself says of its makers."""
    own = REPOSITORY.resolve() != Path().resolve() and Path("CITATION.cff").is_file()
    files = sorted(map(str, Path("config").glob("*.yaml")))
    return [*files, "CITATION.cff"] if own else files


def published_documents(wildcards):
    """Whatever lies beside the published numbers of the wave; nothing where none were."""
    folder = Path(f"resources/published/{wildcards.wave}")
    return sorted(str(path) for path in folder.glob("*") if path.is_file())


def certified_results(wildcards):
    """What `rule all` makes of the wave, the files behind it, and its ledgers."""
    home = f"results/{wildcards.wave}/"
    asked = [str(path) for path in workflow.get_rule("all").input if not callable(path)]
    found = {path for path in asked if path.startswith(home)}
    for name in BEHIND if STUDY["models"].get("models") else BEHIND[:-1]:
        for path in workflow.get_rule(name).output:
            if not path.is_directory:
                found.add(str(path.apply_wildcards({"wave": wildcards.wave})))
    rooms = {path for path in found if path.removeprefix(home).startswith(PUBLIC_ROOMS)}
    ledgers = {f"{home}clean/log.csv", f"{home}import/codebook.csv"}
    if "reconstruct" in STUDY["config"]["waves"][wildcards.wave]:
        ledgers.add(f"{home}raw/recovered.csv")
    return sorted(rooms | ledgers)


def rules_of(wildcards, input):
    """Path -> name of the rule that writes it, of every file that a certificate encloses."""
    return {
        str(path): one.name
        for path in [*input.results, input.raw]
        for one in workflow.rules
        if any(output.match(str(path)) for output in one.output)
    }


wildcard_constraints:
    wave="|".join(WAVES),
    language="|".join(LANGUAGES),
