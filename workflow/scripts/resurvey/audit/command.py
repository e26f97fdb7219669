"""Command: `python -m resurvey audit`, for an article's table that somebody typed."""

import argparse
from collections.abc import Mapping, Sequence
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resurvey.errors import SurveyError
from resurvey.printed import ROUNDING_RULES
from resurvey.published import TOTAL

if TYPE_CHECKING:
    from resurvey.audit.typed import TypedTable

#: Words and templates of every page lie beside the library in the repository.
REPORT = Path(__file__).resolve().parents[4] / "report"
#: Longer lists of solutions are counted; the files of a study list up to 100,000.
MOST_LISTED = 5_000
WORDS = "audit a printed table of per cents: which counts of people are possible, what tests give"
EXAMPLE = """
the file
  Answers in the first column, then one column per group, and 'total' where it is printed;
  separated by commas, semicolons or tabs; decimal comma or point. A row that adds up others
  by ' + ' is a subtotal, an empty cell is not printed, 'base' and 'max base' are bases:

    answer;            men;    women;  total
    Yes;               30,7;   24,9;   28,3
    Mostly yes;        36,7;   34,8;   35,9
    Yes + Mostly yes;  67,4;   59,7;   64,2
    No;                14,3;   13,9;   14,2
    Mostly no;         18,3;   26,4;   21,6
    max base;          305;    210;    515

  A first column 'question' puts several questions into one file.

examples
  python -m resurvey audit my_table.csv --html audit.html
  python -m resurvey audit my_table.csv --group-size men=305 --group-size women=210
  python -m resurvey audit my_table.csv --max-base 515 --rounding unknown

A smaller base is ordinarily item non-response or a skip rule and is no sign of misconduct.
"""


def add_verb(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the verb to the command line."""
    verb = verbs.add_parser(
        "audit",
        help=WORDS,
        description=WORDS,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verb.add_argument("file", metavar="FILE", help="CSV file in UTF-8")
    verb.add_argument(
        "--group-size",
        metavar="GROUP=N",
        action="append",
        default=[],
        help="exactly N of the group (or of the total) answered; again for another group",
    )
    verb.add_argument(
        "--max-base",
        metavar="[GROUP=]N",
        action="append",
        default=[],
        help="at most N of the group answered; without a group: of each, and of all together",
    )
    verb.add_argument("--rounding", choices=[*ROUNDING_RULES, "unknown"], default="half_up")
    verb.add_argument(
        "--derived",
        choices=["counts", "printed_parts", "unknown"],
        default="unknown",
        help="what subtotals were made from; unknown: they constrain nothing",
    )
    verb.add_argument(
        "--alpha", type=float, default=0.05, metavar="P", help="level of the verdicts"
    )
    verb.add_argument(
        "--draws", type=int, metavar="N", help="draws for false fits; by default as time allows"
    )
    verb.add_argument("--language", default="en", metavar="xx", help="of the page (en, ru)")
    verb.add_argument("--html", metavar="OUT", help="write the audit as a page")
    verb.set_defaults(run=run)


def run(given: argparse.Namespace) -> None:
    """Audit the file, print what was found, and write the page."""
    from resurvey.audit.page.results import AuditResults, texts
    from resurvey.audit.page.writing import make_cards, write_audit
    from resurvey.audit.terminal import show_cards
    from resurvey.audit.typed import read_typed
    from resurvey.files import write_text
    from resurvey.study import read_words

    if not 0 < given.alpha < 1:
        raise SurveyError(f"--alpha: {given.alpha:g} is not a level between 0 and 1")
    if given.draws is not None and not 1 <= given.draws <= 1_000_000:
        raise SurveyError(f"--draws: {given.draws} is not a number from 1 to 1000000")
    typed = read_typed(given.file)
    lines = audit_typed(
        typed,
        given.group_size,
        given.max_base,
        given.rounding,
        given.derived,
        given.alpha,
        given.draws,
    )
    results = AuditResults(texts(lines), typed.cells, [], [], typed.codebook)
    languages = list(dict.fromkeys(["en", given.language]))
    words = read_words(REPORT, languages)
    study = _as_study(typed, given, words[given.language]["audit"])
    cards = make_cards(results, study, words["en"], "en", given.rounding)
    print(show_cards(cards, f"{given.alpha:g}"))
    if given.html:
        folders = [REPORT / "audit", REPORT / "templates"]
        page = write_audit(
            results,
            study,
            words[given.language],
            "typed",
            given.language,
            folders,
            rounding=given.rounding,
        )
        write_text(given.html, page)
        print(f"\n{given.html}: written")


def audit_typed(
    typed: "TypedTable",
    group_sizes: Sequence[str] = (),
    max_bases: Sequence[str] = (),
    rounding: str = "half_up",
    derived: str = "unknown",
    alpha: float = 0.05,
    draws: int | None = None,
) -> dict[str, list[dict[str, Any]]]:
    """Recover the questions of a typed table and fill every file of the audit.

    Parameters
    ----------
    typed : TypedTable
        As `read_typed` gives it.
    group_sizes, max_bases : sequences of str
        ``group=N``: the base is N, or at most N.
    rounding, derived : str
        Rounding rule, and what subtotals were made from.
    alpha : float
        Level of the verdicts.
    draws : int, optional
        Draws for the rate of false fits; by default up to 300, fewer where bases are many.

    Raises
    ------
    SurveyError
        A group without a base, or with bases that cannot be.
    """
    from resurvey.audit.documents import audit_questions
    from resurvey.audit.questions import Frame, recover_questions

    exact = dict(typed.bases) | _sizes(typed, group_sizes, "--group-size")
    largest = dict(typed.largest_bases) | _sizes(typed, max_bases, "--max-base")
    sizes = _largest_bases(typed, exact, largest)
    groups = [code for code in typed.columns if code != TOTAL]
    respondents = sizes.pop(TOTAL, sum(sizes.values()))
    frame = Frame(respondents, sizes, "", rounding, frozenset(exact))
    asked = {cell.row_variable: derived for cell in typed.cells}
    if groups and TOTAL not in exact and all(code in exact for code in groups):
        respondents = sum(exact[code] for code in groups)
        frame = Frame(respondents, sizes, "", rounding, frozenset(exact))
    questions = recover_questions(typed.cells, [], typed.codebook, frame, asked)
    audit = {"false_fit": {"draws": draws or _draws(sizes, exact)}}
    return audit_questions(questions, typed.cells, {}, audit, alpha, MOST_LISTED)


def _draws(sizes: Mapping[str, int], exact: Mapping[str, int]) -> int:
    """Give as many draws as a few seconds allow, each over all combinations of bases."""
    combinations = prod(size for code, size in sizes.items() if code not in exact)
    return max(20, min(300, 30_000_000 // combinations))


def _sizes(typed: "TypedTable", options: Sequence[str], option: str) -> dict[str, int]:
    from resurvey.audit.typed import read_size

    sizes: dict[str, int] = {}
    for text in options:
        name, mark, number = text.rpartition("=")
        if not mark:
            size = read_size(number, option)
            if option != "--max-base":
                raise SurveyError(
                    f"{option} {text}: say of which group, such as {option} men={size}"
                )
            sizes |= {code: size for code in (*typed.columns, TOTAL) if code not in sizes}
            continue
        sizes[typed.code(name.strip(), option)] = read_size(number, f"{option} {name}")
    return sizes


def _largest_bases(
    typed: "TypedTable", exact: Mapping[str, int], largest: Mapping[str, int]
) -> dict[str, int]:
    """Largest base of each column, after checking that bases and bounds go together."""
    sizes = {}
    for code, heading in typed.columns.items():
        if code in exact and code in largest and exact[code] > largest[code]:
            raise SurveyError(
                f"group '{heading}': the base {exact[code]} is above its largest, {largest[code]}"
            )
        size = exact.get(code, largest.get(code, largest.get(TOTAL, exact.get(TOTAL))))
        if size is None and code != TOTAL:
            raise SurveyError(
                f"group '{heading}': nothing says how many respondents it has; give --group-size "
                f"'{heading}=N' (exactly N answered), --max-base '{heading}=N' (at most N), or a "
                "row 'base' or 'max base' in the file"
            )
        if size is not None:
            sizes[code] = size
    if TOTAL in exact or TOTAL in largest:
        sizes[TOTAL] = exact.get(TOTAL, largest.get(TOTAL, 0))
    fixed = sum(exact[code] for code in sizes if code != TOTAL and code in exact)
    if TOTAL in sizes and len(sizes) > 1 and fixed > sizes[TOTAL]:
        raise SurveyError(
            f"the groups' bases sum to {fixed}, above the {sizes[TOTAL]} of all respondents"
        )
    if not sizes:
        raise SurveyError(
            "nothing says how many respondents there are; give --group-size total=N (exactly N "
            "answered), --max-base N (at most N), or a row 'base' in the file"
        )
    return sizes


def _as_study(
    typed: "TypedTable", given: argparse.Namespace, words: Mapping[str, str]
) -> dict[str, Any]:
    """What the page needs of a study, for a file that belongs to none."""
    from resurvey.audit.typed import GROUPS, TABLE

    name = Path(given.file).name
    questions = [one for one in typed.codebook if one != GROUPS]
    return {
        "config": {
            "languages": [given.language],
            "title": name,
            "waves": {"typed": {"label": words["typed_wave"]}},
            "alpha": given.alpha,
            "sample": "unknown",
        },
        "tables": {"tables": {TABLE: {"rows": questions}}},
        "text": {given.language: {"tables": {TABLE: {"title": Path(given.file).stem}}}},
        "audit": {},
    }
