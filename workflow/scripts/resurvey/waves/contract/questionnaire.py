"""Questionnaire: what was asked and which answers there were, as a file or a codebook shows it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from resurvey.core.codebook import Code, Codebook, Survey, Variable, declared_variable
from resurvey.study.declarations import CodebookPart, VariableEntry
from resurvey.waves.contract.differences import is_reworded, is_same_label

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from resurvey.study.mapping import WaveMapping

Texts = tuple[str, ...]

MOST_ANSWERS = 1000
"""A variable with more different codes is no list of answers."""


@dataclass(frozen=True)
class Item:
    """One question of a questionnaire.

    Attributes
    ----------
    variable : Variable
        Name, labels, codes and missing codes.
    wordings : tuple of str
        The question in every language that is known.
    labels : dict
        Code -> its labels in every language that is known; user-missing codes too.
    column : pandas.Series, optional
        The answers; None in the codebook.
    mapping : dict
        The variable's entry in waves.yaml; empty where it is taken as it is.
    filed : Variable, optional
        The variable with the missing codes of the file itself, where the codebook lists others.
    silent : bool
        Whether the file declares no missing code of any variable, as a text file cannot.
    merged : dict
        Code -> answers of the file that became that code and are not the study's own answer.
    dropped : dict
        Code of the file -> label of an answer that counts as none.
    """

    variable: Variable
    wordings: Texts = ()
    labels: dict[Code, Texts] = field(default_factory=dict)
    column: "pd.Series[Any] | None" = None
    mapping: Mapping[str, Any] = field(default_factory=dict)
    filed: Variable | None = None
    silent: bool = False
    merged: Mapping[Code, Texts] = field(default_factory=dict)
    dropped: Mapping[Code, str] = field(default_factory=dict)

    @property
    def missing_listed(self) -> bool:
        """Whether the codebook, and not the file, says which codes are missing."""
        return self.filed is not None

    @property
    def name(self) -> str:
        """Name of the variable in the study."""
        return self.variable.name

    @property
    def asked(self) -> Texts:
        """The question as it was put: its label, or the heading of a form's column."""
        heading = self.variable.source or self.name
        return self.wordings or ((heading,) if len(heading.split()) > 1 else ())

    @property
    def answers(self) -> dict[Code, Texts]:
        """Labelled answers, without the user-missing codes."""
        return {c: words for c, words in self.labels.items() if not self.variable.is_missing(c)}

    @property
    def closed(self) -> bool:
        """Whether the question has a list of labelled answers."""
        return bool(self.answers)

    @cached_property
    def observed(self) -> frozenset[Code]:
        """Codes that somebody has; none where the answers are not known or no list."""
        if self.column is None:
            return frozenset()
        codes = self.column.dropna().unique().tolist()
        return frozenset(codes) if len(codes) <= MOST_ANSWERS else frozenset()

    @property
    def is_text(self) -> bool:
        """Whether the answers are text; in the codebook, whether their codes are."""
        if self.column is None:
            return any(isinstance(code, str) for code in self.labels)
        return bool(self.column.dtype == "str" and self.column.notna().any())

    @property
    def empty(self) -> bool:
        """Whether the file has nobody's answer."""
        return self.column is not None and not self.column.notna().any()

    def with_texts(self, other: "Item | None") -> "Item":
        """Add the texts of the codebook where they are this question's in other languages.

        They are where the file has no text of its own or one of the codebook's, and where
        waves.yaml says that an answer of the file is that answer of the study.
        """
        if other is None:
            return self
        labels, mapped = dict(self.labels), self.mapping.get("codes", {}).values()
        for code, words in other.labels.items():
            own = labels.get(code, ())
            labels[code] = (*own, *words) if code in mapped else _joined(own, words)
        return replace(self, wordings=_joined(self.wordings, other.wordings), labels=labels)

    def without_answer(self) -> "np.ndarray":
        """Mark the respondents without an answer, for whatever reason."""
        from resurvey.prepare.cleaning import missing_mask

        return missing_mask(_alone(self), self.name)

    def not_asked(self) -> "np.ndarray":
        """Mark the respondents who have neither an answer nor a reason given for none."""
        assert self.column is not None
        blank = self.column.isna().to_numpy(bool, copy=True)
        codes = [code for code, why in self.variable.reasons.items() if why == "not_asked"]
        return blank | self.column.isin(codes).to_numpy(bool) if codes else blank


def _alone(item: Item) -> Survey:
    """One question as a survey of its own."""
    import pandas as pd

    return Survey(pd.DataFrame({item.name: item.column}), Codebook({item.name: item.variable}))


def _joined(own: Texts, others: Texts) -> Texts:
    """Texts of the codebook beside a file's own, unless the file says something else."""
    if own and not any(is_same_label(text, others) for text in own):
        return own
    return tuple(dict.fromkeys((*own, *others)))


@dataclass(frozen=True)
class Questionnaire:
    """All questions of a wave's file, or of the study's codebook.

    Attributes
    ----------
    name : str
        The wave, the file, or ``codebook``.
    items : dict of Item
        By the study's name of the variable.
    respondents : int
        0 in the codebook.
    uncounted : frozenset of str
        Identifier, weights and design variables, which are no questions.
    """

    name: str
    items: dict[str, Item]
    respondents: int = 0
    uncounted: frozenset[str] = frozenset()


def declared_questionnaire(codebook: CodebookPart) -> Questionnaire:
    """Read the questionnaire that `config/codebook.yaml` declares.

    Examples
    --------
    >>> book = {"variables": {"q": {"label": {"en": "Plans?"}, "codes": {1: "yes", 2: "no"}}}}
    >>> item = declared_questionnaire(book).items["q"]
    >>> item.wordings, item.labels
    (('Plans?',), {1: ('yes',), 2: ('no',)})
    """
    variables = codebook.get("variables") or {}
    items = {}
    for name, spec in variables.items():
        item = _item(declared_variable(name, spec))
        listed = "missing" in (spec or {})
        items[name] = replace(item, filed=item.variable) if listed else item
    return Questionnaire("codebook", items)


def _item(variable: Variable, column: Any = None, mapping: Mapping[str, Any] | None = None) -> Item:
    # A label that is the code itself says nothing: somebody had to write one.
    labels = {
        code: texts
        for code, words in variable.codes.items()
        if (texts := tuple(text for text in words.values() if text.strip() not in ("", str(code))))
    }
    wordings = tuple(text for text in variable.label.values() if text.strip())
    return Item(variable, wordings, labels, column, mapping or {})


def wave_questionnaire(
    name: str,
    survey: Survey,
    codebook: CodebookPart | None = None,
    mapping: "WaveMapping | None" = None,
    uncounted: frozenset[str] = frozenset(),
    file: Survey | None = None,
) -> Questionnaire:
    """Read the questionnaire that a file shows."""
    specs = (codebook or {}).get("variables") or {}
    declaring = (
        variable.missing or variable.missing_ranges
        for variable in survey.codebook.variables.values()
    )
    silent = not any(declaring)
    items = {}
    for question, variable in survey.codebook.variables.items():
        spec = specs.get(question) or {}
        filed = variable if "missing" in spec else None
        if filed is not None:
            declared = declared_variable(question, {"missing": spec["missing"]})
            variable = replace(
                variable,
                missing=declared.missing,
                missing_ranges=declared.missing_ranges,
            )
        entry = mapping.variables.get(question, {}) if mapping else {}
        item = _item(variable, survey.data[question], entry)
        merged = _merged(variable, file, entry, spec) if file else {}
        dropped = _dropped(variable, file, entry) if file else {}
        items[question] = replace(item, filed=filed, silent=silent, merged=merged, dropped=dropped)
    return Questionnaire(name, items, len(survey.data), uncounted)


def _dropped(variable: Variable, file: Survey, entry: Mapping[str, Any]) -> dict[Code, str]:
    """Labelled answers of the file that the study counts as no answer."""
    filed = file.codebook[variable.source or variable.name]
    return {
        code: next(iter(filed.codes[code].values()))
        for code, to in entry.get("codes", {}).items()
        if to is None and filed.codes.get(code) and not filed.is_missing(code)
    }


def _merged(
    variable: Variable, file: Survey, entry: Mapping[str, Any], spec: VariableEntry
) -> dict[Code, Texts]:
    """Answers of the file that became another answer, without other spellings of that one."""
    from resurvey.prepare.import_gate import merged_codes

    source = variable.source or variable.name
    filed, own = file.codebook[source], declared_variable(variable.name, spec)
    found = {}
    for to, codes in merged_codes(filed, file.data[source], entry, f"'{variable.name}'").items():
        if variable.is_missing(to):
            continue
        known = [text for text in own.codes.get(to, {}).values() if text.strip() != str(to)]
        texts = [next(iter(filed.codes.get(code, {}).values()), str(code)) for code in codes]
        others = [
            text
            for code, text in zip(codes, texts, strict=True)
            if code != to and not is_same_label(text, known) and not is_reworded(text, known)
        ]
        if others:
            found[to] = tuple(others)
    return found


def in_code_order(codes: Iterable[Code]) -> list[Code]:
    """Sort codes, numbers before text."""
    return sorted(codes, key=lambda code: (isinstance(code, str), code))
