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
    pair : bool
        The ends of the base are the only bases there are.
    from_counts : Bounds or None
        What there is if nothing was added after rounding, where the study declares that it was.
    """

    solutions: int
    smallest_base: str
    largest_base: str
    lowest_p: float | None = None
    highest_p: float | None = None
    pair: bool = False
    from_counts: "Bounds | None" = None


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
            line.get("total_bases") == "2",
            _from_counts(line) if line.get("rule") == "rounded_sums" else None,
        )
    return found


def _from_counts(line: QuestionLine) -> Bounds:
    return Bounds(
        int(line["solutions_from_counts"] or 0),
        line["smallest_base_from_counts"],
        line["largest_base_from_counts"],
    )


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
            base=_span(name, bound, say),
        )
        for name, bound in known
    ]
    several = say("report.several_solutions", listed=Markup("; ").join(listed))
    sums = [_sums_note(name, bound, labels, say) for name, bound in known]
    return [several, *(note for note in sums if note)]


def _sums_note(name: str, bound: Bounds, labels: Labels, say: Wording) -> Markup:
    """Name the rule under which the solutions are complete, and say how many another one has."""
    narrow = bound.from_counts
    if narrow is None:
        return Markup("")
    if not narrow.solutions:
        return say("report.rounded_sums_alone", question=labels.variable(name))
    return say(
        "report.rounded_sums",
        question=labels.variable(name),
        n=whole(narrow.solutions, name_number("range", name, "solutions_from_counts")),
        base=_span(name, narrow, say, "_from_counts"),
    )


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


def _span(variable: str, bounds: Bounds, say: Wording, rule: str = "") -> Joined:
    """Print a base: one number, two with "or" between them, or the ends of a range."""
    ends = {
        f"smallest_base{rule}": bounds.smallest_base,
        f"largest_base{rule}": bounds.largest_base,
    }
    if bounds.smallest_base == bounds.largest_base:
        del ends[f"largest_base{rule}"]
    return Joined(
        tuple(
            Shown(text, identity=name_number("range", variable, end)) for end, text in ends.items()
        ),
        say.plain("report.either") if bounds.pair else "–",
    )
