"""Receipts: results are held against what they were made from before Snakemake plans anything.

IN   results/*/receipts/*.json   (each job leaves one: hashes of what it read and wrote)

Snakemake knows by the age of files, and by what it wrote down in `.snakemake`, what is to be made
anew; that folder may be gone, and an age may lie. So a run first compares hashes. Results that do
not fit are forced, as `--forcerun` would; results that somebody edited stop the run and are named.
A file of a wave that is not there stops it, too: Snakemake would keep what was made from it before
(snakemake#2160, #3280, #3953).
"""

from resurvey.proof.parts import known_job
from resurvey.proof.receipts import compare, name_files, own_receipts

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
        and not any(
            output.match(str(place))
            for place in (path, Path(path).parent)
            for output in outputs
        )
    ]


def plan(build=workflow._build_dag):
    """Build Snakemake's graph of jobs, with what the receipts say."""
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
    build()
    jobs = list(workflow.dag.jobs)
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
        if "wave" in job.wildcards.keys() and job.rule.name not in WITHOUT_RAW
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


def plan_report(build):
    """Build the graph for `--report`, which runs nothing: what would be run is refused instead."""
    found = compared_results()
    refuse(found.refusals())
    build()
    made = {path for job in workflow.dag.jobs for path in map(str, job.output)}
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


REPORTING = []
workflow._build_dag = plan
workflow.create_report = create_report
