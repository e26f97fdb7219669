"""Bounds: what published per cents leave open of a question, on reconstructed records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from resurvey.core.lines import QuestionLine, RangeLine
from resurvey.core.names import name_number
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import Joined, Numerals, Shown, whole
from resurvey.pages.wording import Wording


@dataclass(frozen=True)
class Bounds:
    """What is known of one question over all tables of counts that print the same per cents.

    Attributes
    ----------
    solutions : int
        Tables of counts that fit; 0 where none does.
    smallest_base, largest_base : str
        Ends of the base of all respondents.
    lowest_p, highest_p : float or None
        Ends of Pearson's p-value; None for a question without groups.
    """

    solutions: int
    smallest_base: str
    largest_base: str
    lowest_p: float | None = None
    highest_p: float | None = None


def read_bounds(
    questions: Sequence[QuestionLine], ranges: Sequence[RangeLine]
) -> dict[str, Bounds]:
    """Collect the bounds of every question by variable."""
    ends = {
        line["row_variable"]: (line["minimum"], line["maximum"])
        for line in ranges
        if line.get("statistic") == "p_value"
    }
    found = {}
    for line in questions:
        name = line["row_variable"]
        lowest, highest = ends.get(name, ("", ""))
        found[name] = Bounds(
            int(line["solutions"] or 0),
            line["smallest_base"],
            line["largest_base"],
            float(lowest) if lowest else None,
            float(highest) if highest else None,
        )
    return found


def solutions_note(
    names: Sequence[str],
    bounds: Mapping[str, Bounds],
    labels: Labels,
    say: Wording,
) -> list[Markup]:
    """Word how many tables of counts fit the printed per cents of some questions."""
    known = [(name, bounds[name]) for name in names if name in bounds and bounds[name].solutions]
    if not known:
        return []
    if all(bound.solutions == 1 for _, bound in known):
        return [say("report.one_solution")]
    listed = [
        say(
            "report.solutions_of" if len(known) > 1 else "report.solutions",
            question=labels.variable(name),
            n=whole(bound.solutions, name_number("range", name, "solutions")),
            base=_span(name, bound),
        )
        for name, bound in known
    ]
    return [say("report.several_solutions", listed=Markup("; ").join(listed))]


def p_range(variable: str, bounds: Bounds | None, numerals: Numerals) -> Joined | None:
    """Print the ends of the p-value, where it is not the same in all solutions."""
    if bounds is None or bounds.lowest_p is None or bounds.highest_p is None:
        return None
    low, high = numerals.fixed(bounds.lowest_p, 3), numerals.fixed(bounds.highest_p, 3)
    if low == high:
        return None
    ends = (("minimum", low), ("maximum", high))
    return Joined(
        tuple(
            Shown(text, identity=name_number("range", variable, "p_value", end))
            for end, text in ends
        ),
        "–",
    )


def _span(variable: str, bounds: Bounds) -> Joined:
    ends = {"smallest_base": bounds.smallest_base, "largest_base": bounds.largest_base}
    if bounds.smallest_base == bounds.largest_base:
        del ends["largest_base"]
    return Joined(
        tuple(
            Shown(text, identity=name_number("range", variable, end)) for end, text in ends.items()
        ),
        "–",
    )
