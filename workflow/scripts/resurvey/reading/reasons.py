"""Reasons: why a user-missing code is no answer, as its label says it."""

import re
from collections.abc import Iterable

from resurvey.core.codebook import Code, Variable, pick_label

_WORDS = {
    "refused": r"refus|отказ|баш тарт|не\s+(?:захотел|пожелал)\w*\s+отвеча",
    "dont_know": r"don.?t\s+know|do\s+not\s+know|\bd\.?k\b|hard\s+to\s+say|can.?t\s+say|unsure"
    r"|затрудня|не\s+зна(?:ю|ет)|билбей",
    "not_asked": r"not\s+(?:asked|applicable|relevant|shown|administered|in\s+sample)|\binap\b"
    r"|inapplicable|\bn/a\b|\biap\b|legitimate\s+skip|не\s+(?:задавал|спрашивал|применимо)"
    r"|неприменимо|вопрос\s+не\s+(?:задан|показан)|\bн/п\b|пропуск\s+по\s+(?:логике|переходу)",
}


def reason_of(label: str) -> str:
    """Read from a label why there is no answer: one of `resurvey.core.codebook.REASONS`.

    Examples
    --------
    >>> reason_of("Отказ от ответа"), reason_of("Don't know"), reason_of("INAP"), reason_of("999")
    ('refused', 'dont_know', 'not_asked', 'other')
    """
    words = label.casefold().replace("’", "'").replace("ё", "е")
    return next((name for name, one in _WORDS.items() if re.search(one, words)), "other")


def reasons_of(variable: Variable, observed: Iterable[Code] = ()) -> dict[Code, str]:
    """Give every user-missing code of a variable its reason.

    What the study declared stays; labels in any language tell the rest.

    Examples
    --------
    >>> reasons_of(Variable("q", codes={98: {"en": "Refused"}}, missing_ranges=((97, 99),)), [97])
    {97: 'other', 98: 'refused'}
    """
    codes = dict.fromkeys([*variable.missing, *variable.codes, *observed])
    missing = sorted(
        (code for code in codes if variable.is_missing(code)),
        key=lambda one: (isinstance(one, str), one),
    )
    found: dict[Code, str] = {}
    for code in missing:
        labels = variable.codes.get(code, {})
        read = [reason_of(words) for words in (pick_label(labels, "en", ""), *labels.values())]
        told = next((reason for reason in read if reason != "other"), "other")
        found[code] = variable.reasons.get(code, told)
    return found
