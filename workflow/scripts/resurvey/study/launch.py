"""Launch: the workflow started on a study, from a checkout or from an installed package."""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence

import resurvey
from resurvey.core.home import HOME

PROFILES = HOME / "workflow/profiles"
_ELSEWHERE = ("--profile", "--workflow-profile", "--executor", "-e")
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
        With the profile `default` of this workflow, for one machine, where no other profile and
        no executor of other machines is named.

    Examples
    --------
    >>> launch_command(["--directory", "my_study", "-n"])[-3:]
    ['--directory', 'my_study', '-n']
    >>> "--workflow-profile" in launch_command(["--cores", "2"])
    True
    >>> "--workflow-profile" in launch_command(["--profile", "slurm"])
    False
    """
    elsewhere = any(word.partition("=")[0] in _ELSEWHERE for word in arguments)
    here = () if elsewhere else ("--workflow-profile", (PROFILES / "default").as_posix())
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(HOME / "Snakefile")]
    return [*command, *here, *find_profiles(arguments)]


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


def tell_version(made_with: str) -> str:
    """Say that another version runs a study than the one it was made with.

    Examples
    --------
    >>> tell_version("0.0.1").split(",")[0]
    'This study was made with resurvey 0.0.1'
    >>> tell_version(""), tell_version(resurvey.__version__)
    ('', '')
    """
    if made_with in ("", resurvey.__version__) or resurvey.__version__ == "unknown":
        return ""
    return (
        f"This study was made with resurvey {made_with}, and {resurvey.__version__} runs it; "
        "CHANGELOG.md says which numbers changed. `made_with:` stands in config/config.yaml."
    )


def add_verb(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the verb `run` to a parser of commands; what follows it is Snakemake's."""
    words = "run the workflow on a study: tables, figures, report, audit"
    # No option is this parser's own: none of Snakemake's begins with a null character.
    verb = verbs.add_parser("run", help=words, prefix_chars="\0", add_help=False)
    verb.add_argument("options", nargs="*")
    verb.set_defaults(run=lambda given: launch(given.options))
