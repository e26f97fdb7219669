"""Receipts: results are held against what they were made from before Snakemake plans anything.

IN   results/*/receipts/*.json   (each job leaves one: hashes of what it read and wrote)

Snakemake knows by the age of files, and by what it wrote down in `.snakemake`, what is to be made
anew; that folder may be gone, and an age may lie. So a run first compares hashes. Results that do
not fit are forced, as `--forcerun` would; results that somebody edited stop the run and are named.
A file of a wave that is not there stops it, too: Snakemake would keep what was made from it before
(snakemake#2160, #3280, #3953).
"""

from resurvey.proof.parts import known_job
from resurvey.proof.receipts import compare, own_receipts

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


def remade_waves(unfit):
    """Waves of which something is made anew; all of them where it is of all waves together."""
    for path in unfit:
        room, *rest = Path(path).parts[1:]
        if room in WAVES and rest[:1] != ["import"]:
            yield room
        elif room in WAVES and not rest[1].startswith(("drift", "suggested")):
            yield room
        elif room not in WAVES and room not in ("drift", "trend"):
            yield from WAVES


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


def tell(unfit):
    """Say what is made anew, and why."""
    reasons = {}
    for path, reason in unfit.items():
        reasons.setdefault(reason, []).append(path)
    for reason, paths in reasons.items():
        logger.info(f"To be made anew: {named(paths)}: {reason}.")


def own_files(found, jobs):
    """Somebody's files in folders that jobs replace as a whole, beside what a run wrote there."""
    folders = {Path(path) for job in jobs for path in job.output if path.is_directory}
    inside = [
        (folder, path)
        for path in found.files
        for folder in folders.intersection(Path(path).parents)
    ]
    written = {folder for folder, path in inside if path not in found.unknown}
    return [
        path for folder, path in inside if path in found.unknown and folder in written
    ]


def named(paths):
    """The first of some files, and how many more there are."""
    more = f" and {len(paths) - 1} more files" if len(paths) > 1 else ""
    return f"{paths[0]}{more}"


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
    refuse(edited(found))
    workflow.dag.forcefiles.update(found.unfit)
    REMADE.update(remade_waves(found.unfit))
    build()
    jobs = list(workflow.dag.jobs)
    made = {path for job in jobs for path in map(str, job.output)}
    tell({path: reason for path, reason in found.unfit.items() if path in made})
    left = left_over(path for path in found.files if path not in made)
    if left:
        logger.info(
            f"Nothing in the study as it stands makes {named(left)}: of an earlier run, or "
            "yours; nothing here keeps them up to date, delete what is not wanted."
        )
    refuse(
        f"{path}: no run wrote this, and the folder that it lies in is made anew; move it elsewhere"
        for path in own_files(found, workflow.dag.needrun_jobs())
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


def edited(found):
    """A sentence for each result that somebody edited."""
    return [
        f"{path}: this is not as the run wrote it; move it elsewhere if you want to keep it, "
        "delete it here, and the run makes it anew"
        for path in found.edited
    ]


def plan_report(build):
    """Build the graph for `--report`, which runs nothing: what would be run is refused instead."""
    found = compared_results()
    refuse(edited(found))
    build()
    stale = {}
    for job in workflow.dag.jobs:
        for path in map(str, job.output):
            # Results may be reported where the records of persons are not at hand.
            if not found.unfit.get(path, "gone").startswith("gone"):
                stale.setdefault(found.unfit[path], []).append(path)
    refuse(
        f"{named(paths)}: {reason}; run the study before its report is made"
        for reason, paths in stale.items()
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
