"""Multiple response: options that one cell joins, and the sets of options that a study declares."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

from resurvey.core.codebook import (
    Codebook,
    Survey,
    Variable,
    as_labels,
    declared_variable,
    is_joined,
    nearest,
)
from resurvey.core.errors import SurveyError, shown_answer
from resurvey.reading.columns import number_column, text_column
from resurvey.reading.encoding import folded
from resurvey.reading.questionnaire import CHOSEN

if TYPE_CHECKING:
    import pandas as pd

    from resurvey.reading.sheet import Sheet

SEPARATORS = (";", ", ")
"""Marks with which forms join options: Microsoft's, then Google's and Yandex's."""
_MOST_OPTIONS = 30
_SEVERAL = 0.15
"""Share of the people who chose more than one option, where a question lets them."""
_WHOLE = 0.8
"""Share of the cells that hold nothing but options that others chose, too."""


@dataclass(frozen=True)
class Joined:
    """A column that was found to hold the chosen options of each person.

    Attributes
    ----------
    separator : str
        What stands between two options.
    options : tuple of str
        Options that several people chose, in the order in which the cells have them.
    is_open : bool
        Whether some people have words of their own at the end.
    """

    separator: str
    options: tuple[str, ...]
    is_open: bool


def joined_options(cells: Sequence[str], least: int) -> Joined | None:
    """Find out whether cells join options, and which.

    Parameters
    ----------
    cells : sequence of str
        Answers, without those who gave none.
    least : int
        How many people make words an option.

    Notes
    -----
    Single answers may hold commas ("yes, fully"). Options are recognised by two that stand alone
    in some cells and together in others; they keep one order in all cells, as forms write them,
    are parted by semicolons, or each stand alone and in many combinations. What fewer people
    wrote may stand at the end only.

    Examples
    --------
    >>> joined_options(["TV", "radio", "TV, radio", "press", "radio, press"] * 3, 2).options
    ('TV', 'radio', 'press')
    >>> joined_options(["yes, fully", "yes, partly", "no"] * 3, 2) is None
    True
    """
    return next((joined for mark in SEPARATORS if (joined := _joined_by(mark, cells, least))), None)


def _joined_by(separator: str, cells: Sequence[str], least: int) -> Joined | None:
    """Find the options that one separator tells apart."""
    parted = [[piece.strip() for piece in cell.split(separator) if piece.strip()] for cell in cells]
    if any(len(set(pieces)) < len(pieces) for pieces in parted):
        return None
    parted = _reunited(parted, separator)
    people = Counter(piece for pieces in parted for piece in pieces)
    options = {piece for piece, number in people.items() if number >= least}
    several = sum(len(pieces) > 1 for pieces in parted)
    if not 2 <= len(options) <= _MOST_OPTIONS or several < max(2, _SEVERAL * len(cells)):
        return None
    chosen = {tuple(pieces) for pieces in parted}
    alone = {pieces[0] for pieces in chosen if len(pieces) == 1} & options
    both = [set(pieces) for pieces in chosen if len(pieces) == 2]
    if len(chosen) <= len(options) or not any(pair <= alone for pair in both):
        return None
    whole = 0
    for pieces in parted:
        known = [piece in options for piece in pieces]
        if known != sorted(known, reverse=True):
            return None
        whole += all(known)
    if whole < _WHOLE * len(cells):
        return None
    before = {pair for pieces in chosen for pair in combinations(pieces, 2)}
    mixed = any((second, first) in before for first, second in before)
    # Without an order, nothing but options: each alone somewhere, and in many combinations.
    certain = alone == options and whole == len(cells) and len(chosen) >= 3 * len(options) > 6
    if separator == ", " and mixed and not certain:
        return None
    # An option stands behind all that stand before it in some cell.
    places = {option: sum((other, option) in before for other in options) for option in options}
    order = sorted(options, key=lambda option: (places[option], -people[option], option))
    return Joined(separator, tuple(order), whole < len(cells))


def _reunited(parted: Sequence[list[str]], separator: str) -> list[list[str]]:
    """Put pieces together that never stand apart: an option that contains the separator."""
    parted = [list(pieces) for pieces in parted]
    while True:
        people = Counter(piece for pieces in parted for piece in pieces)
        pairs = Counter(pair for pieces in parted for pair in pairwise(pieces))
        whole = next(
            (
                pair
                for pair, number in sorted(pairs.items())
                if number > 1 and number == people[pair[0]] == people[pair[1]]
            ),
            None,
        )
        if whole is None:
            return parted
        for pieces in parted:
            if whole[0] in pieces:
                at = pieces.index(whole[0])
                pieces[at : at + 2] = [separator.join(whole)]


@dataclass(frozen=True)
class Split:
    """What a cell of joined options was found to hold.

    Attributes
    ----------
    chosen : tuple of str
        Names of the options.
    rest : str
        Words at the end that are no option: somebody's own answer.
    ambiguous : bool
        True when the cell can be told apart in two ways.
    """

    chosen: tuple[str, ...]
    rest: str = ""
    ambiguous: bool = False


def split_joined(
    cell: str, options: Mapping[str, Sequence[str]], separators: Sequence[str] = (", ",)
) -> Split | None:
    """Tell apart the options that a cell joins, though an option may contain the separator.

    Notes
    -----
    All ways to cut the cell at the separators are tried, each option standing at most once;
    what is left at the end is the shortest possible. Where two different choices of options give
    the same words, the split says so and nothing is chosen.

    Examples
    --------
    >>> languages = {"ru": ["Russian"], "ky": ["Kyrgyz"], "other": ["other (which, write)"]}
    >>> split_joined("Russian, other (which, write)", languages).chosen
    ('ru', 'other')
    >>> split_joined("Kyrgyz, Uzbek, Tajik", languages)
    Split(chosen=('ky',), rest='Uzbek, Tajik', ambiguous=False)
    >>> split_joined("a, b", {"a": ["a"], "b": ["b"], "both": ["a, b"]}).ambiguous
    True
    """
    known: dict[str, str] = {}
    for name, words in options.items():
        for word in words:
            known.setdefault(folded(word), name)
    best: Split | None = None
    for separator in separators:
        longest = 1 + max(word.count(separator) for words in options.values() for word in words)
        found = _split(cell.strip().split(separator), separator, known, longest)
        if found and (best is None or len(found.rest) < len(best.rest)):
            best = found
    return best


def _split(
    pieces: Sequence[str], separator: str, known: Mapping[str, str], longest: int
) -> Split | None:
    """Join pieces to options again; no option has more than `longest` of them."""
    # From the last piece to the first: up to two ways to read the pieces from there on, each with
    # its options and the place where the rest begins.
    ways: list[list[tuple[tuple[str, ...], int]]] = [[] for _ in range(len(pieces) + 1)]
    for start in range(len(pieces), -1, -1):
        found: dict[tuple[tuple[str, ...], int], None] = {((), start): None}
        for end in range(start + 1, min(len(pieces), start + longest) + 1):
            name = known.get(folded(separator.join(pieces[start:end])))
            if name is not None:
                found |= {
                    ((name, *chosen), rest): None
                    for chosen, rest in ways[end]
                    if name not in chosen
                }
        last = max(rest for _, rest in found)
        ways[start] = [reading for reading in found if reading[1] == last][:2]
    chosen, rest = ways[0][0]
    if not chosen:
        return None
    ambiguous = len({frozenset(options) for options, _ in ways[0]}) > 1
    return Split(chosen, separator.join(pieces[rest:]).strip(), ambiguous)


def declare_sets(codebook: Codebook, declared: Mapping[str, Any]) -> tuple[Codebook, list[str]]:
    """Merge the sets of ``config/codebook.yaml`` into those of the file.

    Examples
    --------
    >>> from resurvey.core.codebook import Variable
    >>> book = Codebook({"tv": Variable("tv", source="Q7_1")})
    >>> declare_sets(book, {"media": {"variables": ["tvv"], "counted": 1}})[1]
    ["multiple-response set 'media': there is no variable 'tvv'; did you mean 'tv'?"]
    """
    renamed = {
        variable.source: name for name, variable in codebook.variables.items() if variable.source
    }
    sets = {
        name: {
            **option_set,
            "variable_list": [renamed.get(item, item) for item in option_set["variable_list"]],
        }
        for name, option_set in codebook.multiple_response.items()
    }
    problems = []
    for name, spec in declared.items():
        unknown = [item for item in spec["variables"] if item not in codebook]
        problems += [
            f"multiple-response set '{name}': there is no variable '{item}'"
            f"{nearest(item, codebook)}"
            for item in unknown
        ]
        if name in codebook:
            problems.append(f"multiple-response set '{name}' has the name of a variable; rename it")
        sets[name] = {
            "type": "D" if "counted" in spec else "C",
            "counted_value": spec.get("counted"),
            "label": as_labels(spec.get("label")),
            "variable_list": list(spec["variables"]),
        }
    return replace(codebook, multiple_response=sets), problems


def plain_sets(declared: Mapping[str, Any]) -> dict[str, Any]:
    """Declare the sets of joined columns by the variables that `separate_options` makes.

    Examples
    --------
    >>> plain_sets({"media": {"joined": "Q7", "options": ["TV", "radio"]}})
    {'media': {'variables': ['media_1', 'media_2'], 'counted': 1, 'label': 'Q7'}}
    """
    return {
        name: {
            "variables": _variables(name, spec),
            "counted": 1,
            "label": spec.get("label", spec["joined"]),
        }
        if "joined" in spec
        else spec
        for name, spec in declared.items()
    }


def _options(name: str, spec: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Variable -> wording of its option."""
    options = spec["options"]
    if isinstance(options, Mapping):
        return {f"{name}_{key}": as_labels(text) for key, text in options.items()}
    return {f"{name}_{number}": as_labels(text) for number, text in enumerate(options, 1)}


def _variables(name: str, spec: Mapping[str, Any]) -> list[str]:
    return [*_options(name, spec), *([f"{name}_other"] if spec.get("open") else [])]


def separate_options(
    survey: Survey, declared: Mapping[str, Any], cells: "Sheet | None" = None
) -> tuple[Survey, list[str]]:
    """Give every option of a joined column a variable of 0 and 1.

    Forms such as Google's write all chosen options into one cell. A set that is declared with
    ``joined`` names the column, its ``options`` in full and the ``separator``; ``open: true``
    lets respondents add words of their own at the end, which become an option and a text.
    """
    joined = {name: spec for name, spec in declared.items() if "joined" in spec}
    if not joined:
        return survey, []
    data = survey.data.copy(deep=False)
    variables = dict(survey.codebook.variables)
    problems: list[str] = []
    for name, spec in joined.items():
        source = spec["joined"]
        if source not in survey.codebook:
            problems.append(
                f"multiple-response set '{name}': there is no variable '{source}'"
                f"{nearest(source, survey.codebook)}"
            )
            continue
        options = _options(name, spec)
        texts = data[source].astype("object").where(data[source].notna(), None).tolist()
        words = {item: tuple(labels.values()) for item, labels in options.items()}
        separator = spec.get("separator", ", ")
        rows = []
        for row, text in enumerate(texts):
            split = (
                None
                if text is None
                else _split_declared(str(text), words, separator, spec.get("open"))
            )
            if isinstance(split, str):
                at = cells.headings.index(source) if cells else 0
                place = cells.place(row, at) if cells else f"row {row + 1}"
                problems.append(f"{place}: variable '{source}' {split}")
                split = None
            rows.append(split)
        if name == source:
            data = data.drop(columns=source)
            del variables[source]
        else:
            variables[source] = replace(variables[source], measure="text", codes={})
        for item, labels in options.items():
            data[item] = number_column(
                [None if row is None else item in row.chosen for row in rows]
            )
            variables[item] = Variable(item, labels, "nominal", dict(CHOSEN))
        if spec.get("open"):
            own = [None if row is None else row.rest for row in rows]
            data[f"{name}_other"] = number_column(
                [None if text is None else bool(text) for text in own]
            )
            data[f"{name}_other_text"] = text_column(own)
            other = {"en": "Other", "ru": "Другое"}
            variables[f"{name}_other"] = Variable(f"{name}_other", other, "nominal", dict(CHOSEN))
            variables[f"{name}_other_text"] = Variable(f"{name}_other_text", dict(other), "text")
    return Survey(data, replace(survey.codebook, variables=variables)), problems


def separate_mapped(
    survey: Survey,
    entries: Mapping[str, Mapping[str, Any]],
    specs: Mapping[str, Any],
    where: str,
) -> Survey:
    """Give the study's variables of a set their answers from one joined column of a wave's file.

    Parameters
    ----------
    survey : Survey
        As read from the file; not changed.
    entries : dict
        `variables` of the wave in ``waves.yaml``. Those with an `option` are 1 where a cell has
        it and 0 where it has others; those with a `place` hold the first, second … chosen one.
    specs : dict
        `variables` of ``config/codebook.yaml``.
    where : str
        File and wave, for messages.

    Returns
    -------
    Survey
        The joined column is gone; the new variables stand in its place, in the study's codes.

    Raises
    ------
    SurveyError
        A column that the file does not have, a cell with something that is no option, and more
        chosen options than there are places.

    Examples
    --------
    >>> import pandas as pd
    >>> cells = pd.DataFrame({"Media?": pd.Series(["TV, press", "TV", None], dtype="str")})
    >>> form = Survey(cells, Codebook({"Media?": Variable("Media?")}))
    >>> entries = {name: {"from": "Media?", "option": name} for name in ("TV", "press")}
    >>> found = separate_mapped(form, entries, {}, "2026")
    >>> found.data["press"].tolist()
    [1, 0, <NA>]
    """
    parted: dict[str, dict[str, Mapping[str, Any]]] = {}
    for name, entry in entries.items():
        if is_joined(entry):
            parted.setdefault(entry["from"], {})[name] = entry
    if not parted:
        return survey
    columns: dict[str, Any] = {}
    variables: dict[str, Variable] = {}
    for old, variable in survey.codebook.variables.items():
        if old not in parted:
            variables[old] = variable
            continue
        for name, values in _mapped(survey.data[old], parted.pop(old), where, old).items():
            if name in survey.codebook and name != old:
                raise SurveyError(
                    f"{where}: '{name}' is to come from '{old}', and the file has a variable "
                    f"'{name}' too; drop that one in the file"
                )
            columns[name] = values.set_axis(survey.data.index)
            declared = declared_variable(name, specs.get(name))
            # The file declares no code as missing; the codebook does, where all its waves are held
            # against it.
            variables[name] = replace(declared, source=old, missing=(), missing_ranges=())
    for source, wanted in parted.items():
        raise SurveyError(
            f"{where}: '{next(iter(wanted))}' is to come from '{source}', which the file does not "
            f"have{nearest(source, survey.codebook)}"
        )
    data = survey.data.assign(**columns)[list(variables)]
    return Survey(data, replace(survey.codebook, variables=variables))


def _mapped(
    column: "pd.Series[Any]", entries: Mapping[str, Mapping[str, Any]], where: str, source: str
) -> "dict[str, pd.Series[Any]]":
    """Values of every variable that comes from one joined column."""
    options = {
        option: (option,)
        for entry in entries.values()
        for option in ([entry["option"]] if "option" in entry else map(str, entry["codes"]))
    }
    others = [entry["option"] for entry in entries.values() if entry.get("open")]
    most = max((entry.get("place", 0) for entry in entries.values()), default=0)
    chosen: list[tuple[str, ...] | None] = []
    for row, cell in enumerate(column.astype("object").where(column.notna(), None).tolist(), 1):
        if cell is None:
            chosen.append(None)
            continue
        found = split_joined(str(cell), options, SEPARATORS) or Split((), str(cell).strip())
        problem = ""
        if found.ambiguous:
            problem = f"{shown_answer(cell)}, which can be told apart in two ways"
        elif found.rest and not others:
            problem = (
                f"{shown_answer(found.rest)}, which is no `option` of a variable; give it one, or "
                "write `open: true` at the option that is to count such answers"
            )
        elif "place" in next(iter(entries.values())) and len(found.chosen) > most:
            problem = f"{len(found.chosen)} answers, and only {most} variables have a `place`"
        if problem:
            raise SurveyError(f"{where}: '{source}', respondent {row}, holds {problem}")
        own = [name for name in others if found.rest and name not in found.chosen]
        chosen.append((*found.chosen, *own[:1]))
    made = {}
    for name, entry in entries.items():
        codes = entry.get("codes", {})
        if "option" in entry:
            marks = [None if row is None else int(entry["option"] in row) for row in chosen]
            made[name] = number_column(
                [None if mark is None else codes.get(mark, mark) for mark in marks]
            )
            continue
        at = entry["place"] - 1
        texts = [row[at] if row and len(row) > at else None for row in chosen]
        named = {str(text): code for text, code in codes.items()}
        made[name] = number_column([None if text is None else named[text] for text in texts])
    return made


def _split_declared(
    text: str, options: Mapping[str, tuple[str, ...]], separator: str, is_open: bool | None
) -> Split | str:
    """Split one cell, or say what is wrong with it."""
    found = split_joined(text, options, [separator])
    if found is not None and found.ambiguous:
        return f"holds {shown_answer(text)} that can be told apart in two ways; separate it by hand"
    if is_open:
        return found or Split((), text.strip())
    if found is None or found.rest:
        rest = found.rest if found else text
        return (
            f"holds {shown_answer(rest)}, which is none of the declared options; add it to "
            "`options`, or say `open: true` where people could write an answer of their own"
        )
    return found
