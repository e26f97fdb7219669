"""Contract: which waves are held against which, and the files that belong to each; no rules.

A wave is compared with the one before it in time, unless `after:` in waves.yaml names another.
"""

from resurvey.reading.formats import wave_files
from resurvey.study.order import order_waves
from resurvey.study.mapping import previous_waves, used_names

try:
    TIMES = order_waves(list(STUDY["config"]["waves"]), STUDY["trend"])
    BEFORE = previous_waves(TIMES, STUDY["waves"])
except SurveyError as problem:
    raise WorkflowError(str(problem)) from None

# One wave without waves.yaml has nothing to compare: its import checks the codebook.
CONTRACT = len(WAVES) > 1 or bool(STUDY["waves"])


def compared_waves(wildcards):
    """The wave and the one before it, with what the study says about them."""
    names = [wildcards.wave, *filter(None, [BEFORE.get(wildcards.wave)])]
    waves = STUDY["config"]["waves"]
    return [
        {
            "name": name,
            "wave": waves[name],
            "mapping": STUDY["waves"].get(name),
            "time": TIMES[name],
        }
        for name in names
    ]


def raw_before(wildcards):
    """Raw file of the wave before, if there is one."""
    return [wave["wave"]["file"] for wave in compared_waves(wildcards)[1:]]


def companions_of_both(wildcards):
    """Questionnaires that a tool exported beside either raw file."""
    waves = compared_waves(wildcards)
    return [str(path) for one in waves for path in wave_files(one["wave"])]


def companions(wildcards):
    """Files that are read together with the raw file: declared, or there by the tool's names."""
    return [str(path) for path in wave_files(STUDY["config"]["waves"][wildcards.wave])]


# Waves of which something is made anew in this run; `receipts.smk` fills it before the plan.
REMADE = set()


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
