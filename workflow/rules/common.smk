"""Shared vocabulary of the rules: the study, its waves, and what a job is made from.

The study is read and checked by the library before any job starts, so that a mistyped key stops
the run with one sentence. Rules carry hashes of all that their results depend on (`made_from`):
a door and the modules behind it, templates, lock file, settings, and files from outside, whose
age says nothing. The door reads the settings themselves: no label and no answer of anybody travels
through Snakemake's parameters.
"""

import os
import sys
from dataclasses import asdict, replace
from functools import cache
from os.path import relpath
from pathlib import Path

# Of this file, and not of the workflow: another one may use this as its module. The library lies
# beside the doors, or is installed and has brought this file along.
sys.path.insert(0, str(Path(str(workflow.current_basedir)).parent / "scripts"))
# A job adds up in one order, however many cores the machine has.
for _library in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{_library}_NUM_THREADS"] = "1"

from snakemake.exceptions import WorkflowError
from snakemake.logging import is_quiet_about, logger

from resurvey.core.errors import SurveyError
from resurvey.study.console import take_terminal

# First of all, for what is wrong with the study is told there. Another workflow has its own.
CONSOLE = None
if (
    workflow.is_main_process
    and workflow.modifier.is_main_snakefile()
    and not workflow.output_settings.verbose
    and not workflow.output_settings.debug_dag
):
    plans = workflow.output_settings.dryrun
    counts = plans and is_quiet_about(workflow.output_settings.quiet or (), "rules")
    CONSOLE = take_terminal(logger, plans, counts)

from resurvey.core.files import hash_file
from resurvey.core.home import DOORS, HOME, LIBRARY
from resurvey.core.names import INDEX_KEYS, INTERVIEW_KEYS
from resurvey.core.origin import maker_of, origin_of, traced_rules
from resurvey.proof.doors import input_paths
from resurvey.proof.parts import (
    Job,
    interview_files,
    load_study,
    made_of,
    missing_sources,
    own_rule,
    protected_waves,
    template_files,
)
from resurvey.proof.plan import Plan, job_name, read_plan, write_plan
from resurvey.proof.receipts import plain_files, sources_hash
from resurvey.proof.sign_off import UNRELEASED as UNRELEASED_ROOM
from resurvey.reading import check_bytes
from resurvey.reading.formats import wave_files
from resurvey.study.code_hashes import hash_code
from resurvey.study.launch import tell_version
from resurvey.study.resources import Raw, memory_of, minutes_of, size_of

if any(
    str(workflow.modifier.modify_path(path)) != path
    for path in ("results/wave", "resources/wave", "config/config.yaml")
):
    raise WorkflowError(
        "module resurvey: `prefix:` and `replace_prefix:` are not possible, for the study says where "
        "its files lie; run it with `--directory` in the folder of the study"
    )

# What stands beside `config/config.yaml`: of the command line, or of a workflow that uses this one.
given_by = (
    "`--config` or `--configfile`"
    if workflow.modifier.is_main_snakefile()
    else f"`config:` of the module in {relpath(workflow.main_snakefile)}"
)

try:
    STANDING = load_study("config", config, given_by=given_by)
    TIMES = STANDING.times()
    for declared in STANDING.waves.values():
        # A job that was sent elsewhere checks the file that it reads, and not those of all waves.
        if (
            workflow.is_main_process
            and not declared["file"].startswith("results/")
            and Path(declared["file"]).is_file()
        ):
            check_bytes(declared["file"], declared)
except SurveyError as problem:
    raise WorkflowError(str(problem)) from None

if workflow.is_main_process and (sentence := tell_version(STANDING.made_with)):
    logger.warning(sentence)

STUDY = STANDING.parts
WAVES = sorted(STANDING.waves)
LANGUAGES = STANDING.languages
MODELS = STUDY["models"].get("models", {})
INDICES = STUDY["index"].get("index", {})
INTERVIEWS = STUDY["interviews"].get("sources", {})
# Waves of which only a protected set leaves the house.
PROTECTED = protected_waves(STANDING)
# One wave without waves.yaml has nothing to compare: its import checks the codebook.
CONTRACT = len(WAVES) > 1 or bool(STUDY["waves"])
# Waves of which something is made anew in this run; `receipts.smk` fills it before the plan.
REMADE = set()
# A job that an executor sent elsewhere holds what it finds against what the run set out with.
PLANNED = read_plan() if workflow.remote_exec else Plan()
# Captions of `./run --report browser.html` see Snakemake's configuration and nothing else of the study.
config["origins"] = {
    wave: origin
    for wave, declared in STANDING.waves.items()
    if (origin := origin_of(wave, declared))
}
config["internal"] = PROTECTED


@cache
def code_of(door):
    """Content of a door and of the library modules that it imports, directly or not, as one hash."""
    return hash_code(DOORS / f"{own_rule(door)}.py", LIBRARY.parent)


@cache
def content_of(path):
    """Content of a file from outside, as it was when the run was planned."""
    return PLANNED.files.get(path) or hash_file(path)


@cache
def made_now(rule, **wildcards):
    """What a job would be made from as everything stands now, but for the files that it reads."""
    made = made_of(Job(rule, wildcards), STANDING, code_of(rule))
    planned = PLANNED.settings.get(job_name(rule, wildcards))
    return replace(made, settings=planned) if planned else made


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
        # In another workflow the rule may have another name, and the door asks for its own.
        return {"rule": rule, **asdict(made), "sources": sources_hash(found)}

    return hashes


def templates(rule):
    """Templates of a rule's pages, as paths from the study."""
    return [relpath(path) for path in template_files(rule)]


@cache
def raw_size(wave):
    """Size of the raw file of a wave; without a name, of all of them."""
    names = [wave] if wave else WAVES
    return size_of(STANDING.waves[name]["file"] for name in names)


def memory(rule, opens=True):
    """Megabytes of memory that a rule's job asks for, by the raw files whose respondents it opens."""

    def megabytes(wildcards, attempt):
        raw = raw_size(wildcards.get("wave")) if opens else Raw()
        return memory_of(rule, raw, attempt)

    return megabytes


def minutes(rule, opens=True):
    """Minutes that a rule's job asks for, by the raw files whose respondents it opens."""

    def minutes_asked(wildcards, attempt):
        raw = raw_size(wildcards.get("wave")) if opens else Raw()
        return minutes_of(rule, raw, attempt)

    return minutes_asked


@cache
def say_once(sentence):
    """Tell an error; Snakemake asks several times for the same file."""
    logger.error(sentence)


def raw_file(wildcards):
    """Raw file of the wave; the one that a rule makes, or one that must be there."""
    return STANDING.waves[wildcards.wave]["file"]


def raw_before(wildcards):
    """Raw file of the wave before, if there is one."""
    waves = STANDING.with_the_wave_before(wildcards.wave)
    return [compared["wave"]["file"] for compared in waves[1:]]


def companions(wildcards):
    """Files that are read together with the raw file: declared, or there by the tool's names."""
    return [str(path) for path in wave_files(STANDING.waves[wildcards.wave])]


def companions_of_both(wildcards):
    """Questionnaires that a tool exported beside either raw file."""
    waves = STANDING.with_the_wave_before(wildcards.wave)
    return [str(path) for compared in waves for path in wave_files(compared["wave"])]


def questionnaires(wildcards):
    """The check of all questionnaires, which decides whether this wave may be read.

    Not what is read: its age is nothing to a wave that stays as it is. Where something of the wave
    is made anew it is an input like others, for Snakemake loses what is forced behind an ancient
    file that is itself made anew.
    """
    drift = "results/drift/drift.csv"
    if not CONTRACT:
        return []
    return [drift if wildcards.wave in REMADE else ancient(drift)]


def coded_interviews(wildcards):
    """Files of the coded interviews of a wave; none where it has no such source."""
    files = interview_files(INTERVIEWS.get(wildcards.wave, {}))
    for path in files:
        if not Path(path).is_file():
            say_once(
                f"wave '{wildcards.wave}': there is no file {path}; put it there or change "
                "`sources:` in config/interviews.yaml"
            )
    return files


def published(name):
    """Path of a published document where the wave has one, else no input."""

    def path(wildcards):
        file = f"resources/published/{wildcards.wave}/{name}.csv"
        return [file] if Path(file).exists() else []

    return path


def dealt_from(name):
    """Path of a published document where the wave's records are reconstructed from it."""

    def path(wildcards):
        maker = maker_of(wildcards.wave, STANDING.waves[wildcards.wave])
        return published(name)(wildcards) if maker == "reconstruct_wave" else []

    return path


def printed_counts(wildcards):
    """Printed cells that stand for counts; those of a weighted wave are sums of weights."""
    weighted = "weight" in STANDING.waves[wildcards.wave]
    return [] if weighted else published("cells")(wildcards)


def counted_respondents(wildcards):
    """Frequencies of a wave with a file, where the study does not say how many respondents."""
    said = (
        "reconstruct" in STANDING.waves[wildcards.wave]
        or "respondents" in STUDY["audit"]
    )
    unknown = printed_counts(wildcards) and not said
    return [f"results/{wildcards.wave}/tables/frequencies.csv"] if unknown else []


def recovered_counts(wildcards):
    """Ledger of the recovered counts, of a wave that is reconstructed."""
    maker = maker_of(wildcards.wave, STANDING.waves[wildcards.wave])
    ledger = f"results/{wildcards.wave}/raw/recovered.csv"
    return [ledger] if maker == "reconstruct_wave" else []


def traced_code(wildcards):
    """Code version of every rule that makes numbers of the wave, its raw file's maker too."""
    maker = maker_of(wildcards.wave, STANDING.waves[wildcards.wave])
    return {rule: code_of(rule) for rule in traced_rules(maker)}


def interview_lines(wildcards):
    """Counts of the coded interviews of a wave; none where it has no such source."""
    wave = wildcards.wave
    return [path.format(wave=wave) for path in INTERVIEW_LINES if wave in INTERVIEWS]


def interview_counts(wildcards):
    """Themes and codes by case, which claims speak of."""
    lines = interview_lines(wildcards)
    return [path for path in lines if path.endswith("codes_by_attribute.csv")]


# The public set is made in the house, in the room of what its protection is about.
UNRELEASED = f"results/{{wave}}/{UNRELEASED_ROOM}/"


def released(files):
    """Places in the house of files of the public set; what is no wave's result stays as it is."""
    if isinstance(files, dict):
        return {name: released(paths) for name, paths in files.items()}
    if isinstance(files, str):
        return str(files).replace("results/{wave}/", UNRELEASED, 1)
    return [released(path) for path in files]


def published_as(path):
    """Place in the public set of a file of it that lies in the house."""
    return str(path).replace(UNRELEASED, "results/release/{wave}/", 1)


def list_paths(files):
    """Paths of a rule's files, named ones and lists of them, as one list."""
    return [
        path
        for named in files.values()
        for path in ([named] if isinstance(named, str) else named)
    ]


def public_interviews(wildcards):
    """Counts of interviews in the public set; none of a wave without interviews."""
    wave = wildcards.wave
    return [path.format(wave=wave) for path in PUBLIC_INTERVIEWS if wave in INTERVIEWS]


def public_counts(wildcards):
    """Themes of interviews in the public set, which claims speak of."""
    lines = public_interviews(wildcards)
    return [path for path in lines if path.endswith("codes_by_attribute.csv")]


def other_codebooks(wildcards):
    """Codebooks of the other waves, where variables are named that this one may not have."""
    declared = STUDY["config"].get("disclosure", {})
    named = declared.get("sensitive") or declared.get("released")
    return [
        f"results/{wave}/tables/codebook.json"
        for wave in (PROTECTED if named else ())
        if wave != wildcards.wave
    ]


def with_print(wave, paths):
    """Leave the sheet of corrections out of a wave of which no numbers were printed."""
    printed = [f"resources/published/{wave}/{name}.csv" for name in ("cells", "claims")]
    if any(Path(path).exists() for path in printed):
        return list(paths)
    made = rules.release_write_pages.output
    sheets = {*map(str, made.erratum), *map(str, made.letter)}
    return [path for path in paths if str(path) not in sheets]


def public_report(wildcards):
    """Files of the public report of a wave."""
    return with_print(
        wildcards.wave,
        [
            *rules.release_trace_wave.output,
            *rules.release_write_pages.output,
            *(rules.release_write_documents.output if DOCUMENTS else []),
        ],
    )


def public_files(wave):
    """Files and folders that the public set of a wave is made of."""
    return expand(with_print(wave, PUBLIC_FILES), wave=wave)


def published_files(wave):
    """Files of the public set of a wave, where they lie when it is whole."""
    # Drawings of models are as many as the models have: their folder has no outputs one by one.
    files = [path for path in PUBLIC_FILES if not path.endswith("models/figures")]
    return expand([published_as(path) for path in with_print(wave, files)], wave=wave)


def public_settings(wildcards):
    """Settings of the study; which respondents were left out by name stays in the house."""
    given = CERTIFIED["study"](wildcards)
    return [path for path in given if Path(path).name != "cleaning.yaml"]


def certificates(wildcards):
    """Certificates of all waves; of real answers, those of the public set."""
    return [
        (
            published_as(rules.release_certify_wave.output.metadata)
            if wave in PROTECTED
            else rules.certify_wave.output.metadata
        ).replace("{wave}", wave)
        for wave in WAVES
    ]


def deposited(wildcards):
    """Files of the deposit; where it has no records, that is said."""
    if not RECORDS:
        logger.info(
            "The deposit is the public set, results/release: the records of real people are "
            "pooled only where `deposit: approved:` in config/config.yaml says who decided that."
        )
    return DEPOSIT if RECORDS else rules.publish_release.output


wildcard_constraints:
    wave="|".join(WAVES),
