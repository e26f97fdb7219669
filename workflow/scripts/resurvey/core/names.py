"""Identity: the name of a number, the same in every language, format and file."""

from collections.abc import Container, Iterable, Mapping

from resurvey.core.lines import PrintedLine

KEPT_BACK = "\N{MULTIPLICATION SIGN}"
"""Stands where there is a number that would give a respondent away, a zero among them."""

TOTAL = "total"
DIFFERENCE = "difference"

RESIDUALS, DIMENSIONS = "residuals", "dimensions"
"""Figures that are of no one table: their files lie beside those of the tables."""
PICTURES = ("profile", "distribution", "gap", "robustness")
"""Drawings of every composite index."""
CLAIM, TEXT_ONLY, INTERVIEWS = "claim", "text", "interviews"
"""What claims name like tables: printed numbers, shares of no table, coded interviews."""


def name_picture(index: str, picture: str) -> str:
    """Name a drawing of a composite index.

    Examples
    --------
    >>> name_picture("life", "gap")
    'index_life_gap'
    """
    return f"index_{index}_{picture}"


def reserved_names(indices: Iterable[str]) -> dict[str, str]:
    """Names that no table, banner or matrix may have -> what has them.

    Examples
    --------
    >>> reserved_names(["life"])["index_life_gap"]
    "a figure of index 'life'"
    """
    return {
        RESIDUALS: "the figure of all residuals",
        DIMENSIONS: "the figure of the dimensions",
        CLAIM: "what another claim prints, in claims",
        TEXT_ONLY: "what no table prints, in claims",
        INTERVIEWS: "the coded interviews, in claims",
        **{
            name_picture(index, picture): f"a figure of index '{index}'"
            for index in indices
            for picture in PICTURES
        },
    }


def sum_parts(code: str, answers: Container[str]) -> list[str]:
    """Part the code of a row into those of the answers that it adds up.

    Parameters
    ----------
    code : str
        As the results' files write it: a subtotal has a + between its answers.
    answers : container of str
        Codes of single answers, one of which may have a + of its own.

    Examples
    --------
    >>> sum_parts("1+2", ["1", "2"]), sum_parts("65+", ["18-64", "65+"])
    (['1', '2'], ['65+'])
    """
    return [code] if code in answers else code.split("+")


KINDS = (
    "percent",
    "count",
    "base",
    "difference",
    "indicator",
    "combination",
    "frequency",
    "test",
    "association",
    "residual",
    "cleaning",
    "accounting",
    "printed",
    "claim",
    "range",
    "model",
    "respondents",
    "crosstab",
    "tally",
    "setting",
    "mean",
    "comparison",
    "summary",
    "scale",
    "correlation",
    "index",
    "interview",
)
"""What a number may be; the first word of its identity."""


def name_number(kind: str, *place: object) -> str:
    """Name a number by its kind and its place in the results.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    *place
        Table, variable, code and column, say; as the results' files write them. A slash in a
        name (KoboToolbox groups its questions so) is written as in an address.

    Returns
    -------
    str
        ``kind:place/place``, as in ``provenance.json`` and in a page's ``data-number``.

    Raises
    ------
    ValueError
        An unknown kind, which is a mistake of ours.

    Examples
    --------
    >>> name_number("percent", "table_2", "job_fit", "1+2", "total")
    'percent:table_2/job_fit/1+2/total'
    >>> name_number("respondents")
    'respondents'
    >>> name_number("base", "t", "group/q1", "total", "total")
    'base:t/group%2Fq1/total/total'
    """
    if kind not in KINDS:
        raise ValueError(f"unknown kind of number: {kind}")
    parts = (str(part).replace("%", "%25").replace("/", "%2F") for part in place)
    return ":".join([kind, "/".join(parts)] if place else [kind])


def name_printed(line: PrintedLine) -> str:
    """Name the published number of a line of ``audit/cells.csv``.

    Examples
    --------
    >>> cell = {"table": "t", "row_variable": "q", "row_code": "1", "column_code": "total"}
    >>> name_printed(cell), name_recomputed(cell)
    ('printed:t/q/1/total', 'percent:t/q/1/total')
    """
    place = line["table"], line["row_variable"], line["row_code"], line["column_code"]
    return name_number("printed", *place)


def name_recomputed(line: PrintedLine) -> str:
    """Name the number that stands beside the published one of a line of ``audit/cells.csv``.

    Examples
    --------
    >>> cell = {"table": "t", "row_variable": "after-before", "row_code": "1"}
    >>> name_recomputed({**cell, "column_code": "difference"})
    'difference:t/after/before/1/total'
    """
    table, variable, row = line["table"], line["row_variable"], line["row_code"]
    if line["column_code"] == DIFFERENCE:
        after, _, before = variable.partition("-")
        return name_number("difference", table, after, before, row, TOTAL)
    return name_number("percent", table, variable, row, line["column_code"])


def name_model_number(file: str, line: Mapping[str, str], field: str) -> str:
    """Name a number of the models' room.

    Parameters
    ----------
    file : {"coefficients", "effects", "diagnostics"}
        CSV file of the line.
    line : dict
        The line.
    field : str
        Column of the number.

    Examples
    --------
    >>> line = {"model": "m", "variable": "age", "code": "", "outcome_code": "1"}
    >>> name_model_number("effects", line, "estimate")
    'model:m/effects/1/age//estimate'
    """
    keys = {
        "coefficients": ("variable", "code"),
        "effects": ("outcome_code", "variable", "code"),
        "diagnostics": ("statistic",),
    }[file]
    # Equations of a multinomial model, and tests of single predictors.
    more = {"coefficients": "outcome_code", "diagnostics": "variable"}.get(file, "")
    parts = [str(line[key]) for key in keys]
    if line.get(more):
        parts.insert(0, str(line[more]))
    return name_number("model", line["model"], file, *parts, field)


def name_scale_number(line: Mapping[str, str], field: str = "value") -> str:
    """Name a number of a line of ``tables/scales.csv``.

    Examples
    --------
    >>> line = {"scale": "trust", "statistic": "item_rest", "item": "q1", "other_item": ""}
    >>> name_scale_number(line)
    'scale:trust/item_rest/q1/value'
    """
    items = (line[key] for key in ("item", "other_item") if line.get(key))
    return name_number("scale", line["scale"], line["statistic"], *items, field)


def name_correlation_number(line: Mapping[str, str], field: str = "value") -> str:
    """Name a number of a line of ``tables/correlations.csv``.

    Examples
    --------
    >>> line = {"name": "life", "row_variable": "age", "column_variable": "pay"}
    >>> name_correlation_number(line, "p_value")
    'correlation:life/age/pay/p_value'
    """
    keys = ("name", "row_variable", "column_variable")
    return name_number("correlation", *(line[key] for key in keys), field)


INDEX_KEYS: Mapping[str, tuple[str, ...]] = {
    "index": (
        "variable",
        "dimension",
        "indicator",
        "statistic",
        "column_variable",
        "column_code",
        "low",
    ),
    "types": ("type", "answer_code", "column_variable", "column_code"),
    "decomposition": (
        "column_variable",
        "first_code",
        "second_code",
        "part",
        "dimension",
        "indicator",
    ),
    "coherence": ("dimension", "statistic", "indicator", "other_indicator", "component", "score"),
    "bounds": (
        "statistic",
        "type",
        "dimension",
        "second_dimension",
        "column_variable",
        "column_code",
        "low",
    ),
    "conclusions": ("conclusion", "factor", "level"),
    "scenarios": ("dimension", "type", "column_variable", "column_code"),
    "variances": ("column_variable", "first_code", "second_code", "factor"),
}
"""CSV files of the indices, and the columns that find a line of one index in them."""


def name_index_number(file: str, line: Mapping[str, str], field: str = "value") -> str:
    """Name a number of a line of a file of the indices.

    Parameters
    ----------
    file : str
        One of `INDEX_KEYS`.
    line : dict
        The line.
    field : str
        Column of the number.

    Examples
    --------
    >>> line = {"index": "i", "conclusion": "lowest", "factor": "", "level": ""}
    >>> name_index_number("conclusions", line, "percent")
    'index:i/conclusions/lowest///percent'
    """
    keys = (line.get(key) or "" for key in INDEX_KEYS[file])
    return name_number("index", line["index"], file, *keys, field)


INTERVIEW_KEYS: Mapping[str, tuple[str, ...]] = {
    "codes": ("code",),
    "codes_by_attribute": ("kind", "code", "attribute", "value"),
    "cooccurrence": ("code", "other_code"),
    "saturation": ("interviews",),
    "agreement": ("code",),
    "quotations": ("theme", "quotation", "language"),
}
"""CSV files of coded interviews, and the columns that find a line in them."""


def name_interview_number(file: str, line: Mapping[str, object], field: str) -> str:
    """Name a number of a line of a file of coded interviews.

    Parameters
    ----------
    file : str
        One of `INTERVIEW_KEYS`.
    line : dict
        The line.
    field : str
        Column of the number.

    Examples
    --------
    >>> line = {"kind": "theme", "code": "work", "attribute": "", "value": ""}
    >>> name_interview_number("codes_by_attribute", line, "cases")
    'interview:codes_by_attribute/theme/work///cases'
    """
    keys = (line.get(key) or "" for key in INTERVIEW_KEYS[file])
    return name_number("interview", file, *keys, field)
