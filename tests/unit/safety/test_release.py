"""What a public set holds beside its tables: ends of histograms and sizes of populations."""

import pytest

from resurvey.safety.disclosure import SUPPRESSED
from resurvey.safety.release import SUMMARIES, protect_bars


def bars(*counts):
    about = dict.fromkeys(("table", "row_variable", "column_variable", "column_code"), "")
    return [
        {**about, "statistic": f"bin_{at + 1}", "lower": str(at), "upper": str(at + 1)}
        | {"value": count, SUPPRESSED: "" if count else "confidential"}
        for at, count in enumerate(counts)
    ]


@pytest.mark.parametrize(
    ("counts", "left"),
    [
        (("12", "40", "0", "0", ""), ["0", "1"]),
        (("", "0", "12", "", "0", "40"), ["2", "3", "4", "5"]),
        (("12", "0", "40"), ["0", "1", "2"]),
        (("", "0", ""), []),
    ],
    ids=["greatest", "least", "nothing_hidden", "all_hidden"],
)
def test_a_histogram_ends_where_it_still_tells_of_many(counts, left):
    mean = {"statistic": "mean", "lower": "", "upper": "", "value": "3", SUPPRESSED: ""}
    safe = protect_bars({SUMMARIES: [{**bars("1")[0], **mean}, *bars(*counts)]})[SUMMARIES]
    assert [line["statistic"] for line in safe[:1]] == ["mean"]
    assert [line["lower"] for line in safe[1:]] == left
