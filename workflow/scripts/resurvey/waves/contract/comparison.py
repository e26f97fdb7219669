"""Comparison: everything that differs between two questionnaires."""

from collections.abc import Mapping
from dataclasses import replace

from resurvey.waves.contract.differences import (
    BREAKING,
    NOTE,
    WARNING,
    Difference,
    difference,
    in_order,
)
from resurvey.waves.contract.likeness import normalised, same, script
from resurvey.waves.contract.meaning import compare_answers, in_code_order, moved_codes
from resurvey.waves.contract.questionnaire import Item, Questionnaire, Texts
from resurvey.waves.contract.ranges import compare_ranges
from resurvey.waves.contract.routing import compare_routing
from resurvey.waves.contract.suggestion import Renaming, suggest_renamings


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
    >>> [one.difference for one in compare_questionnaires(asked("Any plans?"), asked("Plans?"))]
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
        doubtful = frozenset(one.variable for one in found if one.difference == "type")
        found += compare_routing(before, _realigned(known, after), doubtful)
        found += compare_ranges(before, after)
    if relied is not None:
        found = [_unused(one) if one.variable not in relied else one for one in found]
    return in_order(found)


def renamings(before: Questionnaire, after: Questionnaire) -> dict[str, Renaming]:
    """Suggest which variable of `after` each variable is that only `before` has."""
    return suggest_renamings(
        (item for name, item in before.items.items() if name not in after.items),
        (item for name, item in after.items.items() if name not in before.items),
    )


def _unused(one: Difference) -> Difference:
    """Only warn, and suggest nothing: waves.yaml may not name what the study does not have."""
    severity = WARNING if one.severity == BREAKING else one.severity
    return replace(one, severity=severity, under="", line="")


def _renamed(after: Questionnaire, suggested: Mapping[str, Renaming]) -> Questionnaire:
    """Look at variables under the names that they probably have in the study.

    The renaming itself stays a difference; this only finds what else a person has to decide.
    """
    items = dict(after.items)
    for name, one in suggested.items():
        item = items.pop(one.source)
        variable = replace(item.variable, name=name, source=one.source)
        items[name] = replace(item, variable=variable, mapping=one.entry())
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
            one = suggested[name]
            found.append(
                difference(
                    name,
                    "renamed_variable",
                    _described(item),
                    _described(after.items[one.source]),
                    severity=severity,
                    mapping=one.entry(),
                )
            )
        else:
            found.append(difference(name, "missing_variable", _described(item), severity=severity))
    sources = {one.source for one in suggested.values()}
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
        if {*map(normalised, old)} != {*map(normalised, new)}:
            told = "; ".join(old), "; ".join(new)
            found.append(difference(after.name, "merged_answer", *told, code))
    for one, other, kind in (
        (after, before, "new_answer"),
        (before, after, "vanished_answer"),
    ):
        known = [text for texts in other.labels.values() for text in texts]
        known += other.dropped.values()
        for code in in_code_order(one.dropped):
            label = one.dropped[code]
            if not same(label, known):
                sides = ("", label) if one is after else (label, "")
                found.append(difference(after.name, kind, *sides, code, severity=NOTE))
    return found


def _described(item: Item) -> str:
    return f"{item.name}: {item.wordings[0]}" if item.wordings else item.name


def _wording(before: Item, after: Item) -> list[Difference]:
    old, new = before.asked, after.asked
    if not old or not new or any(same(text, old) for text in new):
        return []
    if _translated(old, new):
        # The labels of the file are a translation; whether people read another text is not known.
        return [difference(after.name, "other_alphabet", old[0], new[0])]
    return [difference(after.name, "wording", old[0], new[0])]


def _translated(old: Texts, new: Texts) -> bool:
    alphabets = script(old), script(new)
    return all(alphabets) and alphabets[0] != alphabets[1]
