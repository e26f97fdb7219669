"""Banners: many items by many column variables in one table, with letters, bases and means."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from resurvey.core.codebook import Codebook
from resurvey.core.errors import SurveyError
from resurvey.prepare.reconstruction import crossed_in_print
from resurvey.tables.banner_cells import Manner, Part, is_ordered, item_cells
from resurvey.tables.blocks import CROSSTAB_COLUMNS, Line, Setting, answer_lines
from resurvey.tables.checks import MOST_CODES, check_codes, check_variable
from resurvey.tables.crossing import Crossed, Item, cross_items, read_item
from resurvey.tables.response_sets import find_set
from resurvey.tables.uncrossed import BOUND_COLUMNS, PairBounds

if TYPE_CHECKING:
    from resurvey.core.survey import Survey
    from resurvey.counts.design import PreparedDesign

BANNER_COLUMNS = (
    *CROSSTAB_COLUMNS[:11],
    "unweighted_count",
    "unweighted_base",
    "mean",
    "standard_deviation",
    "column_letter",
    "letters",
    "note",
    *BOUND_COLUMNS,
    "note_data",
)
"""Columns of ``banners.csv``; the first ones are those of ``crosstabs.csv``."""


def tabulate_banners(
    survey: "Survey",
    banners: Mapping[str, Mapping[str, Any]],
    setting: Setting,
    *,
    design: "PreparedDesign | None" = None,
    invented: Collection[str] = (),
    aside: Collection[str] = (),
) -> list[dict[str, Any]]:
    """Count every banner table that `config/tables.yaml` declares.

    Returns
    -------
    list of dict
        Keys `BANNER_COLUMNS`. The all-respondents column stands once per row, with an empty
        `column_variable`. Letters start at A within each column variable and stand for columns
        with a significantly smaller share (mean): upper case below alpha / 5, lower case below
        alpha, adjusted within the row. Columns of a multiple-response set overlap and are not
        compared. Row `kind` is answer, subtotal, total or mean.

    Raises
    ------
    SurveyError
        A variable that is not there, is free text or has no answers.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Variable
    >>> from resurvey.core.survey import Survey
    >>> people = pd.DataFrame({"job": [1, 2, 2], "sex": [1, 1, 2]})
    >>> variables = {name: Variable(name, codes={1: {}, 2: {}}) for name in people}
    >>> words = {"total": "Total", "all_respondents": "All", "mean": "Mean"}
    >>> survey, setting = Survey(people, Codebook(variables)), Setting("", words, 0.05)
    >>> cells = tabulate_banners(survey, {"b": {"columns": ["sex"]}}, setting)
    >>> [(one["row_code"], one["column_code"], one["count"]) for one in cells[:3]]
    [('1', 'total', 1), ('1', '1', 1), ('1', '2', 0)]
    """
    cells: list[dict[str, Any]] = []
    for name, declared in banners.items():
        manner = Manner(
            name,
            declared.get("percent", "column"),
            declared.get("letters", declared.get("percent", "column") == "column"),
            declared.get("minimum_base", 0),
            declared.get("means", False),
            declared.get("adjustment", "bonferroni"),
            setting,
        )
        cells += _Banner(survey, manner, declared, design, invented, aside).cells()
    return cells


class _Banner:
    """One banner: reads its variables, counts them together, writes the cells."""

    def __init__(
        self,
        survey: "Survey",
        manner: Manner,
        declared: Mapping[str, Any],
        design: "PreparedDesign | None",
        invented: Collection[str],
        aside: Collection[str],
    ) -> None:
        self.survey, self.manner, self.declared = survey, manner, declared
        self.design, self.invented = design, invented
        self.book, self.real = survey.codebook, not survey.codebook.reconstructed
        self.crossed_in_print = crossed_in_print(survey.codebook)
        columns: list[str] = declared["columns"]
        for name in columns:
            self._check(name)
        rows = declared.get("rows") or all_items(self.book, {*columns, *aside}, manner.means)
        if not rows:
            raise SurveyError(
                f"tables.yaml, banner '{manner.name}': no variable of the codebook has answers; "
                "name the questions under `rows`"
            )
        for name in declared.get("rows") or ():
            self._check(name)
        self.columns = [read_item(survey, name, as_columns=True) for name in columns]
        self.rows = [read_item(survey, name, as_columns=False) for name in rows]
        for item in self.columns:
            check_codes(item.variable, item.codes, manner.name)

    def cells(self) -> list[dict[str, Any]]:
        """Cells of all items."""
        crossed = cross_items(self.rows, self.columns, self.design)
        made: list[dict[str, Any]] = []
        for item in self.rows:
            known = self._known(item)
            parts = [
                self._part(crossed[item.variable.name, column.variable.name], known)
                for column in self.columns
            ]
            made += item_cells(item, self._lines(item), parts, known, self.manner)
        return made

    def _check(self, name: str) -> None:
        found = find_set(self.book, name)
        for one in found.items if found else [name]:
            check_variable(self.book, one, self.manner.name)

    def _known(self, item: Item) -> bool:
        return self.real or not (item.members or item.variable.name in self.invented)

    def _part(self, crossed: Crossed, known: bool) -> Part:
        row, column = crossed.row.variable.name, crossed.column.variable.name
        identified = self.real or (known and (row, column) in self.crossed_in_print)
        bounds = None
        possible = known and self._known(crossed.column) and self.manner.percent == "column"
        if not identified and possible:
            bounds = PairBounds(self.survey, row, column, self.crossed_in_print)
        return Part(crossed, identified, bounds, self.manner)

    def _lines(self, item: Item) -> list[Line]:
        """Answers, subtotals and the total; measurements have no answers to list."""
        total = Line(
            "total", self.manner.setting.words["total"], "total", tuple(range(len(item.codes)))
        )
        if self._measured(item):
            return [total]
        if item.members:
            self._refuse_subtotals(item)
            label = item.variable.answer
            options = [
                Line(str(code), label(code, self.manner.setting.language), "answer", (place,))
                for place, code in enumerate(item.codes)
            ]
            return [*options, total]
        check_codes(item.variable, item.codes, self.manner.name)
        return answer_lines(
            self.manner.name, self.declared, item.variable, item.codes, self.manner.setting
        )

    def _measured(self, item: Item) -> bool:
        """Tell whether an item has values rather than answers, of which only the mean is told."""
        variable = item.variable
        if item.members or not self.manner.means or variable.measure != "scale":
            return False
        return len(item.codes) > len(variable.answers) or len(item.codes) > MOST_CODES

    def _refuse_subtotals(self, item: Item) -> None:
        for one in self.declared.get("subtotals", []):
            if item.variable.name in one.get("rows", [item.variable.name]):
                raise SurveyError(
                    f"tables.yaml, '{self.manner.name}': a subtotal cannot be of the "
                    f"multiple-response set '{item.variable.name}', whose answers overlap; limit "
                    "it with `rows`"
                )


def all_items(codebook: Codebook, aside: Collection[str], means: bool = False) -> list[str]:
    """List the questions of a codebook: what a banner without `rows` counts.

    Examples
    --------
    >>> from resurvey.core.codebook import Variable
    >>> job, age = Variable("job", codes={1: {}}), Variable("age", measure="scale")
    >>> book = Codebook({"job": job, "age": age, "why": Variable("why", measure="text")})
    >>> all_items(book, ()), all_items(book, (), means=True)
    (['job'], ['job', 'age'])
    """
    aside = {name.removeprefix("$") for name in aside}
    homes: dict[str, str] = {}
    for name, declared in codebook.multiple_response.items():
        members = declared["variable_list"]
        # Three sets of the same items would be counted three times; the first one stands.
        if not any(one in homes for one in members) and all(one in codebook for one in members):
            homes |= dict.fromkeys(members, name)
    found: dict[str, None] = {}
    for name in codebook:
        variable = codebook[name]
        if name in aside or homes.get(name) in aside:
            continue
        if name in homes:
            found[homes[name]] = None
        elif variable.answers or (means and variable.measure == "scale" and is_ordered(variable)):
            found[name] = None
    return list(found)


def banner_variables(
    banners: Mapping[str, Mapping[str, Any]], codebook: Codebook
) -> dict[str, dict[str, Sequence[str]]]:
    """Write banners as tables that name their variables, for what reads tables only for that.

    Examples
    --------
    >>> banner_variables({"b": {"columns": ["sex"], "rows": ["job"]}}, Codebook({}))
    {'b': {'rows': ['job', 'sex']}}
    """
    return {
        name: {"rows": [*(one.get("rows") or all_items(codebook, ())), *one["columns"]]}
        for name, one in banners.items()
    }
