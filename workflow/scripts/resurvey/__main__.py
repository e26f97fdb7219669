"""Command line: `resurvey VERB …`, in a checkout `./run resurvey VERB …`."""

import argparse
import logging
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from resurvey.audit.command import add_verb as add_audit
from resurvey.core.errors import SurveyError, cut_module, harmless, without_controls
from resurvey.proof.certificate.verification import add_verb as add_verify
from resurvey.proof.components import add_verb as add_components
from resurvey.proof.sign_off import add_verb as add_sign_off
from resurvey.reading.formats import described_formats
from resurvey.study.keys import add_verb as add_keys
from resurvey.study.launch import add_verb as add_run
from resurvey.waves.contract import READING, add_reading_options, reading_of
from resurvey.waves.contract import add_verbs as add_waves

FAILED = 2
_WORDS = "From a raw survey file to an article's tables, figures, report and audit."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; print what is wrong with the input in one sentence, without a traceback.

    Returns
    -------
    int
        0 when it is done, 1 when a verb that checks something found a difference, 2 when the input
        stands against it.
    """
    verb = _parser().parse_args(arguments)
    if logging.lastResort is not None:  # what the library warns of goes to the terminal by it
        logging.lastResort.addFilter(without_controls)
    try:
        return verb.run(verb) or 0
    except SurveyError as problem:
        print(_with_options(str(problem), verb), file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        # Whoever reads the output has seen enough; Python would complain once more at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as problem:
        print(harmless(f"{problem.filename}: {problem.strerror}"), file=sys.stderr)
        return FAILED
    except Exception as problem:
        if not (cut := cut_module(problem)):
            raise
        print(cut, file=sys.stderr)
        return FAILED


def _with_options(problem: str, verb: argparse.Namespace) -> str:
    """Name the options of a command where a sentence about its own file names keys of a study.

    Examples
    --------
    >>> given = argparse.Namespace(file="a.csv", encoding=None)
    >>> _with_options("a.csv: line 2 is no text; declare the file's `encoding: cp932`", given)
    "a.csv: line 2 is no text; declare the file's encoding with `--encoding cp932`"
    >>> _with_options("config.yaml: `encoding:` is no text", given)
    'config.yaml: `encoding:` is no text'
    """
    files = [str(getattr(verb, name)) for name in ("file", "before", "after") if name in verb]
    files += getattr(verb, "structure", None) or []
    if not any(problem.startswith(f"{file}: ") for file in files):
        return problem
    for key in READING:
        if key in verb:
            owned = rf"the file's `{key}: ?([^`]*)`"
            problem = re.sub(owned, rf"the file's {key} with `{key}: \1`", problem)
            problem = re.sub(rf"`{key}: ?([^`]*)`", rf"`--{key} \1`", problem)
            problem = problem.replace(f"`--{key} `", f"`--{key}`")
    return problem.replace("`file:`", "FILE")


def _own_name() -> str:
    """Command as typed: the installed one by its name."""
    name = Path(sys.argv[0]).stem
    return name if name == "resurvey" else "python -m resurvey"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=os.environ.get("RESURVEY_COMMAND") or _own_name(), description=_WORDS
    )
    verbs = parser.add_subparsers(title="verbs", required=True, metavar="VERB")
    _add_init(verbs)
    add_run(verbs)
    add_audit(verbs)
    add_verify(verbs)
    add_sign_off(verbs)
    add_waves(verbs)
    add_components(verbs)
    _add_pages(verbs)
    add_keys(verbs)
    return parser


def _add_pages(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    words = "name the pages that a run wrote: the report, the audit, a certificate …"
    pages = verbs.add_parser("pages", help=words, description=words)
    pages.add_argument(
        "targets", metavar="TARGET", nargs="*", help="what was asked of ./run (default all)"
    )
    pages.add_argument(
        *("--directory", "-d"), metavar="DIR", default=".", help="folder of the study (default .)"
    )
    pages.set_defaults(run=_pages)


def _pages(given: argparse.Namespace) -> None:
    from resurvey.study.folder import written_pages

    for title, paths in written_pages(Path(given.directory), given.targets or ["all"]):
        print(f"{title}: " + ", ".join(os.path.relpath(path) for path in paths))


def _add_init(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    words = "write a runnable study folder from the labels in a survey file"
    init = verbs.add_parser("init", help=words, description=words)
    init.add_argument(
        "file", metavar="FILE", help=f"survey file, from any tool: {described_formats()}"
    )
    init.add_argument(
        *("--into", "--directory", "-d"),
        dest="into",
        metavar="DIR",
        required=True,
        help="new or empty folder",
    )
    init.add_argument(
        "--language",
        metavar="xx",
        action="append",
        default=[],
        help="language of the report (ru, en); again for another one",
    )
    add_reading_options(init)
    init.add_argument(
        "--tables", type=int, default=20, metavar="N", help="how many tables at most (20)"
    )
    init.set_defaults(run=_init)


def _init(given: argparse.Namespace) -> None:
    from resurvey.study.initialise import initialise
    from resurvey.study.initialise.pages import guess_remarks
    from resurvey.waves.contract.addition import run_command

    export = reading_of(given)
    guess = initialise(given.file, given.into, given.language, export, max(1, given.tables))
    if guess.counts:
        print(
            f"{given.file}: the rows are counted combinations of answers, so '{guess.counts}' is "
            "declared as their frequency weight in config/config.yaml"
        )
    print(
        "".join(f"{remark}.\n" for remark in guess_remarks(guess, given.tables))
        + f"{given.into}: wrote {len(guess.tables)} tables of {len(guess.variables)} variables. "
        "Look through config/, then run\n"
        f"  {run_command(Path(given.into))}"
    )


if __name__ == "__main__":
    sys.exit(main())
