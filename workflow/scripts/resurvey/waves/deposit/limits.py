"""Limits: how a codebook is fitted into what SPSS and Stata files can hold, and what that costs."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from resurvey.core.codebook import Code, Codebook, Labels, Variable

SAV_VARIABLE_LABEL = 256
SAV_VALUE_LABEL = 120
DTA_VARIABLE_LABEL = 80
DTA_VALUE_LABEL = 32_000
DTA_NAME = 32
NAME_BYTES = 64
MOST_REASONS = 26
"""Stata tells 26 reasons of a missing value apart, ``.a`` to ``.z``."""


@dataclass(frozen=True)
class Fitted:
    """A codebook that a format can hold.

    Attributes
    ----------
    codebook : Codebook
        Variables under the names of the format, in the same order.
    names : dict
        Variable -> its name in the format, where that differs.
    cut : tuple of str
        Variables with a label that was cut; the documentation has it whole.
    """

    codebook: Codebook
    names: Mapping[str, str]
    cut: tuple[str, ...]


def fit_sav(codebook: Codebook, language: str) -> Fitted:
    """Fit a codebook into an SPSS file.

    User-missing codes beyond three become a range where no answer lies inside it.

    Examples
    --------
    >>> q = Variable("q", codes={1: {}, 96: {}}, missing=(96, 97, 98, 99))
    >>> fit_sav(Codebook({"q": q}), "en").codebook["q"].missing_ranges
    ((96, 99),)
    """
    fitted = _fit(codebook, language, _sav_name, len_bytes, SAV_VARIABLE_LABEL, SAV_VALUE_LABEL)
    variables = {one.name: _as_range(one) for one in fitted.codebook.variables.values()}
    return replace(fitted, codebook=replace(fitted.codebook, variables=variables))


def fit_dta(codebook: Codebook, language: str) -> Fitted:
    """Fit a codebook into a Stata file (release 14 and later, UTF-8).

    Examples
    --------
    >>> book = Codebook({"group/q": Variable("group/q"), "if": Variable("if")})
    >>> fit_dta(book, "en").names
    {'group/q': 'group_q', 'if': '_if'}
    """
    return _fit(codebook, language, _dta_name, len, DTA_VARIABLE_LABEL, DTA_VALUE_LABEL)


def len_bytes(text: str) -> int:
    """Length of a text in bytes of UTF-8."""
    return len(text.encode())


def shorten(text: str, most: int, length: Callable[[str], int] = len) -> str:
    """Cut a text to a length, at a word if possible, and show that it was cut.

    Examples
    --------
    >>> shorten("How satisfied are you with it?", 20), shorten("short", 20)
    ('How satisfied are…', 'short')
    """
    if length(text) <= most:
        return text
    room = most - length("…")
    cut = text
    while length(cut) > room:
        cut = cut[:-1]
    at_word = cut.rpartition(" ")[0]
    return (at_word if length(at_word) > room // 2 else cut).rstrip(" ,;:–-") + "…"


def letters_of(variable: Variable, observed: Iterable[Code]) -> dict[Code, str]:
    """Give every user-missing code its Stata letter: a, b, ... in the codebook's order.

    Examples
    --------
    >>> letters_of(Variable("q", missing=(98, 99)), [1, 99])
    {98: 'a', 99: 'b'}
    """
    codes = [
        *(code for code in variable.codes if variable.is_missing(code)),
        *variable.missing,
        *sorted(
            (code for code in observed if variable.is_missing(code)),
            key=lambda one: (isinstance(one, str), one),
        ),
    ]
    letters = "abcdefghijklmnopqrstuvwxyz"
    distinct = list(dict.fromkeys(codes))
    # Beyond the alphabet reasons cannot be told apart any more: they share the last letter.
    return {code: letters[min(place, MOST_REASONS - 1)] for place, code in enumerate(distinct)}


def _fit(
    codebook: Codebook,
    language: str,
    rename: Callable[[str, Collection[str]], str],
    length: Callable[[str], int],
    most_variable: int,
    most_value: int,
) -> Fitted:
    names: dict[str, str] = {}
    cut: list[str] = []
    variables: dict[str, Variable] = {}
    taken: set[str] = set()
    for name, variable in codebook.variables.items():
        own = rename(name, taken)
        taken.add(own.casefold())
        names[name] = own
        label = shorten(variable.title(language), most_variable, length) if variable.label else ""
        codes: dict[Code, Labels] = {}
        for code, labels in variable.codes.items():
            text = variable.answer(code, language) if labels else ""
            codes[code] = {"": shorten(text, most_value, length)} if labels else {}
            if labels and codes[code][""] != text:
                cut.append(name)
        if variable.label and label != variable.title(language):
            cut.append(name)
        variables[own] = replace(
            variable, name=own, label={"": label} if label else {}, codes=codes
        )
    different = {name: own for name, own in names.items() if own != name}
    # Sets name variables; the documentation tells them, the files' formats hold none.
    fitted = replace(codebook, variables=variables, multiple_response={})
    return Fitted(fitted, different, tuple(dict.fromkeys(cut)))


def _as_range(variable: Variable) -> Variable:
    """Write user-missing codes as SPSS holds them: three codes, or a range and a code."""
    codes = variable.missing
    ranges = variable.missing_ranges
    fits = len(codes) <= 3 if not ranges else len(ranges) == 1 and len(codes) <= 1
    if fits or any(isinstance(code, str) for code in codes):
        return variable
    ends = sorted([*codes, *(end for pair in ranges for end in pair)])
    for left_out in ((), ends[:1], ends[-1:]):
        inside = [end for end in ends if end not in left_out]
        low, high = inside[0], inside[-1]
        if not any(
            low <= code <= high  # type: ignore[operator]
            for code in variable.answers
            if not isinstance(code, str)
        ):
            return replace(
                variable,
                missing=tuple(left_out),
                missing_ranges=((low, high),),  # type: ignore[arg-type]
            )
    return variable


def _sav_name(name: str, taken: Collection[str]) -> str:
    plain = re.sub(r"[^\w.$#@]", "_", name).rstrip(".")
    if not re.match(r"[^\W\d_]|@", plain):
        plain = "v" + plain
    while len_bytes(plain) > NAME_BYTES:
        plain = plain[:-1]
    return _unlike(plain, taken, NAME_BYTES)


_STATA_WORDS = frozenset(
    ("_all", "_b", "byte", "_coef", "_cons", "double", "float", "if", "in", "int", "long", "_n")
    + ("_N", "_pi", "_pred", "_rc", "_skip", "str", "strL", "using", "with")
)


def _dta_name(name: str, taken: Collection[str]) -> str:
    plain = re.sub(r"\W", "_", name)
    if not re.match(r"[^\W\d]", plain) or plain in _STATA_WORDS:
        plain = "_" + plain
    return _unlike(plain[:DTA_NAME], taken, DTA_NAME)


def _unlike(name: str, taken: Collection[str], most: int) -> str:
    """Make a name unlike those that are taken, by a number at its end."""
    own, number = name, 1
    while own.casefold() in taken:
        number += 1
        ending = f"_{number}"
        own = name[: most - len(ending)] + ending
    return own
