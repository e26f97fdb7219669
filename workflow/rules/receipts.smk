"""Receipts: results are held against what they were made from before Snakemake plans anything.

IN   results/*/receipts/*.json   (each job leaves one: hashes of what it read and wrote)

Snakemake knows by the age of files, and by what it wrote down in `.snakemake`, what is to be made
anew; that folder may be gone, and an age may lie. So a run first compares hashes. Results that do
not fit are forced, as `--forcerun` would; results that somebody edited stop the run and are named.
A file of a wave that is not there stops it, too: Snakemake would keep what was made from it before
(snakemake#2160, #3280, #3953).
"""

from contextlib import suppress

from resurvey.proof.parts import known_job
from resurvey.proof.receipts import compare, find_receipts, read_receipt

# These rooms are made from printed numbers or from nothing of the study: no raw file is asked for.
WITHOUT_RAW = {"recover_wave", "reconstruct_wave", "run_conformance"}


def compared_results():
    """Hold the results of this study against their receipts."""
    receipts = {}
    for path in find_receipts("results"):
        # A damaged receipt says nothing: its results are made anew.
        with suppress(SurveyError):
            receipts[path] = read_receipt(path)
    known = {
        path: one
        for path, one in receipts.items()
        if known_job(Job(one.rule, one.wildcards), STANDING)
    }
    wanted = {path: made_now(one.rule, **one.wildcards) for path, one in known.items()}
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


def tell(unfit):
    """Say what is made anew, and why."""
    reasons = {}
    for path, reason in unfit.items():
        reasons.setdefault(reason, []).append(path)
    for reason, paths in reasons.items():
        more = f" and {len(paths) - 1} more files" if len(paths) > 1 else ""
        logger.info(f"To be made anew: {paths[0]}{more}: {reason}.")


def plan(build=workflow._build_dag):
    """Build Snakemake's graph of jobs, with what the receipts say."""
    if (
        workflow.executor_plugin is None
        or workflow.touch
        or not workflow.is_main_process
    ):
        return build()
    found = compared_results()
    refuse(
        f"{path}: this is not as the run wrote it; move it elsewhere if you want to keep it, "
        "delete it here, and the run makes it anew"
        for path in found.edited
    )
    workflow.dag.forcefiles.update(found.unfit)
    REMADE.update(remade_waves(found.unfit))
    build()
    jobs = list(workflow.dag.jobs)
    made = {path for job in jobs for path in map(str, job.output)}
    tell({path: reason for path, reason in found.unfit.items() if path in made})
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


workflow._build_dag = plan
