"""Domains: the respondents that a table, a banner or a model is about, and crossed columns."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.codebook import (
    Code,
    Codebook,
    Labels,
    Survey,
    Variable,
    clean_code,
    pick_label,
)
from resurvey.core.counting import encode
from resurvey.core.errors import SurveyError
from resurvey.core.languages import decimal_mark, quoted
from resurvey.counts.design import Design
from resurvey.counts.streamed import StreamedColumns, about, about_numbers
from resurvey.prepare.cleaning import select_rows
from resurvey.reading.columns import to_frame
from resurvey.study.expansion import CROSS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resurvey.counts.design import PreparedDesign

    Ask = Callable[..., tuple[Survey, PreparedDesign | None]]

MOST_ACROSS = 200
"""More columns than this nobody reads."""


@dataclass(frozen=True)
class Domain:
    """Respondents for whom a condition holds, with what the whole design says of them.

    Attributes
    ----------
    survey : Survey
        Only its respondents.
    design : PreparedDesign, optional
        Their weights; variances are those of the domain within the whole design.
    mask : ndarray of bool
        Who of all respondents is in it.
    """

    survey: Survey
    design: "PreparedDesign | None"
    mask: "NDArray[np.bool_]"


def restrict(
    survey: Survey,
    design: "PreparedDesign | None",
    where: Mapping[str, Any],
    place: str,
) -> Domain:
    """Keep the respondents for whom every line of `where` holds.

    Parameters
    ----------
    survey : Survey
        All respondents; not changed.
    design : PreparedDesign, optional
        Their design. Strata and clusters without a respondent in the domain stay in it, as
        variances of a domain need.
    where : dict
        As in ``config/cleaning.yaml``: variable -> a code, a list of codes, ``missing`` or
        ``{min, max}``.
    place : str
        File and key, for messages.

    Raises
    ------
    SurveyError
        A condition names an unknown variable or code, or holds for nobody.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook
    >>> people = pd.DataFrame({"sex": [1, 2, 2], "age": [20, 30, 60]})
    >>> book = Codebook({"sex": Variable("sex", codes={1: {}, 2: {}}), "age": Variable("age")})
    >>> where = {"sex": 2, "age": {"max": 50}}
    >>> restrict(Survey(people, book), None, where, "tables.yaml").survey.data["age"].tolist()
    [30]
    """
    mask = domain_mask(survey, where, place)
    inside = None if design is None else design.within(mask)
    return Domain(Survey(_rows(survey.data, mask), survey.codebook), inside, mask)


def domain_mask(survey: Survey, where: Mapping[str, Any], place: str) -> "NDArray[np.bool_]":
    """Mark the respondents for whom every line of `where` holds, as `restrict` keeps them.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook
    >>> book = Codebook({"sex": Variable("sex", codes={1: {}, 2: {}})})
    >>> domain_mask(Survey(pd.DataFrame({"sex": [1, 2]}), book), {"sex": 2}, "tables.yaml").tolist()
    [False, True]
    """
    for name in where:
        if name not in survey.codebook:
            try:
                survey.codebook[name]
            except SurveyError as problem:
                raise SurveyError(f"{place}: `where`: {problem}") from None
    asked = Survey(to_frame(survey.data, list(where)), survey.codebook)
    mask = select_rows(asked, where, f"{place}: `where`")
    if not mask.any():
        raise SurveyError(f"{place}: `where` holds for no respondent; change the condition")
    return mask


class Asked:
    """The respondents of one table or banner, as far as its questions go.

    Parameters
    ----------
    survey, design
        All respondents, in memory or streamed, and their design.
    where : dict
        The condition of the table; empty where it is about everybody.
    place : str
        File and key, for messages.
    """

    def __init__(
        self,
        survey: Survey,
        design: "PreparedDesign | None",
        where: Mapping[str, Any],
        place: str,
    ) -> None:
        self._where, self._place = where, place
        self._streamed = isinstance(survey.data, StreamedColumns)
        self._people, self._design = survey, design
        if where and not self._streamed:
            domain = restrict(survey, design, where, place)
            self._people, self._design = domain.survey, domain.design

    @property
    def streamed(self) -> bool:
        """Whether every question has rows of its own."""
        return self._streamed

    def about(self, *names: str | None) -> "tuple[Survey, PreparedDesign | None]":
        """Respondents and design as far as some variables go (`resurvey.counts.streamed`)."""
        return self._restricted(about, [name for name in names if name])

    def about_numbers(self, *names: str | None) -> "tuple[Survey, PreparedDesign | None]":
        """The same where means and quantiles are asked for."""
        return self._restricted(about_numbers, [name for name in names if name])

    def _restricted(
        self, ask: "Ask", names: Sequence[str]
    ) -> "tuple[Survey, PreparedDesign | None]":
        if not self._streamed:
            return self._people, self._design
        people, design = ask(self._people, self._design, *names, *self._where)
        if not self._where:
            return people, design
        domain = restrict(people, design, self._where, self._place)
        return domain.survey, domain.design


def _rows(data: Any, mask: "NDArray[np.bool_]") -> Any:
    """Rows of a pandas frame or an Arrow table."""
    if hasattr(data, "filter") and hasattr(data, "column_names"):
        import pyarrow as pa

        return data.filter(pa.array(mask))
    return data[mask].reset_index(drop=True)


def is_identified(where: Mapping[str, Any], row: str, crossed: Iterable[tuple[str, str]]) -> bool:
    """Return whether published tables say how a question was answered where a condition holds.

    Only a condition on the one variable that the question was crossed with in print leaves
    published counts; all others are combinations of answers that were never published.

    Examples
    --------
    >>> is_identified({"sex": 1}, "job", {("job", "sex")})
    True
    >>> is_identified({"sex": 1, "age": 2}, "job", {("job", "sex")})
    False
    """
    return len(where) == 1 and (row, next(iter(where))) in set(crossed)


def with_crossed(survey: Survey, names: Iterable[str]) -> Survey:
    """Add the variables whose answers are pairs of answers of others.

    Parameters
    ----------
    survey : Survey
        Respondents; not changed.
    names : iterable of str
        Names of columns; those with `CROSS` are made.

    Returns
    -------
    Survey
        With a variable of that name: one answer for every combination, in the order of the
        first variable, with the codes of its parts as in `read_crossed`; without an answer where
        any of the others has none.

    Raises
    ------
    SurveyError
        A variable that is not there, has no answers, a code with `CROSS`, or so many answers that
        there are more than `MOST_ACROSS` combinations.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook
    >>> people = pd.DataFrame({"a": [1, 2, 2], "b": [1, 1, 9]})
    >>> answers = {"a": {1: {"": "men"}, 2: {"": "women"}}, "b": {1: {"": "young"}, 9: {}}}
    >>> b = Variable("b", codes=answers["b"], missing=(9,))
    >>> book = Codebook({"a": Variable("a", codes=answers["a"]), "b": b})
    >>> crossed = with_crossed(Survey(people, book), ["a*b"])
    >>> crossed.data["a*b"].tolist(), crossed.codebook["a*b"].answer("2*1")
    (['1*1', '2*1', nan], 'women, young')
    """
    for name in dict.fromkeys(names):
        if CROSS in name and name not in survey.codebook:
            survey = _with_one(survey, name)
    return survey


def crossed_names(
    tables: Mapping[str, Mapping[str, Any]], banners: Mapping[str, Mapping[str, Any]]
) -> list[str]:
    """List the columns of tables and banners that are crossed variables.

    Examples
    --------
    >>> crossed_names({"t": {"rows": ["q"], "columns": "a*b"}}, {"b": {"columns": ["a", "a*b"]}})
    ['a*b']
    """
    named = [table["columns"] for table in tables.values() if "columns" in table]
    named += [name for banner in banners.values() for name in banner["columns"]]
    return list(dict.fromkeys(name for name in named if CROSS in name))


def _with_one(survey: Survey, name: str) -> Survey:
    if isinstance(survey.data, StreamedColumns):
        parts = tuple(name.split(CROSS))
        small = _with_one(about(survey, None, *parts)[0], name)
        columns: Any = survey.data.with_made(name, parts, lambda people: _with_one(people, name))
        return Survey(columns, survey.codebook.updated([small.codebook[name]]))
    variables = [survey.codebook[part] for part in name.split(CROSS)]
    answers = []
    number = np.zeros(survey.data.shape[0], np.int64)
    absent = np.zeros(len(number), bool)
    for variable in variables:
        positions, codes = encode(survey.data[variable.name], variable)
        number = number * len(codes) + np.minimum(positions, max(len(codes) - 1, 0))
        absent |= positions == len(codes)
        answers.append(codes)
        if marked := [code for code in codes if CROSS in str(code)]:
            raise SurveyError(
                f"tables.yaml: '{variable.name}' has the code {marked[0]!r} with a '{CROSS}' and "
                "cannot be crossed; recode it in indicators.yaml"
            )
    combinations = list(product(*answers))
    if not combinations or len(combinations) > MOST_ACROSS:
        raise SurveyError(
            f"tables.yaml: the columns '{name}' would be {len(combinations)}, and up to "
            f"{MOST_ACROSS} can be read; group the answers with a recode in indicators.yaml"
        )
    languages = dict.fromkeys(
        language
        for variable in variables
        for labels in (variable.label, *variable.codes.values())
        for language in labels
    )
    made: dict[Code, Labels] = {}
    for chosen in combinations:
        both = zip(variables, chosen, strict=True)
        labels = [variable.codes.get(code, {}) for variable, code in both]
        plain = list(map(str, chosen))
        made[CROSS.join(plain)] = _joined(labels, plain, languages, ", ")
    label = _joined(
        [variable.label for variable in variables],
        [variable.name for variable in variables],
        languages,
        " × ",
    )
    variable = Variable(name, label, "nominal", made)
    values = np.array([*made, None], object)[np.where(absent, len(made), number)]
    data = _added(survey.data, name, values)
    return Survey(data, survey.codebook.updated([variable]))


def _joined(
    labels: list[Labels], otherwise: list[str], languages: Iterable[str], between: str
) -> Labels:
    return {
        language: between.join(
            pick_label(texts, language, plain)
            for texts, plain in zip(labels, otherwise, strict=True)
        )
        for language in languages
    }


def _added(data: Any, name: str, values: "NDArray[np.object_]") -> Any:
    if hasattr(data, "append_column"):
        import pyarrow as pa

        return data.append_column(name, pa.array(values, pa.string()))
    return data.assign(**{name: values})


def read_crossed(name: str, code: str) -> dict[str, str]:
    """Read the answer of a crossed variable as the answers of its parts.

    Examples
    --------
    >>> read_crossed("sex*age", "2*1"), read_crossed("sex", "2")
    ({'sex': '2', 'age': '1'}, {'sex': '2'})

    A column of a text file may be called so, too; its answers have no such sign.

    >>> read_crossed("x*y", "2")
    {'x*y': '2'}
    """
    names, codes = name.split(CROSS), code.split(CROSS)
    return dict(zip(names, codes, strict=True)) if len(names) == len(codes) else {name: code}


def is_crossed(variable: Variable) -> bool:
    """Return whether a variable was made of others by `with_crossed`.

    Examples
    --------
    >>> is_crossed(Variable("a*b", codes={"1*1": {}, "1*2": {}}))
    True
    >>> is_crossed(Variable("x*y", codes={1: {}, 2: {}})), is_crossed(Variable("x*y"))
    (False, False)
    """
    answers = [read_crossed(variable.name, str(code)) for code in variable.codes]
    return bool(answers) and all(len(parts) > 1 for parts in answers)


def with_domain_sizes(
    codebook: Codebook,
    survey: Survey,
    wave: Mapping[str, Any],
    tables: Mapping[str, Mapping[str, Any]],
) -> Codebook:
    """Add how many respondents each table or banner with a condition is about.

    Rows that stand for several equal respondents (`weight_kind: frequency` of the wave) count as
    these people.

    Examples
    --------
    >>> import pandas as pd
    >>> book = Codebook({"sex": Variable("sex", codes={1: {}, 2: {}})})
    >>> people = Survey(pd.DataFrame({"sex": [1, 2, 2]}), book)
    >>> tables = {"women": {"where": {"sex": 2}}, "all": {}}
    >>> with_domain_sizes(book, people, {}, tables).domains
    {'women': 2}
    """
    sizes = {}
    people = None
    streamed = isinstance(survey.data, StreamedColumns)
    if not streamed and wave.get("weight_kind") == "frequency":
        people = Design(wave["weight"], kind="frequency").prepared(survey).people
    for name, table in tables.items():
        if "where" in table:
            if codebook.reconstructed and len(table["where"]) > 1:
                # How many meet two conditions was dealt at random.
                continue
            asked, ready = about(survey, None, *table["where"])
            mask = domain_mask(asked, table["where"], f"tables.yaml, '{name}'")
            if streamed and ready is not None:
                people = ready.behind
            sizes[name] = int(mask.sum() if people is None else people[mask].sum())
    return replace(codebook, domains=sizes)


def word_domain(
    where: Mapping[str, Any], codebook: Codebook, language: str, words: Mapping[str, str]
) -> str:
    """Word whom a condition keeps, from the labels of the codebook.

    An answer stands alone where no other question of the codebook has one of that name, and
    after its question elsewhere; so do numbers and missing answers. Several answers stand after
    their question, in quotation marks.

    Parameters
    ----------
    where : dict
        As `restrict` takes it; codes may be texts, as results write them.
    codebook : Codebook
        Labels of the variables.
    language : str
        Language of the page.
    words : dict
        ``domain_missing``, ``domain_from`` and ``domain_to``.

    Examples
    --------
    >>> sex = Variable("sex", {"en": "Sex"}, codes={1: {"en": "Men"}, 2: {"en": "Women"}})
    >>> book = Codebook({"sex": sex, "age": Variable("age", {"en": "Age"}), "job": Variable("job")})
    >>> words = {"domain_missing": "no answer", "domain_from": "{n} or more", "domain_to": "to {n}"}
    >>> where = {"sex": 2, "age": {"min": 18, "max": 54}, "job": "missing"}
    >>> word_domain(where, book, "en", words)
    'Women; Age: 18–54; job: no answer'
    >>> word_domain({"sex": [1, 2]}, book, "en", words)
    'Sex: “Men”, “Women”'
    """
    said = []
    for name, condition in where.items():
        variable = codebook[name] if name in codebook else Variable(name)
        question = variable.title(language)
        alone = False
        if condition == "missing":
            text = words["domain_missing"]
        elif isinstance(condition, Mapping):
            text = _word_range(condition, language, words)
        else:
            codes = condition if isinstance(condition, list) else [condition]
            known = {str(code): code for code in variable.codes}
            texts = [str(clean_code(code)) for code in codes]
            answers = [variable.answer(known.get(text, text), language) for text in texts]
            if len(answers) == 1:
                text = answers[0]
                alone = _is_telling(text, name, codebook, language)
            else:
                # An answer may have commas of its own.
                text = ", ".join(quoted(language, answer) for answer in answers)
        between = " " if question.endswith(("?", "!", ":", ".", "…")) else ": "
        said.append(text if alone else f"{question}{between}{text}")
    return "; ".join(said)


def _word_range(limits: Mapping[str, float], language: str, words: Mapping[str, str]) -> str:
    low, high = (
        f"{limits[end]:g}".replace(".", decimal_mark(language)).replace("-", "−")
        if end in limits
        else ""
        for end in ("min", "max")
    )
    if low and high:
        return low if low == high else f"{low}–{high}"
    return words["domain_from"].format(n=low) if low else words["domain_to"].format(n=high)


def _is_telling(answer: str, name: str, codebook: Codebook, language: str) -> bool:
    """Return whether an answer says by itself which question it answers."""
    if answer.replace(".", "").replace(",", "").isdigit():
        return False
    return not any(
        variable.answer(code, language).casefold() == answer.casefold()
        for variable in codebook.variables.values()
        if variable.name != name and not is_crossed(variable)
        for code in variable.codes
    )
