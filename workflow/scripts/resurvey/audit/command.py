"""Command: `./run resurvey audit`, for an article's table that somebody typed."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from resurvey.core.errors import SurveyError
from resurvey.core.home import REPORT
from resurvey.core.printed import ROUNDING_RULES

if TYPE_CHECKING:
    from resurvey.audit.typed_table import TypedTable
    from resurvey.audit.verdicts import Terms

SAMPLES = ("unknown", "purposive", "probability", "census")
WORDS = "audit a printed table: what its numbers are, which counts of people are possible"
EXAMPLE = """
the file
  Answers in the first column, then one column per group, and 'total' (all, overall, всего, все
  опрошенные …) where it is printed; separated by commas, semicolons or tabs; decimal comma or
  point. A row that adds up others by ' + ' is a subtotal, an empty cell is not printed, 'base'
  and 'max base' are bases; 'n = 305' may stand in a heading instead:

    answer;            men;    women;  total
    Yes;               30,7;   24,9;   28,3
    Mostly yes;        36,7;   34,8;   35,9
    Yes + Mostly yes;  67,4;   59,7;   64,2
    No;                14,3;   13,9;   14,2
    Mostly no;         18,3;   26,4;   21,6
    max base;          305;    210;    515

  A first column 'question' puts several questions into one file, each with a row 'base' of its
  own where their bases differ. Cells may be '41 (56.2%%)', '41/73 (56.2)', '3.42 (1.1)', '<0.1'
  or a dash; rows or columns 'p', 'chi2' and 'V', or a comment such as '# chi2 = 2.49, p = 0.288',
  are printed statistics, which are recomputed. A comment '# weighted' says that percentages are
  weighted, '# reading: open_list' how a question is to be read.

readings (--reading; chosen by itself, with its reason, where none is given)
  parts                each person gave one answer, and the list is whole: columns sum to 100
  several_answers      each answer is a yes or no of the same people: columns sum to more
  open_list            a cut list, or 'don't know' left out: columns sum to less
  row_percents         the rows are the groups, and sum to 100
  counts_and_percents  counts stand beside their percentages
  weighted             weighted percentages: only their sums can be checked
  means                means and standard deviations of whole-number answers (GRIM, GRIMMER)
  not_percents         nothing of all this

examples
  %(prog)s my_table.csv --html audit.html
  %(prog)s my_table.csv --group-size men=305 --group-size women=210
  %(prog)s my_table.csv --max-base 515 --rounding unknown --json audit.json

A misprint is claimed only under a reading that the table itself supports. A smaller base is
ordinarily item non-response or a skip rule and is no sign of misconduct.
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
    verb.add_argument("file", metavar="FILE", help="CSV file")
    verb.add_argument(
        "--encoding",
        default="",
        metavar="NAME",
        help="of the file, such as windows-1251; UTF-8 if not given",
    )
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
    verb.add_argument(
        "--reading",
        metavar="NAME",
        help="what the numbers are, see below; by default chosen by their shape and sums",
    )
    verb.add_argument("--weighted", action="store_true", help="the percentages are weighted")
    verb.add_argument(
        "--items",
        type=int,
        metavar="N",
        help="a printed mean is of N items answered in whole numbers; by default taken to be one",
    )
    verb.add_argument("--rounding", choices=[*ROUNDING_RULES, "unknown"], default="half_up")
    verb.add_argument(
        "--derived",
        choices=["counts", "printed_parts", "unknown"],
        default="unknown",
        help="what subtotals were made from; unknown: each from counts or from printed parts",
    )
    verb.add_argument(
        "--sample",
        choices=SAMPLES,
        default="unknown",
        help="how the respondents were chosen, which says what a p-value is worth",
    )
    verb.add_argument(
        "--alpha", type=float, default=0.05, metavar="P", help="level of the verdicts"
    )
    verb.add_argument(
        "--draws", type=int, metavar="N", help="draws for false fits; by default as time allows"
    )
    verb.add_argument("--language", default="en", metavar="xx", help="of all that is told (en, ru)")
    verb.add_argument("--title", default="", metavar="TEXT", help="title of the page")
    verb.add_argument("--html", metavar="OUT", help="write the audit as a page")
    verb.add_argument("--json", metavar="OUT", help="write the judgements for a program")
    verb.set_defaults(run=run)


def run(given: argparse.Namespace) -> None:
    """Audit the file, print what was found, and write the page and the JSON."""
    from resurvey.audit.judgement import judge_questions
    from resurvey.audit.typed_page import QuestionWriter, as_contract, show_questions, write_typed
    from resurvey.audit.typed_table import read_typed
    from resurvey.core.files import write_text
    from resurvey.core.progress import track
    from resurvey.study.folder import read_words

    if not 0 < given.alpha < 1:
        raise SurveyError(f"--alpha: {given.alpha:g} is not a level between 0 and 1")
    if given.draws is not None and not 1 <= given.draws <= 1_000_000:
        raise SurveyError(f"--draws: {given.draws} is not a number from 1 to 1000000")
    typed = read_typed(given.file, given.encoding)
    terms = read_terms(
        typed,
        given.group_size,
        given.max_base,
        given.rounding,
        given.derived,
        given.reading or "",
        given.weighted,
        given.items,
    )
    words = read_words(REPORT, [given.language])[given.language]
    writer = QuestionWriter(words, given.language, given.alpha, given.draws)
    name = Path(given.file).name
    judged = judge_questions(track(typed.questions, f"questions judged of {name}"), terms)
    worded = [writer.write(one) for one in track(judged, f"questions worded of {name}")]
    print(show_questions(worded, writer, given.sample))
    if given.html:
        folders = [REPORT / "audit", REPORT / "templates"]
        page = write_typed(worded, words, given.language, given.title, name, given.sample, folders)
        write_text(given.html, page)
        print(f"\n{writer.plain('written', file=given.html)}")
    if given.json:
        contract = as_contract(judged, worded)
        write_text(given.json, json.dumps(contract, ensure_ascii=False, indent=2) + "\n")
        print(f"\n{writer.plain('written', file=given.json)}")


def read_terms(
    typed: "TypedTable",
    group_sizes: Sequence[str] = (),
    max_bases: Sequence[str] = (),
    rounding: str = "half_up",
    derived: str = "unknown",
    reading: str = "",
    weighted: bool = False,
    items: int | None = None,
) -> "Terms":
    """Check what was asked for against the file."""
    from resurvey.audit.typed_table import check_reading
    from resurvey.audit.verdicts import Terms

    if items is not None and not 1 <= items <= 1000:
        raise SurveyError(f"--items: {items} is not a number of items from 1 to 1000")
    exact = _sizes(typed, group_sizes, "--group-size")
    largest = _sizes(typed, max_bases, "--max-base")
    for question in typed.questions:
        for code, heading in question.columns.items():
            base = exact.get(code, question.bases.get(code))
            bound = largest.get(code, question.largest_bases.get(code))
            if base is not None and bound is not None and base > bound:
                raise SurveyError(
                    f"group '{heading}': the base {base} is above its largest, {bound}"
                )
    name = check_reading(reading, "--reading") if reading else ""
    return Terms(exact, largest, rounding, derived, name, weighted, items)


def _sizes(typed: "TypedTable", options: Sequence[str], option: str) -> dict[str, int]:
    from resurvey.audit.typed_table import read_size
    from resurvey.core.names import TOTAL

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
