"""Comparison: everything that differs between two questionnaires, and renamings it suggests."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from resurvey.core.codebook import Code
from resurvey.waves.contract.differences import (
    BREAKING,
    NOTE,
    WARNING,
    Difference,
    difference,
    in_order,
)
from resurvey.waves.contract.meaning import compare_answers, in_code_order, moved_codes, new_codes
from resurvey.waves.contract.questionnaire import Item, Questionnaire, Texts
from resurvey.waves.contract.routing import compare_routing
from resurvey.waves.contract.similarity import (
    is_same_label,
    label_similarity,
    name_script,
    normalise_label,
)

ENOUGH = 0.7
"""Score from which a renamed variable is suggested; 1 is the same wording and answers."""
_WORDING, _ANSWERS, _NAME = 0.6, 0.3, 0.1
FEWEST_NUMBERS = 10
"""Fewer numbers in a wave show no range."""


@dataclass(frozen=True)
class Renaming:
    """A variable of the file, `source`, that may be the study's variable `name`.

    `score` says how alike they are, from 0 to 1; `codes` gives the study's code for those of the
    file's codes whose labels say that they differ.
    """

    name: str
    source: str
    score: float
    codes: dict[Code, Code]

    def entry(self) -> dict[str, Any]:
        """Write the entry of waves.yaml."""
        return {"from": self.source, **({"codes": self.codes} if self.codes else {})}


def compare_questionnaires(
    before: Questionnaire,
    after: Questionnaire,
    codebook: Questionnaire | None = None,
    relied: frozenset[str] | None = None,
    optional: frozenset[str] = frozenset(),
) -> list[Difference]:
    """Compare two questionnaires, question by question.

    Examples
    --------
    >>> from resurvey.core.codebook import Variable
    >>> def asked(words):
    ...     return Questionnaire("", {"q": Item(Variable("q"), (words,))})
    >>> changes = compare_questionnaires(asked("Any plans?"), asked("Plans?"))
    >>> [change.difference for change in changes]
    ['wording']
    """
    against_codebook = not before.respondents
    known = before
    if codebook is not None and not against_codebook:
        items = {
            name: item.with_texts(codebook.items.get(name)) for name, item in before.items.items()
        }
        known = replace(before, items=items)
    suggested = renamings(known, after)
    found = _names(known, after, suggested, against_codebook, optional)
    after = _renamed(after, suggested)
    for name, item in after.items.items():
        if name not in known.items or name in before.uncounted | after.uncounted:
            continue
        found += _wording(known.items[name], item)
        found += compare_answers(known.items[name], item, against_codebook)
        found += [] if against_codebook else _merged(before.items[name], item)
    if not against_codebook:
        # Groups whose codes mean something else by now would show a change that is none.
        doubtful = frozenset(change.variable for change in found if change.difference == "type")
        found += compare_routing(before, _realigned(known, after), doubtful)
        found += compare_ranges(before, after)
    if relied is not None:
        found = [_unused(change) if change.variable not in relied else change for change in found]
    return in_order(found)


def renamings(before: Questionnaire, after: Questionnaire) -> dict[str, Renaming]:
    """Suggest which variable of `after` each variable is that only `before` has."""
    return suggest_renamings(
        (item for name, item in before.items.items() if name not in after.items),
        (item for name, item in after.items.items() if name not in before.items),
    )


def _unused(change: Difference) -> Difference:
    """Only warn, and suggest nothing: waves.yaml may not name what the study does not have."""
    severity = WARNING if change.severity == BREAKING else change.severity
    return replace(change, severity=severity, under="", line="")


def _renamed(after: Questionnaire, suggested: Mapping[str, Renaming]) -> Questionnaire:
    """Look at variables under the names that they probably have in the study.

    The renaming itself stays a difference; this only finds what else a person has to decide.
    """
    items = dict(after.items)
    for name, renaming in suggested.items():
        item = items.pop(renaming.source)
        variable = replace(item.variable, name=name, source=renaming.source)
        items[name] = replace(item, variable=variable, mapping=renaming.entry())
    return replace(after, items=items)


def _realigned(before: Questionnaire, after: Questionnaire) -> Questionnaire:
    """Bring codes whose labels moved back to where the labels were, to group by them.

    The written answers of a form are grouped by the codes that are suggested for them.
    """
    import pandas as pd

    items = dict(after.items)
    for name, item in after.items.items():
        written = item.mapping.get("codes") if item.is_text else None
        if written and name in before.items and not before.items[name].is_text:
            assert item.column is not None
            numbers = pd.to_numeric(item.column.map(written, na_action="ignore"), errors="coerce")
            items[name] = replace(item, column=numbers.astype("Float64"))
            continue
        moved = moved_codes(before.items[name], item) if name in before.items else {}
        if moved and item.column is not None:
            codes = {code: moved.get(code, code) for code in item.observed}
            column = item.column.map(codes, na_action="ignore").astype(item.column.dtype)
            items[name] = replace(item, column=column)
    return replace(after, items=items)


def _names(
    before: Questionnaire,
    after: Questionnaire,
    suggested: Mapping[str, Renaming],
    against_codebook: bool,
    optional: frozenset[str],
) -> list[Difference]:
    """Variables that are not there any more, under another name, or new."""
    found = []
    for name, item in before.items.items():
        if name in after.items:
            continue
        severity = WARNING if name in optional else BREAKING
        if name in suggested:
            renaming = suggested[name]
            found.append(
                difference(
                    name,
                    "renamed_variable",
                    _described(item),
                    _described(after.items[renaming.source]),
                    severity=severity,
                    mapping=renaming.entry(),
                )
            )
        else:
            found.append(difference(name, "missing_variable", _described(item), severity=severity))
    sources = {renaming.source for renaming in suggested.values()}
    if not against_codebook:
        found += [
            difference(name, "new_variable", "", _described(item))
            for name, item in after.items.items()
            if name not in before.items and name not in sources
        ]
    return found


def _merged(before: Item, after: Item) -> list[Difference]:
    """Answers of one of two waves only that count as another answer, or as none."""
    found = []
    for code in in_code_order({*before.merged, *after.merged}):
        old, new = (item.merged.get(code, ()) for item in (before, after))
        if {*map(normalise_label, old)} != {*map(normalise_label, new)}:
            sides = "; ".join(old), "; ".join(new)
            found.append(difference(after.name, "merged_answer", *sides, code))
    for item, other, kind in (
        (after, before, "new_answer"),
        (before, after, "vanished_answer"),
    ):
        known = [text for texts in other.labels.values() for text in texts]
        known += other.dropped.values()
        for code in in_code_order(item.dropped):
            label = item.dropped[code]
            if not is_same_label(label, known):
                sides = ("", label) if item is after else (label, "")
                found.append(difference(after.name, kind, *sides, code, severity=NOTE))
    return found


def _described(item: Item) -> str:
    return f"{item.name}: {item.wordings[0]}" if item.wordings else item.name


def _wording(before: Item, after: Item) -> list[Difference]:
    old, new = before.asked, after.asked
    if not old or not new or any(is_same_label(text, old) for text in new):
        return []
    if _translated(old, new):
        # The labels of the file are a translation; whether people read another text is not known.
        return [difference(after.name, "other_alphabet", old[0], new[0])]
    return [difference(after.name, "wording", old[0], new[0])]


def _translated(old: Texts, new: Texts) -> bool:
    alphabets = name_script(old), name_script(new)
    return all(alphabets) and alphabets[0] != alphabets[1]


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
    taken = {renaming.source for renaming in found.values()}
    for (name, source), score in sorted(scores.items(), key=lambda pair: (-pair[1], pair[0])):
        if name in found or source in taken:
            continue
        rivals = [
            other
            for (old_name, other), as_good in scores.items()
            if (old_name == name) != (other == source)
            and as_good == score
            and old_name not in found
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
            for words in dict.fromkeys(filter(None, map(normalise_label, texts))):
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
        alike = max(_quick(wording, two) for wording in old.wordings for two in new.wordings)
        parts.append((_WORDING, alike))
    elif normalise_label(old.name) != normalise_label(new.name):
        # A form has the question where others have a short name; that both are answered yes or
        # no makes two variables no more alike.
        heading = max((_quick(wording, new.name) for wording in old.wordings), default=0.0)
        if old.wordings and heading < ENOUGH:
            return 0.0
        parts += [(_WORDING, heading)] if old.wordings else []
    if old.closed and new.closed:
        parts.append((_ANSWERS, _common_answers(old, new)))
    elif old.closed and new.is_text:
        parts.append((_ANSWERS, _common_texts(old, new)))
    parts.append((_NAME, label_similarity(old.name, new.name)))
    if len(parts) == 1:
        # Of a file without labels only the name is known; SPSS does not tell Q1 from q1.
        return ENOUGH if normalise_label(old.name) == normalise_label(new.name) else 0.0
    return sum(weight * share for weight, share in parts) / sum(weight for weight, _ in parts)


def _quick(first: str, second: str) -> float:
    """Likeness, without measuring texts that have hardly a word in common."""
    words, two = set(normalise_label(first).split()), set(normalise_label(second).split())
    if not words & two and max(len(words), len(two)) > 2:
        return 0.0
    return label_similarity(first, second)


def _common_answers(old: Item, new: Item) -> float:
    """Share of the answers of either side that both have."""
    shared = sum(
        any(is_same_label(text, words) for words in old.answers.values() for text in texts)
        for texts in new.answers.values()
    )
    return shared / (len(old.answers) + len(new.answers) - shared)


def _common_texts(old: Item, new: Item) -> float:
    texts = [text for text in new.observed if isinstance(text, str)]
    known = [word for words in old.answers.values() for word in words]
    return sum(is_same_label(text, known) for text in texts) / len(texts) if texts else 0.0


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
        if any(is_same_label(text, words) for text in texts)
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


def compare_ranges(before: Questionnaire, after: Questionnaire) -> list[Difference]:
    """Compare the numbers that are no codes: age, income, years.

    A middle half that lies wholly outside the old middle half, and on one side of it, warns: the
    unit may have changed, or age became a year of birth. A smallest or largest value beyond the
    old ones is noted.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Variable
    >>> def wave(name, values):
    ...     item = Item(Variable("income"), column=pd.Series(values, dtype="Int64"))
    ...     return Questionnaire(name, {"income": item}, len(values))
    >>> thousands = wave("2024", 2 * list(range(10, 30)))
    >>> units = wave("2026", 2 * list(range(10000, 30000, 1000)))
    >>> [(change.severity, change.after) for change in compare_ranges(thousands, units)]
    [('warning', '10000 – 29000 (14750 – 24250)')]
    """
    found = []
    for name, now in after.items.items():
        then = before.items.get(name)
        if then is None or name in before.uncounted | after.uncounted:
            continue
        old, new = _numbers(then), _numbers(now)
        if len(old) < FEWEST_NUMBERS or len(new) < FEWEST_NUMBERS:
            continue
        (low, high), (new_low, new_high) = (
            np.quantile(numbers, [0.25, 0.75]) for numbers in (old, new)
        )
        if new_low > high or new_high < low:
            found.append(difference(name, "range", _told(old), _told(new)))
        elif new.min() < old.min() or new.max() > old.max():
            found.append(difference(name, "range", _told(old), _told(new), severity=NOTE))
    return found


def _numbers(item: Item) -> np.ndarray:
    """Numbers of a question that has no list of answers; none otherwise."""
    if item.closed or item.column is None or item.column.dtype.kind not in "iuf":
        return np.empty(0)
    numbers = item.column[~item.without_answer()].to_numpy("float64", na_value=np.nan)
    numbers = numbers[np.isfinite(numbers)]
    # Whole numbers that nobody shares are the respondents' own: they begin anew in every wave.
    identifier = item.column.dtype.kind != "f" and len(np.unique(numbers)) == len(numbers)
    return np.empty(0) if identifier else numbers


def _told(numbers: np.ndarray) -> str:
    low, high = np.quantile(numbers, [0.25, 0.75])
    ends = (numbers.min(), numbers.max(), low, high)
    first, last, low_text, high_text = (f"{end:.10g}" for end in ends)
    return f"{first} – {last} ({low_text} – {high_text})"
