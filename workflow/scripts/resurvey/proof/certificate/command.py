"""Command: `python -m resurvey verify`, for a certificate or results that somebody sent."""

import argparse
import io
import sys
from pathlib import Path

from resurvey.proof.certificate.places import METADATA, shown
from resurvey.proof.receipts import check_results, find_receipts

WORDS = "check a certificate or a folder of results: every file against its hash"
EXAMPLE = """
what it prints
  of results: each file that is not as the run wrote it, is not there, or was made from another;
  of a certificate: each file or cell that is not as it was certified, and whether the printed
  numbers are those that the counts give; a table that another processor wrote with
  other last bits (up to a billionth) is told and passes
exit code
  0 nothing differs · 1 a file or cell differs, and is named · 2 it cannot be read

examples
  python -m resurvey verify results/2022
  python -m resurvey verify results
  python -m resurvey verify results/2022/certificate
  python -m resurvey verify certificate.zip
  python -m resurvey verify certificate.zip --against results/2022

It needs Python and this library, none of its dependencies, and no network.
"""
DIFFERENT = 1


def add_verb(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the verb to the command line."""
    verb = verbs.add_parser(
        "verify",
        help=WORDS,
        description=WORDS,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verb.add_argument(
        "crate",
        metavar="WHAT",
        help="results/2022, all of results, a certificate's folder, or a zip of it",
    )
    verb.add_argument(
        "--against",
        metavar="RESULTS",
        help="results of the same wave from a run of your own, such as results/2022",
    )
    verb.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Check it and print what was found; give back the exit code."""
    # Labels are in any script, and a terminal may not know it.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    folder = Path(given.crate)
    if not given.against and not (folder / METADATA).exists() and find_receipts(folder):
        return _run_results(folder)
    return _run_certificate(given)


def _run_results(folder: Path) -> int:
    found = check_results(folder)
    for text in found.differences:
        print(f"differs: {text}")
    for text in found.notes:
        print(f"note: {text}")
    print(f"{shown(str(folder))}: {found.files} files checked")
    if found.differences:
        print(f"differences: {len(found.differences)}; these are not the results of one run")
        return DIFFERENT
    print("nothing differs: every file is as the run wrote it")
    return 0


def _run_certificate(given: argparse.Namespace) -> int:
    from resurvey.proof.certificate.verification import verify

    found = verify(given.crate, given.against)
    for text in found.differences:
        print(f"differs: {text}")
    for text in found.notes:
        print(f"note: {text}")
    print(f"wave {shown(found.wave)}: {found.files} files checked")
    if found.summary:
        agree = found.summary["agrees"] + found.summary["agrees_by_printed_parts"]
        print(
            f"printed numbers: {found.summary['cells']}; recomputed from the counts here, {agree} "
            f"agree and {found.summary['cells'] - agree} do not, as the certificate states"
        )
    if found.differences:
        print(f"differences: {len(found.differences)}; this is not what was certified")
    else:
        print("nothing differs: the certificate holds")
    print(f"SHA-256 of manifest.json, which names those of all files: {found.fingerprint}")
    return DIFFERENT if found.differences else 0
