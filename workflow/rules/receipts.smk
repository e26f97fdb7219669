"""Receipts: results are held against what they were made from before Snakemake plans anything.

IN   results/*/receipts/*.json   (each job leaves one: hashes of what it read and wrote)

Snakemake knows by the age of files, and by what it wrote down in `.snakemake`, what is to be made
anew; that folder may be gone, and an age may lie. So a run first compares hashes. Results that do
not fit are forced, as `--forcerun` would; results that somebody edited stop the run and are named.
A file of a wave that is not there stops it, too: Snakemake would keep what was made from it before
(snakemake#2160, #3280, #3953).

One run at a time holds the folder of a study. So whatever locks and half-made results stand there
when a run begins are those of one that was killed, and nobody needs to be asked about them.
"""

import logging
import time

from snakemake.exceptions import MissingInputException

from resurvey.core.files import check_writable, sweep_parts
from resurvey.proof.parts import RELEASED, known_job, rules_with_parts
from resurvey.proof.receipts import (
    RELEASE,
    compare,
    name_files,
    own_receipts,
    receipt_place,
)
from resurvey.proof.sign_off import restore_release
from resurvey.study.console import last_words, tell_ending, tell_targets
from resurvey.study.folder import written_pages
from resurvey.study.holding import hold_study

# Rules by the names that the engine gives them; a workflow that uses this one may rename them.
OWN = {
    workflow.modifier.modify_rulename(name): name
    for rule in rules_with_parts()
    for name in (rule, RELEASED + rule)
}
# These rooms are made from printed numbers: no raw file is asked for.
WITHOUT_RAW = {"recover_wave", "reconstruct_wave"}


def compared_results():
    """Hold the results of this study against their receipts."""
    known = {
        path: receipt
        for path, receipt in own_receipts("results").items()
        if known_job(Job(receipt.rule, receipt.wildcards), STANDING)
    }
    wanted = {
        path: made_now(receipt.rule, **receipt.wildcards)
        for path, receipt in known.items()
    }
    return compare(known, wanted, "results")


def refuse(sentences):
    """Stop the run; a dry run, which changes nothing, goes on."""
    sentences = list(sentences)
    if sentences and workflow.dryrun:
        for sentence in sentences:
            say_once(sentence)
    elif sentences:
        raise WorkflowError("\n".join(sentences))


def left_over(paths):
    """Results that nothing makes: of a language, a table or a wave that the study gave up."""
    outputs = [output for rule in workflow.rules for output in rule.output]
    return [
        path
        for path in paths
        if "certificate" not in Path(path).parts
        # Drawings of models lie in a folder whose files no rule names.
        and not path.startswith(
            tuple(f"results/{RELEASE}/{wave}/models/figures" for wave in WAVES)
        )
        and not any(
            output.match(str(place))
            for place in (path, Path(path).parent)
            for output in outputs
        )
    ]


def makes_results():
    """Whether this process is to make results, and not to tell or touch something."""
    return (
        workflow.executor_plugin is not None
        and workflow.is_main_process
        and not workflow.dryrun
        and not workflow.touch
    )


def begin(*given, prepare=workflow._prepare_dag, **named):
    """Let Snakemake open its folder, when no other run holds it and it can be written to."""
    # A full disk takes no log either; the terminal says why.
    logging.raiseExceptions = False
    try:
        if workflow.is_main_process:
            check_writable(".")
        if makes_results():
            HELD.append(hold_study())
    except SurveyError as problem:
        raise WorkflowError(str(problem)) from None
    prepare(*given, **named)
    if workflow.modifier.is_main_snakefile():
        # Our parameters are plain texts: nobody needs pandas to find out that they are no frames.
        persistence = type(workflow.persistence)
        if plain := getattr(persistence, "_serialize_param_builtin", None):
            persistence._serialize_param = plain
    # What a killed run was making is made anew, as with `--rerun-incomplete`.
    workflow.dag_settings.force_incomplete = True
    if any(HELD):
        # As with `--unlock`: who wrote these locks does not live.
        workflow.persistence.cleanup_locks()
        (Path(workflow.persistence.path) / "locks").mkdir(exist_ok=True)
        sweep_parts("results")
        restore_release(f"results/{RELEASE}")


def check_rooms(jobs):
    """Stop before any job where the results cannot be written."""
    try:
        for folder in sorted(
            {Path(path).parent for job in jobs for path in job.output}
        ):
            check_writable(folder)
    except SurveyError as problem:
        raise WorkflowError(str(problem)) from None


def refuse_unknown(paths):
    """Stop where a file is asked for that neither is there nor is made by any rule."""
    unknown = [
        str(path)
        for path in sorted(paths)
        if not workflow.dag.output_index.match_producers(path)
        and not Path(path).exists()
    ]
    if unknown:
        raise WorkflowError(
            f"{', '.join(unknown)}: nothing makes this; waves are: {', '.join(WAVES)}; languages "
            f"are: {', '.join(LANGUAGES)}; what can be asked for by name: "
            "`--list-target-rules`"
        )


def refuse_many(asked):
    """Stop where a rule is asked for that makes its files once a wave, and say which file to name."""
    sentences = [
        tell_targets(rule.name, list(map(str, rule.output)), WAVES)
        for rule in sorted(asked, key=str)
        if rule.has_wildcards()
    ]
    if sentences:
        raise WorkflowError("\n".join(sentences))


class FoundByEnding:
    """Which rules make a file, by the constant end of the names that they make.

    Snakemake tries a file against every output of every rule whose name begins alike, as all of
    ours do: 40 waves of 200 tables were tried 75 million times.
    """

    def __init__(self, makers):
        self.products = {}
        for maker in makers:
            for product in maker.products():
                ending = str(product.constant_suffix())
                self.products.setdefault(ending, []).append((maker, product))
        self.lengths = sorted(set(map(len, self.products)))

    def match_producers(self, path):
        """All rules that make a file."""
        found = set()
        for length in self.lengths:
            ending = path[max(0, len(path) - length) :]
            for maker, product in self.products.get(ending, ()):
                if product.match(path):
                    found.add(maker)
        return found


def plan(build=workflow._build_dag):
    """Build Snakemake's graph of jobs, with what the receipts say."""
    workflow.dag.output_index = FoundByEnding(workflow.rules)
    if REPORTING:
        return plan_report(build)
    if (
        workflow.executor_plugin is None
        or workflow.touch
        or not workflow.is_main_process
    ):
        return build()
    found = compared_results()
    refuse(found.refusals())
    workflow.dag.forcefiles.update(found.unfit)
    REMADE.update(found.remade_waves(WAVES))
    refuse_unknown(workflow.dag.targetfiles)
    refuse_many(workflow.dag.targetrules)
    try:
        build()
    except MissingInputException:
        absent = [
            sentence for wave in WAVES for sentence in missing_sources(STANDING, wave)
        ]
        if not absent:
            raise
        raise WorkflowError("\n".join(absent)) from None
    jobs = list(workflow.dag.jobs)
    if CONSOLE:
        CONSOLE.count_jobs = jobs_with_files
    made = {path for job in jobs for path in map(str, job.output)}
    for reason in found.reasons(sorted(made)):
        logger.info(f"To be made anew: {reason}.")
    left = left_over(path for path in found.files if path not in made)
    if left:
        logger.info(
            f"Nothing in the study as it stands makes {name_files(left)}: of an earlier run, or "
            "yours; nothing here keeps them up to date, delete what is not wanted."
        )
    folders = {
        str(path)
        for job in workflow.dag.needrun_jobs()
        for path in job.output
        if path.is_directory
    }
    refuse(
        f"{path}: no run wrote this, and the folder that it lies in is made anew; move it elsewhere"
        for path in found.strangers(folders)
    )
    raw_files = {wave["file"] for wave in STANDING.waves.values()}
    waves = {
        job.wildcards.wave
        for job in jobs
        if "wave" in job.wildcards.keys()
        and OWN.get(job.rule.name, "recover_wave") not in WITHOUT_RAW
    }
    refuse(
        sentence
        for wave in sorted(waves)
        for sentence in missing_sources(STANDING, wave)
    )
    refuse(
        f"{source}: {path} was made from this file, which is not there any more; put it back, or "
        f"delete {Path(path).parents[1]} if the study does without it"
        for source, path in found.gone.items()
        if path in made and source not in raw_files
    )
    if makes_results():
        check_rooms(workflow.dag.needrun_jobs())
    if makes_results() and workflow.non_local_exec:
        leave_plan(list(workflow.dag.needrun_jobs()))


def jobs_with_files():
    """Number of jobs of this run that make something; asked when the first of them begins."""
    return sum(
        bool(job.output) for job in workflow.dag.needrun_jobs(exclude_finished=False)
    )


def leave_plan(jobs):
    """Tell jobs that will run elsewhere what this run was planned with."""
    files, settings = {}, {}
    for job in jobs:
        if job.rule.name not in OWN:
            continue
        own = OWN[job.rule.name]
        wildcards = dict(job.wildcards.items())
        outside, _ = input_paths(job.input)
        files |= {
            path: content_of(path)
            for path in plain_files(outside)
            if Path(path).is_file()
        }
        settings[job_name(own, wildcards)] = made_now(own, **wildcards).settings
    try:
        write_plan(Plan(files, settings))
    except SurveyError as problem:
        raise WorkflowError(str(problem)) from None


def plan_report(build):
    """Build the graph for `--report`, which runs nothing: what would be run is refused instead."""
    found = compared_results()
    refuse(found.refusals())
    build()
    made = {path for job in workflow.dag.jobs for path in map(str, job.output)}
    public = f"results/{RELEASE}/"
    if any(path.startswith(public) or f"/{UNRELEASED_ROOM}/" in path for path in made):
        raise WorkflowError(
            "`--report` shows what stays in the house, and nothing of it is protected; hand on "
            "results/release, or leave `release` out to see your own results"
        )
    refuse(
        f"{reason}; run the study before its report is made"
        for reason in found.reasons(sorted(made))
        # Results may be reported where the records of persons are not at hand.
        if ": gone: " not in reason
    )


def create_report(*given, create=workflow.create_report, **named):
    """Make Snakemake's own report, of results that fit alone."""
    REPORTING.append(True)
    try:
        return create(*given, **named)
    finally:
        REPORTING.clear()


def tell_failures(begun):
    """Say at the very end what jobs failed of: until then much else fills the screen."""
    for job in workflow.dag.needrun_jobs():
        for log in map(Path, job.log):
            # A job that began has taken its receipt away, and one that was done has left another.
            if receipt_place(log).exists() or not log.is_file():
                continue
            if CONSOLE and str(log) not in CONSOLE.failed:
                continue
            cause = CONSOLE.failed[str(log)] if CONSOLE else ""
            told = last_words(log.read_text(encoding="utf-8", errors="replace"), cause)
            if told and log.stat().st_mtime >= begun:
                say_once(f"{told} ({job.rule.name}, log: {log})")
                TOLD.append(told)


def execute(*given, execute=workflow.execute, **named):
    """Run the jobs; where a full disk is what ended them, say so in our words and not Snakemake's."""
    done, begun = False, time.time()
    try:
        done = execute(*given, **named) is not False
    finally:
        if done and CONSOLE and not workflow.dryrun:
            targets = sorted(map(str, workflow.dag_settings.targets)) or ["all"]
            pages = written_pages(Path(), targets)
            for line in tell_ending(CONSOLE, pages, workflow.rundir):
                logger.info(line)
        if not done and HELD:
            if CONSOLE and CONSOLE.begun:
                logs = ", ".join(map(relpath, workflow.logger_manager.get_logfile()))
                logger.info(f"Stopped after {CONSOLE.took()}; the engine's log: {logs}")
            if workflow.non_local_exec or CONSOLE:
                tell_failures(begun)
            # A job that was killed could not say why; the engine's words are all there is.
            for words in CONSOLE.causes if CONSOLE and not TOLD else ():
                say_once(words)
            try:
                check_writable(".")
                check_writable("results")
            except SurveyError as problem:
                say_once(str(problem))


HELD, TOLD = [], []
REPORTING = []
# Another workflow's `use rule` reads these files anew, once for every such line.
if not hasattr(workflow, "resurvey"):
    workflow.resurvey = True
    workflow._prepare_dag = begin
    workflow._build_dag = plan
    workflow.execute = execute
    workflow.create_report = create_report
