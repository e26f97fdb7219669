"""Boxes: the highest and the lowest answers of ordered questions, and the scores made of them.

`top_box`, `bottom_box`, `net` and `nps` say once for a table or banner what would otherwise be a
list of codes per question. A box is a subtotal; a net share and a net promoter score are means of
scores of 100, 0 and -100, so that their intervals and comparisons are those of means.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.codebook import Code, Variable, as_labels, clean_code, pick_label
from resurvey.core.errors import SurveyError

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_STEPS = 11
"""A scale with labelled ends has at most so many steps; one with more is an amount."""

NET, NPS, MEAN = "net", "nps", "mean"
SCORES = (NET, NPS, MEAN)
"""What a table may show of a question beside its answers, in this order."""

PROMOTERS, DETRACTORS = (9, 10), (0, 6)
"""Ends of the answers 0 to 10 that a net promoter score adds and takes away."""

Net = tuple[list[Code], list[Code]]


def name_box(end: str, number: int) -> str:
    """Name a box, in every language alike.

    Examples
    --------
    >>> name_box("top_box", 2), name_box("bottom_box", 3)
    ('Top-2', 'Bottom-3')
    """
    return f"{'Top' if end == 'top_box' else 'Bottom'}-{number}"


def names_of_boxes(declared: Mapping[str, Any]) -> list[str]:
    """Names of the boxes of a table or banner, which are the labels of their rows.

    Examples
    --------
    >>> names_of_boxes({"top_box": 2})
    ['Top-2']
    """
    return [name_box(end, declared[end]) for end in ("top_box", "bottom_box") if end in declared]


def steps_of(variable: Variable, codes: Sequence[Code]) -> list[Code]:
    """Answers of a question from the lowest to the highest; none where they have no order.

    Parameters
    ----------
    variable : Variable
        An ordinal question, one with a declared `order`, or a scale whose ends are labelled.
    codes : sequence
        Answers that the table has.

    Returns
    -------
    list
        In the substantive order of the codebook, without "don't know".

    Examples
    --------
    >>> words = {code: {} for code in (1, 2, 3, 8)}
    >>> steps_of(Variable("q", {}, "ordinal", words, order=(3, 2, 1), dont_know=(8,)), [1, 2, 3, 8])
    [3, 2, 1]
    >>> steps_of(Variable("region", codes=words), [1, 2, 3, 8])
    []
    """
    inside = [code for code in codes if code not in variable.dont_know]
    if variable.order:
        return [code for code in variable.order if code in inside]
    if variable.measure == "ordinal":
        listed = [code for code in variable.ordered_answers if code in inside]
        if len(listed) == len(inside):
            return listed
    elif variable.measure != "scale" or not variable.answers or len(inside) > MOST_STEPS:
        return []
    if any(isinstance(code, str) for code in inside):
        return []
    return sorted(inside, key=lambda code: float(code))


def box_of(
    declared: Mapping[str, Any], end: str, variable: Variable, codes: Sequence[Code]
) -> list[Code]:
    """Answers of one box in the order of the table; none where the question has no such box.

    A question with no more ordered answers than the box has none: all of them are in it.

    Examples
    --------
    >>> q = Variable("q", {}, "ordinal", {code: {} for code in (1, 2, 3, 4)})
    >>> box_of({"top_box": 2}, "top_box", q, [1, 2, 3, 4])
    [3, 4]
    >>> box_of({"bottom_box": 4}, "bottom_box", q, [1, 2, 3, 4])
    []
    """
    number, steps = declared.get(end), steps_of(variable, codes)
    if number is None or len(steps) <= number:
        return []
    chosen = steps[-number:] if end == "top_box" else steps[:number]
    return [code for code in codes if code in chosen]


def boxes_of(
    declared: Mapping[str, Any], variable: Variable, codes: Sequence[Code]
) -> list[tuple[str, list[Code]]]:
    """List the boxes of a question: the name and the answers of each.

    Examples
    --------
    >>> q = Variable("q", {}, "ordinal", {code: {} for code in (1, 2, 3, 4)})
    >>> boxes_of({"top_box": 2, "bottom_box": 2}, q, [1, 2, 3, 4])
    [('Top-2', [3, 4]), ('Bottom-2', [1, 2])]
    """
    found = []
    for end in ("top_box", "bottom_box"):
        if answers := box_of(declared, end, variable, codes):
            found.append((name_box(end, declared[end]), answers))
    return found


def net_of(
    declared: Mapping[str, Any], variable: Variable, codes: Sequence[Code], place: str
) -> Net | None:
    """Answers that a net share adds and those that it takes away; None where it has no such share.

    Parameters
    ----------
    declared : dict
        A table or banner; its `net` is a number of answers at each end, or names codes.
    variable, codes
        The question and the answers that the table has.
    place : str
        File and key, for messages.

    Raises
    ------
    SurveyError
        A code that is no answer, or that stands on both sides.

    Examples
    --------
    >>> q = Variable("q", {}, "ordinal", {code: {} for code in (1, 2, 3, 4, 5)})
    >>> net_of({"net": 2}, q, [1, 2, 3, 4, 5], "t")
    ([4, 5], [1, 2])
    >>> net_of({"net": {"of": [5], "minus": [1]}}, q, [1, 2, 3, 4, 5], "t")
    ([5], [1])
    """
    net = declared.get(NET)
    if net is None:
        return None
    if isinstance(net, int):
        steps = steps_of(variable, codes)
        return None if len(steps) < 2 * net else (steps[-net:], steps[:net])
    if variable.name not in net.get("rows", [variable.name]):
        return None
    sides: list[list[Code]] = []
    for key in ("of", "minus"):
        sides.append([clean_code(code) for code in net[key]])
        for code in sides[-1]:
            if code not in codes:
                raise SurveyError(
                    f"{place}: `net` of '{variable.name}' names {code}, which is no answer; the "
                    f"answers are {', '.join(map(str, codes))}"
                )
    both = [code for code in sides[0] if code in sides[1]]
    if both:
        raise SurveyError(
            f"{place}: `net` of '{variable.name}' adds and takes away {both[0]}; a code stands on "
            "one side"
        )
    return sides[0], sides[1]


def label_net(
    net: int | Mapping[str, Any],
    answer: Callable[[str], str],
    language: str,
    word: Callable[..., str],
) -> str:
    """Label a net share by the boxes or the answers of both sides, or as the study does.

    Parameters
    ----------
    net : int or dict
        As a table declares it.
    answer : callable
        Code, as text -> label of the answer.
    language : str
        Language of the label.
    word : callable
        Puts both sides, ``of`` and ``minus``, into words.

    Examples
    --------
    >>> label_net(2, str, "en", "Net: {of} − {minus}".format)
    'Net: Top-2 − Bottom-2'
    >>> words = {"1": "No", "2": "Yes"}
    >>> label_net({"of": [2], "minus": [1]}, words.get, "en", "{of} less {minus}".format)
    'Yes less No'
    """
    if isinstance(net, int):
        return word(of=name_box("top_box", net), minus=name_box("bottom_box", net))
    if own := pick_label(as_labels(net.get("label")), language, ""):
        return own
    sides = []
    for key in ("of", "minus"):
        side = " + ".join(answer(str(code)) for code in net[key])
        sides.append(f"({side})" if len(net[key]) > 1 else side)
    return word(of=sides[0], minus=sides[1])


def asks_promoters(declared: Mapping[str, Any], name: str) -> bool:
    """Return whether a table or banner wants the net promoter score of a question.

    Examples
    --------
    >>> asks_promoters({"nps": True}, "q"), asks_promoters({"nps": ["rate"]}, "q")
    (True, False)
    """
    wanted = declared.get(NPS, False)
    return wanted if isinstance(wanted, bool) else name in wanted


def check_promoters(variable: Variable, codes: Sequence[Code], place: str) -> None:
    """Refuse the net promoter score of a question whose answers are not 0 to 10.

    Parameters
    ----------
    variable : Variable
        The question.
    codes : sequence
        Answers that anybody gave or that the codebook lists.
    place : str
        File and key, for the message.

    Raises
    ------
    SurveyError
        Naming the answers that the question has.

    Examples
    --------
    >>> check_promoters(Variable("q", codes={code: {} for code in range(1, 6)}), range(1, 6), "t")
    Traceback (most recent call last):
    resurvey.SurveyError: t: `nps` is of whole numbers from 0 to 10, and 'q' has answers from 1 to \
5; leave the question out
    """
    inside = [code for code in codes if code not in variable.dont_know]
    numbers = [code for code in inside if not isinstance(code, str)]
    if len(numbers) < len(inside):
        words = next(code for code in inside if isinstance(code, str))
        has = f"the answer '{words}'"
    elif not numbers:
        return
    else:
        low, high = min(numbers), max(numbers)
        fraction = next((code for code in numbers if code != int(code)), None)
        whole = fraction is None and low >= 0 and high <= 10
        # Codes that nobody labelled say by themselves how far the scale goes.
        if whole and (high == 10 and (low == 0 or not variable.answers)):
            return
        if whole and not variable.answers and high > DETRACTORS[1]:
            return
        has = f"the answer {fraction}" if fraction is not None else f"answers from {low} to {high}"
    raise SurveyError(
        f"{place}: `nps` is of whole numbers from 0 to 10, and '{variable.name}' has {has}; leave "
        "the question out"
    )


def score_codes(
    codes: Sequence[Code], plus: Sequence[Code], minus: Sequence[Code]
) -> "NDArray[np.float64]":
    """Score answers by 100, -100 and 0: the mean of the scores is a difference of two shares.

    Examples
    --------
    >>> score_codes([1, 2, 3], [3], [1]).tolist()
    [-100.0, 0.0, 100.0]
    """
    scores = np.zeros(len(codes))
    for side, score in ((plus, 100.0), (minus, -100.0)):
        scores[[at for at, code in enumerate(codes) if code in side]] = score
    return scores


def promoter_sides(codes: Sequence[Code]) -> Net:
    """Answers of promoters and of detractors among codes.

    Examples
    --------
    >>> promoter_sides([0, 6, 7, 8, 9, 10, 99])
    ([9, 10], [0, 6])
    """
    numbers = [code for code in codes if not isinstance(code, str)]
    return (
        [code for code in numbers if PROMOTERS[0] <= code <= PROMOTERS[1]],
        [code for code in numbers if DETRACTORS[0] <= code <= DETRACTORS[1]],
    )


def check_boxes(
    declared: Mapping[str, Any],
    questions: Mapping[str, tuple[Variable, Sequence[Code]]],
    place: str,
) -> None:
    """Refuse boxes and scores that no question of a table or banner has.

    Parameters
    ----------
    declared : dict
        The table or banner.
    questions : dict
        Name -> variable and answers of each question; multiple-response sets are none.
    place : str
        File and key, for messages.

    Raises
    ------
    SurveyError
        One sentence with what the questions lack.

    Examples
    --------
    >>> check_boxes({"top_box": 2}, {"sex": (Variable("sex"), [1, 2])}, "tables.yaml, 't'")
    Traceback (most recent call last):
    resurvey.SurveyError: tables.yaml, 't': `top_box: 2` needs a question with more than 2 ordered \
answers; declare `measure: ordinal` or an `order` in codebook.yaml
    """
    if declared.get("grid"):
        scales = {name: _ends_or_steps(*question) for name, question in questions.items()}
        first = next(iter(scales), "")
        for name, steps in scales.items():
            if sorted(map(str, steps)) != sorted(map(str, scales[first])):
                raise SurveyError(
                    f"{place}: a `grid` is of questions on one scale, and the ordered answers of "
                    f"'{first}' are {_listed(scales[first])}, those of '{name}' {_listed(steps)}"
                )
    for end in ("top_box", "bottom_box"):
        found = (box_of(declared, end, *question) for question in questions.values())
        if end in declared and not any(found):
            raise SurveyError(
                f"{place}: `{end}: {declared[end]}` needs a question with more than "
                f"{declared[end]} ordered answers; declare `measure: ordinal` or an `order` in "
                "codebook.yaml"
            )
    net = declared.get(NET)
    nets = [net_of(declared, *question, place) for question in questions.values()]
    if net is not None and not any(nets):
        if isinstance(net, int):
            raise SurveyError(
                f"{place}: `net: {net}` needs a question with {2 * net} ordered answers or more; "
                "declare `measure: ordinal` or an `order` in codebook.yaml"
            )
        raise SurveyError(f"{place}: `net` is of no question; its `rows` name questions")
    if isinstance(wanted := declared.get(NPS, False), list):
        for name in wanted:
            if name not in questions:
                raise SurveyError(
                    f"{place}: `nps` names '{name}', which is no question of its rows with one "
                    "answer per person"
                )
    for name, (variable, codes) in questions.items():
        if asks_promoters(declared, name):
            check_promoters(variable, codes, place)


def _ends_or_steps(variable: Variable, codes: Sequence[Code]) -> list[Code]:
    """Steps of a scale; its ends alone where only these are labelled and a step may be unused."""
    steps = steps_of(variable, codes)
    return steps if variable.measure != "scale" or variable.order else steps[:1] + steps[-1:]


def _listed(codes: Sequence[Code]) -> str:
    return ", ".join(map(str, codes)) or "none"


def refuse_scores_of_set(declared: Mapping[str, Any], name: str, place: str) -> None:
    """Refuse a net promoter score or net share of a multiple-response set.

    Examples
    --------
    >>> refuse_scores_of_set({"nps": True}, "media", "tables.yaml, 't'")
    Traceback (most recent call last):
    resurvey.SurveyError: tables.yaml, 't': `nps` is of one answer from 0 to 10 per person, and \
'media' is a multiple-response set; name the questions under `nps`
    """
    if declared.get("grid"):
        raise SurveyError(
            f"{place}: a `grid` is of questions on one scale, and '{name}' is a multiple-response "
            "set; give it a table of its own"
        )
    if declared.get(NPS) is True:
        raise SurveyError(
            f"{place}: `nps` is of one answer from 0 to 10 per person, and '{name}' is a "
            "multiple-response set; name the questions under `nps`"
        )
    net = declared.get(NET)
    if isinstance(net, Mapping) and name in net.get("rows", [name]):
        raise SurveyError(
            f"{place}: `net` cannot be of the multiple-response set '{name}', whose answers "
            "overlap; limit it with `rows`"
        )


def wants_scores(declared: Mapping[str, Any]) -> bool:
    """Return whether a table shows a net share, a net promoter score or means.

    Examples
    --------
    >>> wants_scores({"net": 2}), wants_scores({"means": False})
    (True, False)
    """
    return NET in declared or bool(declared.get(NPS)) or bool(declared.get("means"))
