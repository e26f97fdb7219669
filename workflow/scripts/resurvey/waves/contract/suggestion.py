"""Suggestion: which variable of a file may be a missing one of the study, and with which codes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from resurvey.core.codebook import Code
from resurvey.waves.contract.likeness import likeness, normalised, same
from resurvey.waves.contract.meaning import in_code_order, new_codes
from resurvey.waves.contract.questionnaire import Item

ENOUGH = 0.7
"""Score from which a renamed variable is suggested; 1 is the same wording and answers."""
_WORDING, _ANSWERS, _NAME = 0.6, 0.3, 0.1


@dataclass(frozen=True)
class Renaming:
    """A variable of the file that may be a variable of the study.

    Attributes
    ----------
    name, source : str
        The study's and the file's name.
    score : float
        How alike they are, from 0 to 1.
    codes : dict
        File's code -> the study's code where the labels say that they differ.
    """

    name: str
    source: str
    score: float
    codes: dict[Code, Code]

    def entry(self) -> dict[str, Any]:
        """Write the entry of waves.yaml."""
        return {"from": self.source, **({"codes": self.codes} if self.codes else {})}


def suggest_renamings(missing: Iterable[Item], unknown: Iterable[Item]) -> dict[str, Renaming]:
    """Pair variables that the file lacks with variables that only the file has.

    A wording that one variable of either side has, and no other, pairs the two, unless all
    of their labelled answers differ; the heading of a column without a label is its wording. For
    the others a score weighs the likeness of the wordings (0.6), the share of common answers (0.3)
    and the likeness of the names (0.1), of those that both sides have. Pairs are formed from the
    best down, each variable once, and only from a score of 0.7; equal scores pair nobody. Without
    wordings and answers the names must be the same but for case and punctuation.

    Examples
    --------
    >>> from resurvey.core.codebook import Variable
    >>> old = Item(Variable("sex"), ("Your sex",), {1: ("men",), 2: ("women",)})
    >>> new = Item(Variable("Q1"), ("Your sex?",), {1: ("Women",), 2: ("Men",)})
    >>> suggest_renamings([old], [new])["sex"].entry()
    {'from': 'Q1', 'codes': {1: 2, 2: 1}}
    """
    missing, unknown = list(missing), list(unknown)
    scores = {
        (old.name, new.name): score
        for old in missing
        for new in unknown
        if (score := _score(old, new)) >= ENOUGH
    }
    by_name = {item.name: item for item in missing}
    by_source = {item.name: item for item in unknown}
    found = _same_wording(missing, unknown)
    taken = {one.source for one in found.values()}
    for (name, source), score in sorted(scores.items(), key=lambda pair: (-pair[1], pair[0])):
        if name in found or source in taken:
            continue
        rivals = [
            other
            for (one, other), as_good in scores.items()
            if (one == name) != (other == source)
            and as_good == score
            and one not in found
            and other not in taken
        ]
        if rivals:
            continue
        codes = suggested_codes(by_name[name], by_source[source])
        found[name] = Renaming(name, source, score, codes)
        taken.add(source)
    return found


def _same_wording(missing: Sequence[Item], unknown: Sequence[Item]) -> dict[str, Renaming]:
    """Pair what is worded alike and like nothing else."""
    sides: list[dict[str, list[Item]]] = []
    for items in (missing, unknown):
        worded: dict[str, list[Item]] = {}
        for item in items:
            texts = item.wordings or (item.name,)
            for words in dict.fromkeys(filter(None, map(normalised, texts))):
                worded.setdefault(words, []).append(item)
        sides.append(worded)
    found: dict[str, Renaming] = {}
    taken: set[str] = set()
    for words, (old, *others) in sides[0].items():
        new, *more = sides[1].get(words, [None])
        if new is None or others or more or old.name in found or new.name in taken:
            continue
        if old.closed and new.closed and not _common_answers(old, new):
            continue
        found[old.name] = Renaming(old.name, new.name, 1.0, suggested_codes(old, new))
        taken.add(new.name)
    return found


def _score(old: Item, new: Item) -> float:
    parts = []
    if old.wordings and new.wordings:
        alike = max(_quick(one, two) for one in old.wordings for two in new.wordings)
        parts.append((_WORDING, alike))
    elif normalised(old.name) != normalised(new.name):
        # A form has the question where others have a short name; that both are answered yes or
        # no makes two variables no more alike.
        heading = max((_quick(one, new.name) for one in old.wordings), default=0.0)
        if old.wordings and heading < ENOUGH:
            return 0.0
        parts += [(_WORDING, heading)] if old.wordings else []
    if old.closed and new.closed:
        parts.append((_ANSWERS, _common_answers(old, new)))
    elif old.closed and new.is_text:
        parts.append((_ANSWERS, _common_texts(old, new)))
    parts.append((_NAME, likeness(old.name, new.name)))
    if len(parts) == 1:
        # Of a file without labels only the name is known; SPSS does not tell Q1 from q1.
        return ENOUGH if normalised(old.name) == normalised(new.name) else 0.0
    return sum(weight * share for weight, share in parts) / sum(weight for weight, _ in parts)


def _quick(first: str, second: str) -> float:
    """Likeness, without measuring texts that have hardly a word in common."""
    one, two = set(normalised(first).split()), set(normalised(second).split())
    if not one & two and max(len(one), len(two)) > 2:
        return 0.0
    return likeness(first, second)


def _common_answers(old: Item, new: Item) -> float:
    """Share of the answers of either side that both have."""
    shared = sum(
        any(same(text, words) for words in old.answers.values() for text in texts)
        for texts in new.answers.values()
    )
    return shared / (len(old.answers) + len(new.answers) - shared)


def _common_texts(old: Item, new: Item) -> float:
    texts = [text for text in new.observed if isinstance(text, str)]
    known = [word for words in old.answers.values() for word in words]
    return sum(same(text, known) for text in texts) / len(texts) if texts else 0.0


def suggested_codes(old: Item, new: Item) -> dict[Code, Code]:
    """Pair the file's codes with the study's by their labels, where they differ.

    Text answers are paired by themselves; one that the study does not have gets a new code, where
    most have theirs. Another label that the study does not have stays unpaired.
    """
    labels = dict(new.labels)
    if new.is_text and not new.closed:
        labels = {text: (text,) for text in new.observed if isinstance(text, str)}
    pairs = {
        code: home
        for code, texts in labels.items()
        for home, words in old.labels.items()
        if any(same(text, words) for text in texts)
    }
    if new.is_text:
        # A number that somebody wrote is the code itself.
        numbers = {str(code): code for code in old.variable.codes if not isinstance(code, str)}
        pairs |= {
            text: numbers[str(text)] for text in labels if text not in pairs and text in numbers
        }
    if len(set(pairs.values())) < len(pairs):
        return {}
    if new.is_text and not new.closed:
        pairs |= new_codes(old, new, pairs)
    changed = {code: home for code, home in pairs.items() if code != home}
    return {code: changed[code] for code in in_code_order(changed)}
