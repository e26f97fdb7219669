"""Deposit: what others may have of all waves, with its documentation.

IN   results/{wave}/indicators/responses.parquet, codebook.json, clean/log.csv   (of every wave)
OUT  results/deposit/pooled*.sav, .dta, .csv, .parquet, codebook.json, codebook.csv,
     codebook.{language}.html, ddi.xml, datapackage.json

Not part of `rule all`: these are records of persons, written only when somebody asks for them. Of
real answers the deposit is the public set, results/release/; their records are pooled only where
`deposit: approved:` in config.yaml says who decided that.
"""

from resurvey.waves.deposit.pooled_file import deposit_files

DEPOSIT = [
    f"results/deposit/{name}"
    for name in deposit_files(STUDY["config"]["waves"], LANGUAGES)
]
RECORDS = not PROTECTED or "approved" in STUDY["config"].get("deposit", {})


def deposited(wildcards):
    """Files of the deposit; where it has no records, that is said."""
    if not RECORDS:
        logger.info(
            "The deposit is the public set, results/release: the records of real people are "
            "pooled only where `deposit: approved:` in config/config.yaml says who decided that."
        )
    return DEPOSIT if RECORDS else rules.list_release.output


if RECORDS:

    rule write_deposit:
        """Pool the records of all waves and document them."""
        input:
            responses=expand("results/{wave}/indicators/responses.parquet", wave=TIMES),
            codebooks=expand("results/{wave}/indicators/codebook.json", wave=TIMES),
            logs=expand("results/{wave}/clean/log.csv", wave=TIMES),
            templates=templates("write_deposit"),
        output:
            DEPOSIT,
        log:
            "results/deposit/logs/write_deposit.log",
        conda:
            "../../environment.yml"
        resources:
            mem_mb=memory("write_deposit"),
            runtime=minutes("write_deposit"),
        params:
            made_from=made_from("write_deposit"),
        script:
            "../scripts/write_deposit.py"


rule deposit:
    """What others may have of all waves: pooled records, or the public set of real answers."""
    input:
        deposited,
