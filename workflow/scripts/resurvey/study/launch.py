"""Launch: the workflow started on a study, from a checkout or from an installed package."""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence

from resurvey.core.home import HOME

PROFILES = HOME / "workflow/profiles"
CORES = ("--cores", "4")
_ELSEWHERE = ("--profile", "--workflow-profile", "--executor", "-e")
_COUNTED = ("--cores", "-c", "--jobs", "-j")
_INTERRUPTED = 130


def launch_command(arguments: Sequence[str]) -> list[str]:
    """Write the command that runs this workflow.

    Parameters
    ----------
    arguments : sequence of str
        Options and targets of Snakemake. Without ``--directory`` the study is the folder that one
        is in; ``--profile NAME`` may name a profile of this workflow.

    Returns
    -------
    list of str
        On four cores where nothing else is said. A profile, or an executor of other machines, says
        itself how much runs at once.

    Examples
    --------
    >>> launch_command(["--directory", "my_study", "-n"])[-5:]
    ['--cores', '4', '--directory', 'my_study', '-n']
    >>> "4" in launch_command(["--cores", "2"]), "4" in launch_command(["--profile", "slurm"])
    (False, False)
    """
    said = any(_names(word, _ELSEWHERE + _COUNTED) for word in arguments)
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(HOME / "Snakefile")]
    return [*command, *(() if said else CORES), *find_profiles(arguments)]


def _names(word: str, options: Sequence[str]) -> bool:
    """Whether a word is one of some options, with or without its value."""
    short = [option for option in options if not option.startswith("--")]
    return word.partition("=")[0] in options or any(
        word.startswith(option) and not word.startswith("--") for option in short
    )


def find_profiles(arguments: Sequence[str]) -> list[str]:
    """Write the profiles of the workflow by their folders: `--profile slurm` names one.

    Examples
    --------
    >>> find_profiles(["--profile", "mine", "--cores=2"])
    ['--profile', 'mine', '--cores=2']
    >>> find_profiles(["--profile=slurm"])[0].endswith("workflow/profiles/slurm")
    True
    """
    found: list[str] = []
    for word in arguments:
        option, equals, name = word.rpartition("=")
        named = (found and found[-1] == "--profile") or option == "--profile"
        ours = named and name not in ("", ".", "..") and (PROFILES / name).is_dir()
        found.append(f"{option}{equals}{(PROFILES / name).as_posix()}" if ours else word)
    return found


def launch(arguments: Sequence[str]) -> int:
    """Run the workflow; give back Snakemake's exit code."""
    environment = {**os.environ, "PYTHONUTF8": "1"}
    try:
        return subprocess.call(launch_command(arguments), env=environment)
    except KeyboardInterrupt:
        return _INTERRUPTED


def add_verb(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the verb `run` to a parser of commands; what follows it is Snakemake's."""
    words = "run the workflow on a study: tables, figures, report, audit"
    # No option is this parser's own: none of Snakemake's begins with a null character.
    verb = verbs.add_parser("run", help=words, prefix_chars="\0", add_help=False)
    verb.add_argument("options", nargs="*")
    verb.set_defaults(run=lambda given: launch(given.options))
