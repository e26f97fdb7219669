"""Command line: `python -m resurvey VERB …`, for what is done outside the pipeline."""

import argparse
import sys
from collections.abc import Sequence

from resurvey.audit.command import add_verb as add_audit
from resurvey.errors import SurveyError

FAILED = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; print what is wrong with the input in one sentence, without a traceback.

    Returns
    -------
    int
        0 when it is done, 2 when the input stands against it.
    """
    verb = _parser().parse_args(arguments)
    try:
        verb.run(verb)
    except SurveyError as problem:
        print(problem, file=sys.stderr)
        return FAILED
    except OSError as problem:
        print(f"{problem.filename}: {problem.strerror}", file=sys.stderr)
        return FAILED
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m resurvey", description=__doc__)
    verbs = parser.add_subparsers(title="verbs", required=True, metavar="VERB")
    _add_init(verbs)
    add_audit(verbs)
    return parser


def _add_init(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    words = "write a runnable study folder from the labels in a survey file"
    init = verbs.add_parser("init", help=words, description=words)
    init.add_argument("file", metavar="FILE", help=".sav .zsav .por .dta .csv or .parquet")
    init.add_argument("--into", metavar="DIR", required=True, help="new or empty folder")
    init.add_argument(
        "--language",
        metavar="xx",
        action="append",
        default=[],
        help="language of the report (ru, en); again for another one",
    )
    init.add_argument("--encoding", help="text encoding of the file, such as windows-1251")
    init.add_argument("--separator", help="field separator of a .csv")
    init.add_argument("--decimal", choices=[".", ","], help="decimal mark of a .csv")
    init.set_defaults(run=_init)


def _init(given: argparse.Namespace) -> None:
    from resurvey.initialise import initialise

    dialect = {key: getattr(given, key) for key in ("separator", "decimal") if getattr(given, key)}
    guess = initialise(given.file, given.into, given.language, given.encoding, dialect or None)
    print(
        f"{given.into}: wrote {len(guess.tables)} tables of {len(guess.variables)} variables. "
        "Look through config/, then run\n"
        f"  snakemake --cores 4 --directory {given.into}"
    )


if __name__ == "__main__":
    sys.exit(main())
