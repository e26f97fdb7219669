"""Command: `python -m resurvey verify`, for a certificate that somebody sent."""

import argparse
import io
import sys

from resurvey.certificate.places import shown

WORDS = "check a certificate: every file's hash, and the printed numbers against the counts"
EXAMPLE = """
what it prints
  each file or cell that is not as it was certified; a table that another processor wrote with
  other last bits (up to a billionth) is told and passes
exit code
  0 nothing differs · 1 a file or cell differs, and is named · 2 the certificate cannot be read

examples
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
    verb.add_argument("crate", metavar="CRATE", help="the certificate's folder, or a zip of it")
    verb.add_argument(
        "--against",
        metavar="RESULTS",
        help="results of the same wave from a run of your own, such as results/2022",
    )
    verb.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Check the certificate and print what was found; give back the exit code."""
    from resurvey.certificate.verification import verify

    # Labels are in any script, and a terminal may not know it.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
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
