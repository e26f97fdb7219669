"""Comparison: all that differs between two questionnaires, the meaning of codes and names too."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from resurvey.core.codebook import Code, clean_code, split_stem
from resurvey.reading.multiple_response import SEPARATORS, split_joined
from resurvey.reading.observed_answers import REST, least_people
from resurvey.reading.scales import stands_outside
from resurvey.study.initialise.answers import is_place, marked_code, yes_code
from resurvey.waves.contract.differences import (
    BREAKING,
    NOTE,
    WARNING,
    Difference,
    difference,
    in_order,
    is_reworded,
    is_same_label,
    label_similarity,
    name_script,
    normalise_label,
)
from resurvey.waves.contract.questionnaire import Item, Questionnaire, Texts, in_code_order
from resurvey.waves.contract.routing import compare_routing

MISSING, ANSWER, TEXT, NUMBERS = "user-missing", "answer", "text", "numbers"
"""Words of a drift report that a page translates."""


def compare_answers(before: Item, after: Item, against_codebook: bool = False) -> list[Difference]:
    """Compare the answers of one question in two questionnaires.

    Returns
    -------
    list of Difference
        `meaning` where a code has the label of another one or one that says something else,
        `new_answer`, `vanished_answer`, `missing_codes`, `type`, and as warnings
        `answer_wording`, `unlabelled` and `other_alphabet`.

    Examples
    --------
    >>> from resurvey.core.codebook import Variable
    >>> def sex(first, second):
    ...     return Item(Variable("sex"), labels={1: (first,), 2: (second,)})
    >>> swapped = compare_answers(sex("men", "women"), sex("women", "men"))
    >>> [(found.difference, found.code, found.line) for found in swapped]
    [('meaning', 1, 'sex: {codes: {1: 2, 2: 1}}'), ('meaning', 2, 'sex: {codes: {1: 2, 2: 1}}')]
    """
    comparable = (before.closed or before.column is not None) and not before.empty | after.empty
    if comparable and before.is_text != after.is_text:
        return _changed_type(before, after)
    if comparable and _holds_numbers(before, after):
        sides = NUMBERS, _answers_of(after)
    elif comparable and _holds_numbers(after, before):
        sides = _answers_of(before), NUMBERS
    else:
        sides = None
    if sides:
        return [
            difference(after.name, "type", *sides),
            *_missing_codes(before, after, {}, against_codebook),
        ]
    if not before.closed:
        return _missing_codes(before, after, {}, against_codebook)
    if not after.closed:
        # The answers of a form are their own labels, and somebody said which code each of them is.
        written = any(isinstance(code, str) for code in after.mapping.get("codes", {}))
        unlabelled = [] if written else _unlabelled(before, after, against_codebook)
        return unlabelled + _code_sets(before, after, {}, against_codebook)
    if _other_alphabet(before, after):
        return [
            difference(after.name, "other_alphabet", _answers_of(before), _answers_of(after)),
            *_code_sets(before, after, {}, against_codebook),
        ]
    moved = moved_codes(before, after)
    mapping = _mapping(after, moved)
    found = [
        difference(
            after.name,
            "meaning",
            _first(before.labels.get(code)),
            _first(after.labels[code]),
            code,
            mapping=mapping,
        )
        for code in moved
    ]
    for code, texts in after.labels.items():
        known = before.labels.get(code)
        if code in moved or known is None or any(is_same_label(text, known) for text in texts):
            continue
        found.append(_other_words(before, after, code, against_codebook))
    return found + _code_sets(before, after, moved, against_codebook)


def _holds_numbers(item: Item, other: Item) -> bool:
    """Return whether a question has numbers where another questionnaire lists its answers.

    A file without labels may hold the codes of the list, so more of its numbers must be outside
    the list than there are answers; some of a list's own codes may have no label.
    """
    listed = other.answers
    if item.closed or item.is_text or not listed:
        return False
    unlabelled = [
        code for code in _codes_of(other) - {*listed} if not other.variable.is_missing(code)
    ]
    if len(unlabelled) >= len(listed):
        return False
    numbers = {*map(clean_code, np.unique(_numbers(item)).tolist())}
    return len(numbers - {*other.labels}) > len(listed)


def _answers_of(item: Item) -> str:
    return "; ".join(_first(texts) for texts in item.answers.values())


def _first(texts: Texts | None) -> str:
    return texts[0] if texts else ""


def _other_alphabet(before: Item, after: Item) -> bool:
    """Return whether no label could be recognised because the alphabets differ."""
    old, new = (
        name_script(text for texts in item.answers.values() for text in texts)
        for item in (before, after)
    )
    known = [text for texts in before.labels.values() for text in texts]
    return bool(old and new and old != new) and not any(
        is_same_label(text, known) for texts in after.answers.values() for text in texts
    )


def moved_codes(before: Item, after: Item) -> dict[Code, Code]:
    """Find codes whose label belonged to another code: code -> the code it belonged to."""
    moved = {}
    for code, texts in after.labels.items():
        if any(is_same_label(text, before.labels.get(code, ())) for text in texts):
            continue
        for home, labels in before.labels.items():
            # A label that is on its old code too was repeated, not moved.
            stays = any(is_same_label(text, labels) for text in after.labels.get(home, ()))
            if home != code and not stays and any(is_same_label(text, labels) for text in texts):
                moved[code] = home
                break
    return moved


def _mapping(after: Item, moved: Mapping[Code, Code]) -> dict[str, Any]:
    """Entry of waves.yaml that gives every moved label its code back."""
    now = dict(after.mapping.get("codes", {}))
    origins: dict[Code, list[Code]] = {}
    for file_code, code in now.items():
        origins.setdefault(code, []).append(file_code)
    for code, home in {**_between_moved(after, moved), **moved}.items():
        for file_code in origins.get(code, [code]):
            now[file_code] = home
    entry = {key: value for key, value in after.mapping.items() if key != "codes"}
    return {**entry, "codes": {code: now[code] for code in in_code_order(now)}}


def _between_moved(after: Item, moved: Mapping[Code, Code]) -> dict[Code, Code]:
    """Move the points of a scale of which only the ends have labels along with its ends."""
    steps = {
        code - home if not isinstance(code, str) and not isinstance(home, str) else None
        for code, home in moved.items()
    }
    step = steps.pop() if len(steps) == 1 else None
    numbers = [code for code in moved if not isinstance(code, str)]
    if step is None or len(numbers) < 2:
        return {}
    return {
        code: code - step
        for code in after.observed
        if not isinstance(code, str)
        and code not in after.labels
        and min(numbers) < code < max(numbers)
        and not after.variable.is_missing(code)
    }


def _other_words(before: Item, after: Item, code: Code, against_codebook: bool) -> Difference:
    """Judge a label that is neither the old one nor that of another code."""
    old, new = before.labels[code], after.labels[code]
    if code in after.mapping.get("codes", {}).values():
        # Somebody said that this answer of the file is that answer of the study.
        return difference(
            after.name, "answer_wording", _first(old), _first(new), code, severity=NOTE
        )
    mild = against_codebook or before.variable.is_missing(code)
    if mild or any(is_reworded(text, old) for text in new):
        return difference(after.name, "answer_wording", _first(old), _first(new), code)
    return difference(after.name, "meaning", _first(old), _first(new), code)


def _unlabelled(before: Item, after: Item, against_codebook: bool) -> list[Difference]:
    """Say that a file without labels leaves the meaning of its codes open."""
    severity = NOTE if against_codebook else WARNING
    return [difference(after.name, "unlabelled", _answers_of(before), "", severity=severity)]


def _code_sets(
    before: Item, after: Item, moved: Mapping[Code, Code], against_codebook: bool
) -> list[Difference]:
    """Compare which codes there are: new, vanished, and those that changed sides."""
    known = {*before.labels, *before.variable.codes, *before.observed}
    found = _missing_codes(before, after, moved, against_codebook)
    reported = {change.code for change in found}
    for code in in_code_order(set(after.labels) | after.observed):
        was_missing = before.variable.is_missing(code)
        is_missing = after.variable.is_missing(code)
        label = _first(after.labels.get(code)) or _written(after, code)
        if code in moved or code in reported:
            continue
        if code not in known and not was_missing:
            if is_missing:
                found.append(
                    difference(
                        after.name, "missing_codes", "", label or MISSING, code, severity=WARNING
                    )
                )
            elif label or not _between(code, before):
                shown = label or f"{code} (no label)"
                found.append(difference(after.name, "new_answer", "", shown, code))
    return found + _vanished(before, after, moved)


def _written(item: Item, code: Code) -> str:
    """Answer of a file without codes that became a code."""
    codes = item.mapping.get("codes", {}).items()
    return next((text for text, to in codes if to == code and isinstance(text, str)), "")


_MOST_SHOWN = 5
"""Codes of a question without a list of answers that are named one by one."""


def _missing_codes(
    before: Item, after: Item, moved: Mapping[Code, Code], against_codebook: bool
) -> list[Difference]:
    """Find codes that the file counts as missing and did not before, or the other way round.

    What the codebook lists is in force whatever the file says, so the file's own declarations are
    compared: without a decision, people whose answer became a missing code would be counted.
    """
    if against_codebook and not before.missing_listed:
        return []
    then = (before.filed or before.variable).is_missing
    now = (after.filed or after.variable).is_missing
    changed: dict[tuple[bool, bool], list[Code]] = {}
    for code in in_code_order(_codes_of(after)):
        if code in moved or then(code) == now(code):
            continue
        became = now(code)
        if became and after.missing_listed and after.variable.is_missing(code):
            continue  # The codebook says so, too.
        # What a file without any declaration counts as an answer, the codebook still does not.
        if not became and (against_codebook or (after.silent and after.missing_listed)):
            continue
        unknown = code not in {*before.labels, *before.variable.codes, *_codes_of(before)}
        if unknown and not (became and after.missing_listed):
            continue
        changed.setdefault((became, unknown), []).append(code)
    found = []
    for (became, unknown), codes in changed.items():
        sides = ("" if unknown else ANSWER, MISSING) if became else (MISSING, ANSWER)
        mapping = None
        if became and after.missing_listed:
            files = {to: code for code, to in after.mapping.get("codes", {}).items()}
            nothing = {files.get(code, code): None for code in codes}
            known = {**after.mapping.get("codes", {}), **nothing}
            kept = {key: value for key, value in after.mapping.items() if key != "codes"}
            mapping = {**kept, "codes": {code: known[code] for code in in_code_order(known)}}
        if not before.closed and len(codes) > _MOST_SHOWN:
            found.append(difference(after.name, "missing_codes", *sides, mapping=mapping))
            continue
        found += [
            difference(after.name, "missing_codes", *sides, code, mapping=mapping) for code in codes
        ]
    return found


def _codes_of(item: Item) -> set[Code]:
    """Codes that have a label or that somebody has, however many there are."""
    held = [] if item.column is None else item.column.dropna().unique().tolist()
    return {*item.labels, *map(clean_code, held)}


def _vanished(before: Item, after: Item, moved: Mapping[Code, Code]) -> list[Difference]:
    if not after.closed:
        return []
    return [
        difference(after.name, "vanished_answer", _first(texts), "", code)
        for code, texts in before.answers.items()
        if code not in after.labels and code not in after.observed and code not in moved.values()
    ]


def _between(code: Code, before: Item) -> bool:
    """Return whether an unlabelled code lies inside a scale of which only some points are labelled.

    Of "0 = not at all ... 10 = fully" a wave may happen to have no 7.
    """
    unlabelled = [code for code in before.observed if code not in before.labels]
    unlabelled = [code for code in unlabelled if not before.variable.is_missing(code)]
    points = [code for code in {*unlabelled, *before.answers} if not isinstance(code, str)]
    if isinstance(code, str) or not points or not unlabelled:
        return False
    return min(points) <= code <= max(points)


def new_codes(before: Item, after: Item, paired: Iterable[Code]) -> dict[Code, Code]:
    """Number the written answers that a question did not have, after those that it has.

    None where most answers are not the question's: then it is another question, or free text.
    What few people wrote is never repeated; a wave counts it as `other answers`.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Variable
    >>> plans = Item(Variable("plans"), labels={1: ("yes",), 2: ("no",)})
    >>> wrote = ["yes", "no", "packing"] * 5 + ["my Bakyt"]
    >>> form = Item(Variable("Plans?"), column=pd.Series(wrote, dtype="str"))
    >>> new_codes(plans, form, ["no", "yes"])
    {'packing': 3, 'other answers': 4}
    """
    assert after.column is not None
    texts, paired = after.observed, set(paired)
    counts = after.column[~after.column.isin(list(paired))].value_counts().to_dict()
    least = least_people(int(after.column.notna().sum()))
    shared: list[Code] = [str(text) for text, people in counts.items() if people >= least]
    others = in_code_order(shared)
    others += [REST] if len(others) < len(counts) and REST not in {*others, *paired} else []
    numbers = [code for code in before.answers if isinstance(code, int)]
    if not numbers or 2 * len(texts & paired) < len(texts):
        return {}
    taken = {*before.labels, *before.variable.codes, *before.observed}
    found: dict[Code, Code] = {}
    code = max(numbers)
    for text in others:
        code += 1
        while code in taken or before.variable.is_missing(code):
            code += 1
        found[text] = code
    return found


def _changed_type(before: Item, after: Item) -> list[Difference]:
    """Report text where there were numbers, or the other way round."""
    kinds = {True: TEXT, False: NUMBERS}
    homes = {
        text: code
        for text in in_code_order(after.observed)
        for code, texts in before.labels.items()
        if isinstance(text, str) and is_same_label(text, texts)
    }
    known = dict(after.mapping.get("codes", {}))
    numerals = {str(code): code for code in (*before.labels, *before.variable.codes)}
    paired = {*homes, *known, *numerals}
    new = new_codes(before, after, paired) if homes or known else {}
    mapping = None
    if homes or new:
        codes = {**known, **homes, **new}
        mapping = {**after.mapping, "codes": codes}
        reached = [code for code in codes.values() if code is not None]
        if len(set(reached)) < len(reached):
            mapping["merge"] = True
    # What the name was suggested with is said already.
    said = not new and bool(homes) and all(known.get(text) == homes[text] for text in homes)
    found = []
    if not said:
        sides = kinds[before.is_text], kinds[after.is_text]
        found.append(difference(after.name, "type", *sides, mapping=mapping))
    had = {*before.labels, *before.variable.codes}
    found += [
        difference(after.name, "new_answer", "", str(text), code)
        for text, code in {**known, **new}.items()
        if after.is_text
        and (text in after.observed or text == REST)
        and code is not None
        and code not in had
        and not before.variable.is_missing(code)
    ]
    return found


ENOUGH = 0.7
"""Score from which a renamed variable is suggested; 1 is the same wording and answers."""
_WORDING, _ANSWERS, _NAME = 0.6, 0.3, 0.1
FEWEST_NUMBERS = 10
"""Fewer numbers in a wave show no range."""


@dataclass(frozen=True)
class Renaming:
    """A variable of the file, `source`, that may be the study's variable `name`.

    `score` says how alike they are, from 0 to 1; `codes` gives the study's code for those of the
    file's codes whose labels say that they differ. Where the cells of `source` join all chosen
    options, the variable is one `option` of it (`is_open` where it counts own words, too), or
    holds the answer in a `place`.
    """

    name: str
    source: str
    score: float
    codes: dict[Code, Code]
    option: str = ""
    is_open: bool = False
    place: int = 0

    def entry(self) -> dict[str, Any]:
        """Write the entry of waves.yaml."""
        entry: dict[str, Any] = {"from": self.source}
        entry |= {"option": self.option} if self.option else {}
        entry |= {"open": True} if self.is_open else {}
        entry |= {"place": self.place} if self.place else {}
        return {**entry, **({"codes": self.codes} if self.codes else {})}


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
    asked = after.items
    moved = _moved_questions(known, after)
    after = replace(after, items={**asked, **moved})
    for name, item in after.items.items():
        if name not in known.items or name in before.uncounted | after.uncounted:
            continue
        found += _wording(known.items[name], asked[name], moved.get(name))
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
        item = items.pop(renaming.source, None)
        if renaming.option or renaming.place or item is None:
            continue
        variable = replace(item.variable, name=name, source=renaming.source)
        items[name] = replace(item, variable=variable, mapping=renaming.entry())
    return replace(after, items=items)


def _moved_questions(before: Questionnaire, after: Questionnaire) -> dict[str, Item]:
    """Find the questions that the file asks under a name of another: name -> what has its text.

    The text is one question's on either side, and the name has another text by now.
    """
    homes: list[dict[str, list[str]]] = []
    for questionnaire in (before, after):
        worded: dict[str, list[str]] = {}
        for name, item in questionnaire.items.items():
            for words in {*map(normalise_label, item.asked)} - {""}:
                worded.setdefault(words, []).append(name)
        homes.append(worded)
    found = {}
    for words, (name, *others) in homes[0].items():
        holder, *more = homes[1].get(words, [name])
        if others or more or holder == name or name not in after.items:
            continue
        if {name, holder} & (before.uncounted | after.uncounted):
            continue
        old, new = before.items[name], after.items[holder]
        if not _wording(old, after.items[name]):
            continue
        source = new.variable.source or holder
        codes = new.mapping.get("codes") or suggested_codes(old, new)
        entry = {**new.mapping, **Renaming(name, source, 1.0, codes).entry()}
        variable = replace(new.variable, name=name, source=source)
        found[name] = replace(new, variable=variable, mapping=entry)
    return found


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


def _wording(before: Item, after: Item, moved: Item | None = None) -> list[Difference]:
    old, new = before.asked, after.asked
    if not old or not new or any(is_same_label(text, old) for text in new):
        return []
    if _translated(old, new):
        # The labels of the file are a translation; whether people read another text is not known.
        return [difference(after.name, "other_alphabet", old[0], new[0])]
    if moved is not None:
        # The answers to another question would be counted as this one's.
        return [
            difference(
                after.name, "wording", old[0], new[0], severity=BREAKING, mapping=moved.mapping
            )
        ]
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
    found = _joined_sets(missing, unknown)
    taken = {renaming.source for renaming in found.values()}
    found |= _same_wording(
        [item for item in missing if item.name not in found],
        [item for item in unknown if item.name not in taken],
    )
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


_WHOLE_CELLS = 0.8
"""Share of the cells of a joined column that hold nothing but options of the study."""


def _joined_sets(missing: Sequence[Item], unknown: Sequence[Item]) -> dict[str, Renaming]:
    """Find the options of a set of variables in a column whose cells join all chosen ones.

    The column's heading is what the wordings of the variables share, and nearly all cells are
    made of the study's options.
    """
    found: dict[str, Renaming] = {}
    for column in unknown:
        if not column.is_text or column.closed or column.column is None:
            continue
        headings = {*map(normalise_label, column.wordings or (column.name,))} - {""}
        family, options = [], []
        for item in missing:
            for wording in item.wordings:
                words = normalise_label(wording)
                if any(words.startswith(f"{heading} ") for heading in headings):
                    family.append(item)
                    options.append(wording)
                    break
        if len(family) < 2:
            continue
        _, endings = split_stem(options)
        if all(map(is_place, endings)):
            found |= _places(family, column)
        else:
            found |= _options(family, endings, column)
    return found


def _options(family: Sequence[Item], endings: Sequence[str], column: Item) -> dict[str, Renaming]:
    """Pair variables of chosen and not chosen with the options of a joined column."""
    chosen = [marked_code(item.variable) or yes_code(item.variable) for item in family]
    if None in chosen:
        return {}
    whole, is_open = _cells(column, endings)
    others = [text for text in endings if stands_outside(text) == "rest"]
    if not whole or (is_open and len(others) != 1):
        return {}
    found = {}
    for item, text, yes in zip(family, endings, chosen, strict=True):
        no = [code for code in item.variable.answers if code != yes]
        codes: dict[Code, Code] = {}
        if yes is not None and no and (yes, no[0]) != (1, 0):
            codes = {0: no[0], 1: yes}
        own = is_open and text in others
        found[item.name] = Renaming(item.name, column.name, 1.0, codes, text, own)
    return found


def _places(family: Sequence[Item], column: Item) -> dict[str, Renaming]:
    """Pair the first, second … answer of the study with the places in a joined column."""
    words: dict[Code, Code] = {
        text: code for code, texts in family[0].labels.items() for text in texts[:1]
    }
    if any(item.labels != family[0].labels for item in family):
        return {}
    whole, is_open = _cells(column, [str(text) for text in words])
    if not whole or is_open:
        return {}
    return {
        item.name: Renaming(item.name, column.name, 1.0, dict(words), place=at)
        for at, item in enumerate(family, 1)
    }


def _cells(column: Item, options: Sequence[str]) -> tuple[bool, bool]:
    """Tell whether nearly all cells are made of options, and whether any has other words."""
    assert column.column is not None
    known = {text: (text,) for text in options}
    splits = [split_joined(str(cell), known, SEPARATORS) for cell in column.column.dropna()]
    whole = [split for split in splits if split and not split.rest and not split.ambiguous]
    several = sum(len(split.chosen) > 1 for split in whole)
    enough = bool(splits) and len(whole) >= _WHOLE_CELLS * len(splits) and several > 1
    return enough and not any(split and split.ambiguous for split in splits), len(whole) < len(
        splits
    )


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
