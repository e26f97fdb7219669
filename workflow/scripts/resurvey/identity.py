"""Identity: the name of a number, the same in every language, format and file."""

KINDS = (
    "percent",
    "count",
    "base",
    "difference",
    "indicator",
    "frequency",
    "test",
    "association",
    "residual",
    "cleaning",
    "printed",
    "claim",
    "range",
    "model",
    "respondents",
)
"""What a number may be; the first word of its identity."""


def name_number(kind: str, *place: object) -> str:
    """Name a number by its kind and its place in the results.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    *place
        Table, variable, code and column, say; as the results' files write them.

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
    """
    if kind not in KINDS:
        raise ValueError(f"unknown kind of number: {kind}")
    return ":".join([kind, "/".join(map(str, place))] if place else [kind])
