"""Shared vocabulary of the rules: the study, its waves, and what a job is made from.

The study is read and checked by the library before any job starts, so that a mistyped key stops
the run with one sentence. Rules carry hashes of all that their results depend on (`made_from`):
a door and the modules behind it, templates, lock file, settings, and files from outside, whose
age says nothing. The door reads the settings themselves: no label and no answer of anybody travels
through Snakemake's parameters.
"""

import gc
import sys
from dataclasses import asdict
from functools import cache
from os.path import relpath
from pathlib import Path

# What is built here stays until the end: looking for garbage in it costs a tenth of a second.
gc.set_threshold(100_000)

REPOSITORY = Path(workflow.basedir)
SCRIPTS = REPOSITORY / "workflow/scripts"
sys.path.insert(0, str(SCRIPTS))

from snakemake.exceptions import WorkflowError
from snakemake.logging import logger

from resurvey.proof.certificate.manifest import published_documents as documents_of
from resurvey.proof.certificate.manifest import study_settings
from resurvey.proof.doors import input_paths
from resurvey.core.errors import SurveyError
from resurvey.figures.plan import plan_figures, title_figure
from resurvey.figures.plan import PROFILES
from resurvey.core.files import hash_file, hash_files
from resurvey.study.code_hashes import hash_code
from resurvey.reading.intake import check_bytes
from resurvey.core.origin import MAKERS, maker_of, origin_of
from resurvey.proof.parts import Job, files_hash, load_study, missing_sources
from resurvey.proof.parts import (
    settings_hashes,
    settings_of,
    template_files,
    tools_hash,
)
from resurvey.report.provenance.sources import AFTER
from resurvey.proof.receipts import Made, environment_hash, plain_files, sources_hash

try:
    STANDING = load_study("config", config)
    for _wave in STANDING.waves.values():
        if not _wave["file"].startswith("results/") and Path(_wave["file"]).is_file():
            check_bytes(_wave["file"], _wave)
except SurveyError as problem:
    raise WorkflowError(str(problem)) from None

STUDY, WORDS = STANDING.parts, STANDING.words
WAVES = sorted(STUDY["config"]["waves"])
PUBLISHED = [
    wave for wave in WAVES if Path(f"resources/published/{wave}/cells.csv").exists()
]
LANGUAGES = STUDY["config"]["languages"]
# Captions of `snakemake --report` see Snakemake's configuration and nothing else of the study.
config["origins"] = {
    wave: origin_of(wave, STUDY["config"]["waves"][wave])
    for wave in WAVES
    if origin_of(wave, STUDY["config"]["waves"][wave])
}
FIGURES = sorted(
    plan_figures(STUDY["tables"]["tables"], STUDY["figures"], STUDY["indicators"])
)


@cache
def code_of(door):
    """Content of a door and of the library modules that it imports, directly or not, as one hash."""
    return hash_code(SCRIPTS / f"{door}.py", SCRIPTS)


@cache
def content_of(path):
    """Content of a file from outside, as it was when the run was planned."""
    return hash_file(path)


@cache
def made_now(rule, **wildcards):
    """What a job would be made from as everything stands now, but for the files that it reads."""
    job = Job(rule, wildcards)
    return Made(
        code=code_of(rule),
        environment=environment_hash(REPOSITORY / "requirements.lock"),
        tools=tools_hash(rule),
        files=files_hash(job, STANDING),
        settings=settings_hashes(settings_of(job, STANDING)),
    )


def made_from(rule):
    """All that a job is made from, as hashes: Snakemake runs it anew when one of them changes."""

    def hashes(wildcards, input):
        outside, _ = input_paths(input)
        found = {
            path: content_of(path)
            for path in plain_files(outside)
            if Path(path).is_file()
        }
        made = made_now(rule, **dict(wildcards.items()))
        return {**asdict(made), "sources": sources_hash(found)}

    return hashes


def templates(rule):
    """Templates of a rule's pages, as paths from the study."""
    return [relpath(path) for path in template_files(rule)]


@cache
def say_once(sentence):
    """Tell an error; Snakemake asks several times for the same file."""
    logger.error(sentence)


def raw_file(wildcards):
    """Raw file of the wave; the one that a rule makes, or one that must be there."""
    for sentence in missing_sources(STANDING, wildcards.wave):
        # Snakemake stops at the missing input; this says what to do about it.
        say_once(sentence)
    return STUDY["config"]["waves"][wildcards.wave]["file"]


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


def labels_of(figure):
    """Labels of a figure in Snakemake's own report, its title in the language of the job."""

    def labels(wildcards):
        own, words = STUDY["text"][wildcards.language], WORDS[wildcards.language]
        # Snakemake would look for a wildcard of the name that stands in braces, and writes labels
        # into its page as they are: markup of a stranger's label must not be any.
        plain = str.maketrans("{}<>&", "()‹›+")
        title = title_figure(figure, own, words["figures"]).translate(plain)
        return {"wave": wildcards.wave, "language": wildcards.language, "figure": title}

    return labels


def traced_code(wildcards):
    """Code version of every rule that makes numbers of the wave, its raw file's maker too."""
    maker = maker_of(wildcards.wave, STUDY["config"]["waves"][wildcards.wave])
    makers = {name for name, _ in MAKERS.values()}
    return {
        name: code_of(name) for name in AFTER if name not in makers or name == maker
    }


# Rooms that a certificate encloses, and the rules whose files stand behind the pages.
PUBLIC_ROOMS = ("tables", "audit", "models", "report")
BEHIND = ("tabulate_wave", "recover_wave", "audit_wave", "trace_wave", "fit_models")


def settings(wildcards):
    """Every settings file of the study, and what the study itself says of its makers."""
    own = REPOSITORY.resolve() != Path().resolve() and Path("CITATION.cff").is_file()
    files = study_settings("config")
    return [*files, "CITATION.cff"] if own else files


def published_documents(wildcards):
    """Whatever lies beside the published numbers of the wave; nothing where none were."""
    return documents_of(f"resources/published/{wildcards.wave}")


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
    if (
        maker_of(wildcards.wave, STUDY["config"]["waves"][wildcards.wave])
        == "reconstruct_wave"
    ):
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
