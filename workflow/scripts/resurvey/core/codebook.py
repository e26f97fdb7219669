"""Codebook and survey: variables, codes, labels, missing codes and order; and the coded answers."""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from numbers import Integral
from os.path import commonprefix
from typing import TYPE_CHECKING, Any

from resurvey.core.errors import SurveyError

if TYPE_CHECKING:
    import pandas as pd

Code = int | float | str
Labels = dict[str, str]
"""Language -> text; the key "" holds a label that came with the file, of unknown language."""

REASONS = ("refused", "dont_know", "not_asked", "other")
"""Why there is no answer; system-missing is a reason of its own that needs no code."""


def clean_code(value: object) -> Code:
    """Write a code the way it is read: 1.0 becomes 1, 1.5 stays, text and integers stay exact.

    Examples
    --------
    >>> clean_code(1.0), clean_code("7"), clean_code(2.5)
    (1, '7', 2.5)
    """
    if isinstance(value, str):
        return value
    if isinstance(value, Integral):
        return int(value)
    number = float(value)  # type: ignore[arg-type]
    return int(number) if number.is_integer() else number


_WRITTEN_NUMBER = re.compile(r"[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:e[+-]?\d{1,3})?", re.IGNORECASE)


def visible(text: str) -> str:
    r"""Write a text without the letters that nobody sees, such as a blank of no width.

    Examples
    --------
    >>> visible("y\u200bes\ufeff")
    'yes'
    """
    if text.isprintable():
        return text
    return "".join(letter for letter in text if unicodedata.category(letter) != "Cf")


def code_identity(code: object) -> Decimal | str:
    """Say which answer a code means, however it is written: 1, 01, +1, 1.0 and " 1" are one.

    Examples
    --------
    >>> [str(code_identity(code)) for code in (1.0, "01", "+1", " 1", "\u0661", "1e0", "a ")]
    ['1', '1', '1', '1', '1', '1', 'a']
    """
    if not isinstance(code, str):
        number = Decimal(repr(clean_code(code)))
    else:
        shown = visible(code)
        text = unicodedata.normalize("NFKC", shown).strip().replace("\u2212", "-")
        if not _WRITTEN_NUMBER.fullmatch(text):
            return shown.strip()
        number = Decimal(text.replace(",", "."))
    whole = number.to_integral_value()
    return (whole if whole == number else number.normalize()) + 0


def check_codes_differ(codes: Iterable[object], place: str, numbers: bool = False) -> None:
    """Refuse a list of codes in which one stands twice under two spellings.

    Parameters
    ----------
    codes : iterable
        Codes as the YAML file has them.
    place : str
        File and key, for the message.
    numbers : bool
        Whether the variable is known to hold numbers; a text variable may hold "1" and "01".

    Raises
    ------
    SurveyError
        Naming the code and both spellings.

    Examples
    --------
    >>> check_codes_differ([1, 2, "01"], "codebook.yaml, 'q'")
    Traceback (most recent call last):
    resurvey.SurveyError: codebook.yaml, 'q': code 1 stands twice (1, 01); keep one of them
    """
    first: dict[Decimal | str, object] = {}
    for code in codes:
        identity = code_identity(code)
        if identity not in first:
            first[identity] = code
            continue
        other = first[identity]
        texts = isinstance(other, str) and isinstance(code, str) and other != code
        if texts and not numbers:
            continue
        written = f"{identity:f}" if isinstance(identity, Decimal) else f"'{identity}'"
        raise SurveyError(
            f"{place}: code {written} stands twice ({_spelt(other)}, {_spelt(code)}); keep one of "
            "them"
        )


def _spelt(code: object) -> str:
    """Write a code as its YAML file does: what YAML would read as a number was in quotes."""
    if not isinstance(code, str):
        return str(code)
    quoted = code != code.strip() or re.fullmatch(r"[-+]?(?:0|[1-9]\d*)(?:\.\d*)?", code)
    return f'"{code}"' if quoted else code


def as_labels(text: str | Mapping[str, str] | None) -> Labels:
    """Turn a YAML label (one text, or one per language) into a mapping by language."""
    if text is None:
        return {}
    if isinstance(text, Mapping):
        return {str(language): str(words) for language, words in text.items()}
    return {"": str(text)}


def pick_label(labels: Mapping[str, str], language: str, otherwise: str) -> str:
    """Choose the label in `language`, else the file's own, else any, else `otherwise`."""
    if language in labels:
        return labels[language]
    if "" in labels:
        return labels[""]
    return next(iter(labels.values()), otherwise)


_STEM_ENDS = re.compile(r"(:|[?!.…]|;)\s+(?:[-–—]\s+)?|(\s[-–—])\s+|\s*(\[)")
"""What stands between the stem of a battery and its items: a mark, a dash, a form's bracket."""
_SENTENCE_ENDS = ("?", "!", "…")
BATTERY = 3
"""So many questions that begin alike are the items of one question."""
_STEM_WORDS, _STEM_LETTERS = 3, 15


def split_stem(wordings: Sequence[str]) -> tuple[str, list[str]]:
    """Split the wordings of a battery into what they share at the beginning, and the rest of each.

    Parameters
    ----------
    wordings : sequence of str
        Questions of one table, or the options of one set.

    Returns
    -------
    stem : str
        The shared beginning up to the last colon, mark, dash or bracket that all have; of three or
        more also shared words without a mark behind them, which then end in "…". Empty where there
        is none, where an ending would be empty, or where two would be the same.
    endings : list of str
        What is left of each wording, with a capital; the wordings themselves without a stem.

    Examples
    --------
    >>> split_stem(["Do you agree? Most people are honest", "Do you agree? Courts are fair"])
    ('Do you agree?', ['Most people are honest', 'Courts are fair'])
    >>> split_stem(["Media [TV]", "Media [radio]"])
    ('Media', ['TV', 'Radio'])
    >>> split_stem(["Which media? – TV", "Which media? – Radio"])
    ('Which media?', ['TV', 'Radio'])
    >>> split_stem([f"How much do you trust the {whom}?" for whom in ("police", "army", "courts")])
    ('How much do you trust the…', ['Police', 'Army', 'Courts'])
    >>> split_stem(["Age", "Education"])
    ('', ['Age', 'Education'])
    """
    texts = [" ".join(wording.split()) for wording in wordings]
    shared = commonprefix(texts)
    if len(texts) < 2 or not shared:
        return "", list(wordings)
    for end in reversed(list(_STEM_ENDS.finditer(shared))):
        stem, endings = shared[: end.start()].rstrip(), [text[end.end() :] for text in texts]
        mark = (end[1] or end[2] or end[3]).strip()
        if mark == "[":
            if not all(ending.endswith("]") for ending in endings):
                continue
            endings = [ending[:-1] for ending in endings]
        words = len(stem.split())
        # "Mr." and "No." end no sentence.
        few = words < _STEM_WORDS or len(stem) < _STEM_LETTERS if mark in ".;" else not words
        if few or not _tell_apart(endings):
            continue
        return stem + (mark if mark in "?!…" else ""), [_capital(ending) for ending in endings]
    words_only = re.sub(r"\S+$", "", shared).rstrip()
    if (
        len(texts) < BATTERY
        or len(words_only.split()) < _STEM_WORDS
        or len(words_only) < max(_STEM_LETTERS, 0.3 * min(map(len, texts)))
    ):
        return "", list(wordings)
    endings = [text[len(words_only) :].strip() for text in texts]
    if all(ending.endswith(endings[0][-1:]) for ending in endings) and endings[0][-1:] in "?.!":
        endings = [ending[:-1].rstrip() for ending in endings]
    if not _tell_apart(endings):
        return "", list(wordings)
    return words_only.rstrip(",;:–—- ") + "…", [_capital(ending) for ending in endings]


def _tell_apart(endings: Sequence[str]) -> bool:
    """Return whether every ending has a word, and no two are the same."""
    return all(re.search(r"\w", text) for text in endings) and len(set(endings)) == len(endings)


def _capital(text: str) -> str:
    text = text.strip()
    return text[:1].upper() + text[1:]


SHORT = 90
"""Letters of a heading that contents and captions of figures have room for."""


def after_label(label: str, text: str) -> str:
    """Leave out the stop or comma with which a text follows a label that ends in a mark itself.

    Examples
    --------
    >>> after_label("Why?", ". All answers"), after_label("Age", ", all answers")
    (' All answers', ', all answers')
    """
    ended = label.endswith(_SENTENCE_ENDS) and text.startswith((".", ","))
    return text[1:] if ended else text


def join_labels(labels: Iterable[str]) -> str:
    """Join labels by semicolons, which a question mark replaces.

    Examples
    --------
    >>> join_labels(["Age", "Any children?", "Region"])
    'Age; Any children? Region'
    """
    return re.sub(r"(?<=[?!]);(?= )", "", "; ".join(labels))


def short_title(title: str, most: int = SHORT) -> str:
    """Cut a heading for contents and captions, after a question or a word, and say so by "…".

    Examples
    --------
    >>> short_title("Your sex; Your age; Your education", 24)
    'Your sex; Your age; …'
    >>> short_title("Where would you move to?", 90)
    'Where would you move to?'
    """
    if len(title) <= most:
        return title
    head = title[: most - 1]
    ends = [found.end() for found in re.finditer(r"[;?!](?= )", head)]
    if ends and ends[-1] > most // 3:
        return f"{head[: ends[-1]]} …"
    return head[: head.rfind(" ")].rstrip(" ,;:–—-(«") + "…"


@dataclass(frozen=True)
class Variable:
    """One variable: what was asked, the answers and the codes that are no answers.

    Attributes
    ----------
    name : str
        Name in the data (never translated).
    label : dict of str
        Question wording by language.
    measure : str
        ``nominal``, ``ordinal``, ``scale`` or ``text``.
    codes : dict
        Code -> labels by language, in the order in which tables print them; holds the
        user-missing codes too when they have labels.
    missing : tuple
        User-missing codes, each a reason why there is no answer; they leave every base.
    missing_ranges : tuple of (low, high)
        User-missing ranges, ends included.
    order : tuple
        Substantive order of the answers, low to high, where it differs from the printed one.
    dont_know : tuple
        Answers outside the order ("hard to say"): in the base, never in ordinal statistics.
    source : str
        Name in the raw file; empty when it is `name`.
    reasons : dict
        User-missing code -> one of `REASONS`.
    routing : str
        Who was asked, as the questionnaire tool writes it; empty where everybody was, or where
        the file does not say.
    """

    name: str
    label: Labels = field(default_factory=dict)
    measure: str = "nominal"
    codes: dict[Code, Labels] = field(default_factory=dict)
    missing: tuple[Code, ...] = ()
    missing_ranges: tuple[tuple[float, float], ...] = ()
    order: tuple[Code, ...] = ()
    dont_know: tuple[Code, ...] = ()
    source: str = ""
    reasons: dict[Code, str] = field(default_factory=dict)
    routing: str = ""

    def is_missing(self, code: Code) -> bool:
        """Return whether `code` is declared user-missing.

        Examples
        --------
        >>> Variable("q", missing=(9,), missing_ranges=((97, 99),)).is_missing(98)
        True
        """
        if code in self.missing:
            return True
        if isinstance(code, str):
            return False
        return any(low <= code <= high for low, high in self.missing_ranges)

    @property
    def answers(self) -> list[Code]:
        """Codes of the answers in printed order, without the user-missing ones."""
        return [code for code in self.codes if not self.is_missing(code)]

    @property
    def ordered_answers(self) -> list[Code]:
        """Answers from low to high, "don't know" left out.

        Examples
        --------
        >>> labels = {1: {"": "yes"}, 2: {"": "no"}, 3: {"": "mostly no"}, 8: {"": "?"}}
        >>> Variable("q", codes=labels, order=(2, 3, 1), dont_know=(8,)).ordered_answers
        [2, 3, 1]
        """
        if self.order:
            return list(self.order)
        return [code for code in self.answers if code not in self.dont_know]

    @property
    def written_ranks(self) -> dict[Code, int]:
        """Numbers from 1 of ordinal answers that are written in words; empty for other questions.

        Examples
        --------
        >>> words = dict.fromkeys(["No", "Partly", "Yes", "Hard to say"], {})
        >>> Variable("q", {}, "ordinal", words, dont_know=("Hard to say",)).written_ranks
        {'No': 1, 'Partly': 2, 'Yes': 3}
        """
        answers = [code for code in self.ordered_answers if code not in self.dont_know]
        if self.measure != "ordinal" or not all(isinstance(code, str) for code in answers):
            return {}
        return {code: rank for rank, code in enumerate(answers, 1)}

    def title(self, language: str = "") -> str:
        """Question wording in `language`; the name where there is none."""
        return pick_label(self.label, language, self.name)

    def answer(self, code: Code, language: str = "") -> str:
        """Label of `code` in `language`; the code itself where there is none."""
        return pick_label(self.codes.get(code, {}), language, str(code))

    def to_dict(self) -> dict[str, Any]:
        """Write the variable as plain values for JSON; code types survive the round trip."""
        return {
            "name": self.name,
            "label": self.label,
            "measure": self.measure,
            "codes": [[code, labels] for code, labels in self.codes.items()],
            "missing": list(self.missing),
            "missing_ranges": [list(ends) for ends in self.missing_ranges],
            "order": list(self.order),
            "dont_know": list(self.dont_know),
            "source": self.source,
            "reasons": [[code, reason] for code, reason in self.reasons.items()],
            "routing": self.routing,
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> "Variable":
        """Read what `to_dict` wrote."""
        return cls(
            name=plain["name"],
            label=dict(plain["label"]),
            measure=plain["measure"],
            codes={code: dict(labels) for code, labels in plain["codes"]},
            missing=tuple(plain["missing"]),
            missing_ranges=tuple((low, high) for low, high in plain["missing_ranges"]),
            order=tuple(plain["order"]),
            dont_know=tuple(plain["dont_know"]),
            source=plain["source"],
            reasons=dict(map(tuple, plain.get("reasons", ()))),
            routing=plain.get("routing", ""),
        )


@dataclass(frozen=True)
class Codebook:
    """All variables of a survey, in file order, with what the file says about itself.

    Attributes
    ----------
    variables : dict of Variable
        By name.
    file_label : str
        Label in the header of the raw file.
    notes : tuple of str
        Notes (SPSS documents) in the raw file.
    multiple_response : dict
        Multiple-response sets by name: ``{"type": "D" | "C", "counted_value", "label",
        "variable_list"}`` as the file declares them.
    reconstructed : bool
        True when the records were dealt from published counts and are no microdata.
    simulated : bool
        True when the records were drawn from a declared model and are no microdata.
    weight : str
        Variable that the file itself declares as the weight of its cases (SPSS's WEIGHT BY).
        It is used only where the wave says so.
    assumed : tuple of str
        What was taken for granted in reading the file, a clause each: nobody edits a file by
        hand, so what was done with it stands here.
    empty_rows : int
        Lines of the file without any answer, which are no respondents.
    weighting : dict
        How unequal the weights of the tables are (`resurvey.counts.design.Weighting`); empty where
        every respondent counts as one.
    weights : tuple of str
        Variables that are or look like weights, found at import.
    flags : tuple of str
        What the import found odd and kept as it is, a sentence each: variable, kind and rows, never
        an answer.
    domains : dict
        Table or banner with a condition (``where:``) -> respondents that it is about.
    """

    variables: dict[str, Variable]
    file_label: str = ""
    notes: tuple[str, ...] = ()
    multiple_response: dict[str, Any] = field(default_factory=dict)
    reconstructed: bool = False
    weight: str = ""
    simulated: bool = False
    assumed: tuple[str, ...] = ()
    empty_rows: int = 0
    weighting: dict[str, float] = field(default_factory=dict)
    weights: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    domains: dict[str, int] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        """``reconstructed`` or ``simulated`` where the records are no microdata, else empty.

        Examples
        --------
        >>> Codebook({}, simulated=True).origin, Codebook({}).origin
        ('simulated', '')
        """
        if self.reconstructed:
            return "reconstructed"
        return "simulated" if self.simulated else ""

    def __getitem__(self, name: str) -> Variable:
        """Return the variable `name`, or say which names are near."""
        try:
            return self.variables[name]
        except KeyError:
            raise SurveyError(self._unknown(name)) from None

    def __contains__(self, name: object) -> bool:
        return name in self.variables

    def __iter__(self) -> Iterator[str]:
        return iter(self.variables)

    def _unknown(self, name: str) -> str:
        return f"variable '{name}' is not in the data{nearest(name, self.variables)}"

    def updated(self, variables: Iterable[Variable]) -> "Codebook":
        """Return a codebook in which `variables` are added, or replace their namesakes."""
        return replace(
            self, variables=self.variables | {variable.name: variable for variable in variables}
        )

    def to_json(self) -> str:
        """Write the codebook as JSON text, stable to the byte."""
        plain = {
            "file_label": self.file_label,
            "notes": list(self.notes),
            "multiple_response": self.multiple_response,
            "reconstructed": self.reconstructed,
            "simulated": self.simulated,
            "weight": self.weight,
            **({"assumed": list(self.assumed)} if self.assumed else {}),
            **({"empty_rows": self.empty_rows} if self.empty_rows else {}),
            **({"weighting": self.weighting} if self.weighting else {}),
            **({"weights": list(self.weights)} if self.weights else {}),
            **({"flags": list(self.flags)} if self.flags else {}),
            **({"domains": self.domains} if self.domains else {}),
            "variables": [variable.to_dict() for variable in self.variables.values()],
        }
        return json.dumps(plain, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Codebook":
        """Read what `to_json` wrote.

        Examples
        --------
        >>> book = Codebook({"q": Variable("q", codes={1: {"en": "yes"}})})
        >>> Codebook.from_json(book.to_json()) == book
        True
        """
        plain = json.loads(text)
        return cls(
            variables={
                variable["name"]: Variable.from_dict(variable) for variable in plain["variables"]
            },
            file_label=plain["file_label"],
            notes=tuple(plain["notes"]),
            multiple_response=plain["multiple_response"],
            reconstructed=plain["reconstructed"],
            simulated=plain.get("simulated", False),
            weights=tuple(plain.get("weights", ())),
            weight=plain.get("weight", ""),
            assumed=tuple(plain.get("assumed", ())),
            empty_rows=plain.get("empty_rows", 0),
            weighting=dict(plain.get("weighting", {})),
            flags=tuple(plain.get("flags", ())),
            domains=dict(plain.get("domains", {})),
        )


def declared_variable(name: str, plain: Mapping[str, Any] | None) -> Variable:
    """Read one variable of `config/codebook.yaml`.

    Raises
    ------
    SurveyError
        `order` or `dont_know` names a code that is not declared.

    Examples
    --------
    >>> declared_variable("q", {"codes": {1: "yes", 9: "refused"}, "missing": [9]}).answers
    [1]
    """
    plain = plain or {}
    check_codes_differ(plain.get("codes", {}), f"codebook.yaml, '{name}': `codes`")
    codes = {clean_code(code): as_labels(text) for code, text in plain.get("codes", {}).items()}
    for key in ("order", "dont_know"):
        for code in plain.get(key, []):
            if clean_code(code) not in codes:
                raise SurveyError(
                    f"codebook.yaml, '{name}': `{key}` names the undeclared code {code}"
                )
    missing, ranges, _ = declared_missing(plain.get("missing") or ())
    return Variable(
        name=name,
        label=as_labels(plain.get("label")),
        measure=plain.get("measure", "nominal" if codes else "scale"),
        codes=codes,
        missing=missing,
        missing_ranges=tuple((low, high) for low, high, _ in ranges),
        order=tuple(clean_code(code) for code in plain.get("order", [])),
        dont_know=tuple(clean_code(code) for code in plain.get("dont_know", [])),
        source=plain.get("source", ""),
    )


def declared_missing(
    listed: Iterable[Any],
) -> tuple[tuple[Code, ...], tuple[tuple[float, float, str], ...], dict[Code, str]]:
    """Read `missing:` of a codebook: codes, ranges with their reason, reasons by code.

    Examples
    --------
    >>> declared_missing([7, {"code": 8, "reason": "refused"}, {"low": 97, "high": 99}])
    ((7, 8), ((97, 99, ''),), {8: 'refused'})
    """
    codes: list[Code] = []
    ranges: list[tuple[float, float, str]] = []
    reasons: dict[Code, str] = {}
    for entry in listed:
        if isinstance(entry, Mapping) and "low" in entry:
            ranges.append((entry["low"], entry["high"], entry.get("reason", "")))
            continue
        codes.append(clean_code(entry["code"] if isinstance(entry, Mapping) else entry))
        if isinstance(entry, Mapping) and "reason" in entry:
            reasons[codes[-1]] = entry["reason"]
    return tuple(codes), tuple(ranges), reasons


def is_joined(entry: Mapping[str, Any]) -> bool:
    """Return whether an entry of waves.yaml takes one option, or one place, of a joined column."""
    return "option" in entry or "place" in entry


def nearest(name: str, known: Iterable[str]) -> str:
    """Word a hint at the most similar known name, or nothing when none is near.

    Examples
    --------
    >>> nearest("gendr", ["age", "gender"])
    "; did you mean 'gender'?"

    A letter that only looks like another is named.

    >>> nearest("g\N{CYRILLIC SMALL LETTER IE}nder", ["age", "gender"])
    "; did you mean 'gender'? (there is a CYRILLIC SMALL LETTER IE)"
    """
    import difflib

    by_fold = {name_known.casefold(): name_known for name_known in known}
    near = difflib.get_close_matches(name.casefold(), list(by_fold), n=1, cutoff=0.6)
    if not near:
        return ""
    meant = by_fold[near[0]]
    usual = {_kind(letter) for letter in meant}
    strange = [letter for letter in name if not letter.isascii() and _kind(letter) not in usual]
    told = f" (there is a {unicodedata.name(strange[0], 'strange sign')})" if strange else ""
    return f"; did you mean '{meant}'?{told}"


def _kind(letter: str) -> str:
    """Alphabet of a letter; the sign itself elsewhere."""
    return unicodedata.name(letter, letter).partition(" ")[0] if letter.isalpha() else letter


@dataclass(frozen=True)
class Survey:
    """Respondents × variables, as codes, with their codebook.

    Attributes
    ----------
    data : pandas.DataFrame
        One row per respondent, one column per variable of the codebook, holding codes:
        ``Int64`` where every code is an integer, ``float64`` for other numbers, ``str`` for
        text. User-missing codes are kept; system-missing is ``<NA>``.
    codebook : Codebook
        Labels, missing codes and order of every column of `data`.
    """

    data: "pd.DataFrame"
    codebook: Codebook
