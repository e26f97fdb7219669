"""Joined answers: several options in one cell, told apart by the list of options."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from resurvey.reading.wording import folded

_SEPARATORS = (";", ", ")
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
    return next((one for mark in _SEPARATORS if (one := _joined_by(mark, cells, least))), None)


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
    places = {one: sum((other, one) in before for other in options) for one in options}
    order = sorted(options, key=lambda one: (places[one], -people[one], one))
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
        longest = 1 + max(one.count(separator) for words in options.values() for one in words)
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
        ways[start] = [one for one in found if one[1] == last][:2]
    chosen, rest = ways[0][0]
    if not chosen:
        return None
    ambiguous = len({frozenset(one) for one, _ in ways[0]}) > 1
    return Split(chosen, separator.join(pieces[rest:]).strip(), ambiguous)
