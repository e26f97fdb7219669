"""Canaries: answers of single persons, planted in a file and looked for in everything that is left.

`tests/cases/init/disclosure.csv` has them in seven variables: an id, a name, two telephones, a
story, a village and a rare word. Private are the records themselves, by their place.
"""

import contextlib
import io
import os
import re
import subprocess
import sys
import zipfile
import zlib

import pandas as pd

from invented import ROOT, snakemake
from resurvey.core.strict_yaml import read_yaml

RAW = ROOT / "tests/cases/init/disclosure.csv"
PLANTED = (b"CANARY", b"+9965551200", b"my own story number")
VARIABLES = 7
SAID = (
    "case,code,text,coder,segment\n"
    "CANARY person,Work,CANARY said so,CANARY coder,s1\n"
    "CANARY other,Home,call me at +996555120000,CANARY coder,s2\n"
)
CODED = (
    "sources: {WAVE: {file: resources/WAVE/interviews.csv}}\n"
    "themes: {work: {label: Work, codes: [Work]}}\n"
)
"""Coded interviews, of whose words nothing was released."""
BROKEN = "variables: {name: {measure: nominal, codes: {A: one}}}\n"
"""A codebook that the answers break stops the next run, whose words go to the logs."""


def contents(name, content):
    """Bytes of a file and, where it is a container, of everything in it."""
    yield name, content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for part in archive.namelist():
                yield from contents(f"{name}!{part}", archive.read(part))
    if content.startswith(b"%PDF"):
        for stream in re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
            with contextlib.suppress(zlib.error):
                yield f"{name}!stream", zlib.decompress(stream)


def is_private(path):
    """Whether a file is one of those that hold the records of persons, by their place."""
    room = path.parts[2] if len(path.parts) > 2 else ""
    records = path.suffix == ".parquet" and room in ("import", "clean", "indicators", "interviews")
    records |= room == "interviews" and path.name == "to_release.csv"
    return path.parts[0] == "resources" or (path.parts[0] == "results" and records)


def given_away(folder):
    """Files below a folder, and parts of files, in which a canary stands."""
    files = {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}
    return [
        name
        for place, path in sorted(files.items())
        if not is_private(place)
        for name, content in contents(str(place), path.read_bytes())
        if any(word in content for word in PLANTED)
    ]


def run_everything(place):
    """Run all that can be run with the canaries; the study and, beside it, homes and caches.

    Returns
    -------
    study, processes
        Its folder, and the finished processes; the last one was stopped by a wrong codebook.
    """
    study = place / "study"
    outside = {}
    for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "MPLCONFIGDIR"):
        outside[name] = str(place / "machine" / name.lower())
        os.makedirs(outside[name])
    made = subprocess.run(
        [sys.executable, "-m", "resurvey", "init", str(RAW), "--into", str(study)],
        cwd=ROOT / "workflow/scripts",
        capture_output=True,
        text=True,
        env={**os.environ, **outside},
        check=False,
    )
    assert made.returncode == 0, made.stderr
    wave = next(iter(read_yaml(study / "config/config.yaml")["waves"]))
    (study / "resources" / wave).mkdir(parents=True, exist_ok=True)
    (study / "resources" / wave / "interviews.csv").write_text(SAID, encoding="utf-8")
    (study / "config/interviews.yaml").write_text(CODED.replace("WAVE", wave), encoding="utf-8")
    with open(study / "config/config.yaml", "a", encoding="utf-8") as config:
        config.write("deposit: {approved: nobody}\n")
    finished = snakemake(study, "all", "deposit", "certificate", environment=outside)
    engine = snakemake(study, "--report", "engine.html", environment=outside)
    for process in (finished, engine):
        assert process.returncode == 0, process.stdout + process.stderr
    (study / "config/codebook.yaml").write_text(BROKEN, encoding="utf-8")
    stopped = snakemake(study, "--config", "documents=[]", environment=outside)
    assert stopped.returncode != 0
    return study, [made, finished, engine, stopped]


def told_on(processes):
    """Processes that said a canary."""
    told = [(process.stdout + process.stderr).encode() for process in processes]
    return [text for text in told if any(word in text for word in PLANTED)]


def given_in_deposit(study):
    """Whether the records that are deposited hold a canary."""
    pooled = pd.read_parquet(study / "results/deposit/pooled.parquet")
    texts = " ".join(pooled.astype(str).to_numpy().ravel()).encode()
    return any(word in texts for word in PLANTED)
