"""Meaning: whether the codes of a question still stand for the same answers."""

from collections.abc import Iterable, Mapping
from typing import Any

from resurvey.core.codebook import Code, clean_code
from resurvey.reading.observed_answers import REST, least_people
from resurvey.waves.contract.differences import NOTE, WARNING, Difference, difference
from resurvey.waves.contract.questionnaire import Item, Texts
from resurvey.waves.contract.similarity import is_reworded, is_same_label, name_script

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
    if not before.closed:
        return _missing_codes(before, after, {}, against_codebook)
    if not after.closed:
        # The answers of a form are their own labels, and somebody said which code each of them is.
        written = any(isinstance(code, str) for code in after.mapping.get("codes", {}))
        unlabelled = [] if written else _unlabelled(before, after, against_codebook)
        return unlabelled + _code_sets(before, after, {}, against_codebook)
    if _other_alphabet(before, after):
        labels = [
            "; ".join(_first(texts) for texts in item.answers.values()) for item in (before, after)
        ]
        return [
            difference(after.name, "other_alphabet", labels[0], labels[1]),
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
        for home, known in before.labels.items():
            # A label that is on its old code too was repeated, not moved.
            stays = any(is_same_label(text, known) for text in after.labels.get(home, ()))
            if home != code and not stays and any(is_same_label(text, known) for text in texts):
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


def in_code_order(codes: Iterable[Code]) -> list[Code]:
    """Sort codes, numbers before text."""
    return sorted(codes, key=lambda code: (isinstance(code, str), code))


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
    labels = "; ".join(_first(texts) for texts in before.answers.values())
    return [difference(after.name, "unlabelled", labels, "", severity=severity)]


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
