"""What a public set holds beside its tables: ends of histograms and sizes of populations."""

import pytest

from resurvey.core.codebook import Codebook, Variable
from resurvey.safety.definitions import Definitions
from resurvey.safety.disclosure import SUPPRESSED, protect_tables
from resurvey.safety.release import SUMMARIES, protect_bars, public_codebook, told_domains


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


@pytest.mark.parametrize(
    ("where", "size", "told"),
    [
        ({"region": [1, 2]}, 146, True),
        ({"region": [1, 2, 3]}, 163, False),
        ({"region": [2, 3]}, 83, False),
        ({"region": 4}, 6, False),
    ],
    ids=["shown", "few_others", "a_hidden_answer", "few"],
)
def test_the_size_of_a_population_is_told_where_nothing_hidden_follows(where, size, told):
    counts = {"1": 80, "2": 66, "3": 17, "4": 6}
    frequencies = [
        {"variable": "region", "code": code, "kind": "answer", "count": str(count)}
        | {"respondents": "169", "base": "169"}
        for code, count in counts.items()
    ]
    codes = {int(code): {} for code in counts}
    book = Codebook({"region": Variable("region", codes=codes)}, domains={"some": size})
    definitions = Definitions({"some": where})
    files = {"tables/frequencies.csv": frequencies}
    safe = protect_tables(files, None, book, definitions=definitions)
    hidden = {line["code"] for line in safe.files["tables/frequencies.csv"] if not line["count"]}
    assert hidden == {"3", "4"}
    domains = told_domains(safe, book, definitions)
    told_sizes = {"some": size} if told else {}
    assert public_codebook(book, 10, domains=domains).domains == told_sizes
