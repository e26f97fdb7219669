"""Joined answers: several options in one cell, told apart by the list of options."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from resurvey.reading.wording import folded


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

    Parameters
    ----------
    cell : str
        Such as ``Russian, Kyrgyz, other (which, write)``.
    options : dict
        Name -> the words that stand for the option.
    separators : sequence of str
        What may stand between two options; the first with which the cell can be read is used.

    Returns
    -------
    Split or None
        None when even the beginning of the cell is no option.

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
