"""Notes: sentences that one room writes beside a number and another recognises."""

import re

NOT_IDENTIFIED = (
    "not identified: the records are reconstructed and these two questions were never crossed in "
    "print, so their joint counts are invented"
)
"""Note of a number that published tables do not determine."""

NOMINAL = "nominal p-value: the sample is not a random one"
"""Note of a p-value that carries no inference to a population."""

NOMINAL_INTERVAL = "nominal interval: the sample is not a random one"
"""Note of an interval that is no margin of error of a population's value."""

NOMINAL_BOTH = "nominal p-value and interval: the sample is not a random one"
"""Note of a p-value with an interval, neither of which carries an inference to a population."""

WITH_NUMBERS = (
    ("not_identified", r"not identified: the records are reconstructed and .* are invented"),
    (
        "sparse",
        r"(?P<cells>\d+) cells? \((?P<share>[\d.]+) %\) ha(?:s|ve) expected count below "
        r"(?P<limit>\d+); smallest expected (?P<smallest>[\d.]+)",
    ),
    ("empty_rows_left_out", r"empty and left out: (?P<rows>\d+) rows?(?=;|$)"),
    ("empty_columns_left_out", r"empty and left out: (?P<columns>\d+) columns?(?=;|$)"),
    (
        "empty_left_out",
        r"empty and left out: (?P<rows>\d+) rows?(?: and|,) (?P<columns>\d+) columns?",
    ),
    ("weighted_pairs", r"not computed: the paired tests are not defined for weighted respondents"),
    (
        "design_effect",
        r"second order; mean generalised design effect (?P<effect>[\d.]*\d)",
    ),
    (
        "few_freedom",
        r"few degrees of freedom \((?P<freedom>[\d.]+)\): the p-value may be too small",
    ),
    (
        "small_effective",
        r"effective sample of about (?P<effective>\d+) respondents: the p-value may be too small",
    ),
    (
        "uncounted_freedom",
        r"(?P<freedom>\d+) degrees of freedom are not counted in: the p-value may be too small",
    ),
    (
        "overlap",
        r"sum of (?P<options>\d+) Pearson statistics (?P<sum>[\d.e+-]+), corrected for "
        r"overlapping answers",
    ),
    ("answered", r"(?P<kept>\d+) of (?P<all>\d+) respondents answered all questions"),
    ("did_not_know", r"did not know and left out: (?P<left_out>\d+)"),
    ("groups", r"(?P<groups>\d+) groups; a small p speaks against the model"),
    ("inflation_of", r"of '(?P<predictor>[^';]+)'; 1 is none"),
    ("weightless", r"(?P<without>\d+) respondents without a weight count for nothing"),
    ("zero_weight", r"(?P<zero>\d+) respondents of weight zero count for nothing"),
    ("alone", r"the most frequent answer alone: (?P<alone>[\d.]*\d)"),
    ("no_base", r"no base"),
    ("not_computed", r"not computed:"),
)
"""Notes that the statistics write in English, and the words' key for each."""


def without_general(note: str) -> str:
    """Leave out of a note what a page says once of all its numbers.

    Examples
    --------
    >>> without_general("exact; nominal p-value: the sample is not a random one")
    'exact'
    >>> without_general("4 respondents without a weight count for nothing; first order")
    'first order'
    """
    parts = [
        part
        for part in note.split("; ")
        if part not in (NOMINAL, NOMINAL_INTERVAL, NOMINAL_BOTH)
        and not part.endswith(" count for nothing")
    ]
    return "; ".join(parts)


def note_numbers(text: str) -> dict[str, str]:
    """Find the numbers that a note tells, by their names in `WITH_NUMBERS`.

    Examples
    --------
    >>> note_numbers("3 cells (25.0 %) have expected count below 5; smallest expected 1.2")
    {'cells': '3', 'share': '25.0', 'limit': '5', 'smallest': '1.2'}
    """
    numbers: dict[str, str] = {}
    for _, pattern in WITH_NUMBERS:
        if found := re.search(pattern, text):
            parts = found.groupdict().items()
            numbers |= {name: part for name, part in parts if part[:1].isdigit()}
    return numbers
