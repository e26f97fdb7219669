"""A second invented survey, as each tool exports it now and as it did before, becomes a study."""

from collections import Counter

import pandas as pd
import pyreadstat
import pytest

import tool_exports as tools
from counted_study import counted
from resurvey.counts.crosstabs import crosstab
from resurvey.study.initialise import initialise

SEXES = ["Male", "Female"]
VISITS = ["Never", "Once a year", "Once a month", "Every day"]
TRUST = ["Not at all", "A little", "Somewhat", "Very much"]
MEDIA = ["Television", "Radio", "The internet"]
ITEMS = ["the police", "the courts", "the press"]
ASK = {
    "sex": "What is your gender?",
    "visits": "How often do you visit the library?",
    "trust": "How much do you trust",
    "media": "Which media do you use?",
    "age": "How old are you?",
    "note": "Anything else?",
}
PEOPLE = [
    {
        "sex": at % 2,
        "visits": (at * 7 + at // 5) % 4,
        "trust": [(at + item * at // 3) % 4 for item in range(3)],
        "media": [item for item in range(3) if (at >> item) & 1],
        "age": 18 + (at * 17) % 60,
        "note": f"own words {at}" if at % 9 == 0 else "",
    }
    for at in range(48)
]
COUNTS = Counter((VISITS[one["visits"]], SEXES[one["sex"]]) for one in PEOPLE)
CHOSEN = [sum(item in one["media"] for one in PEOPLE) for item in range(3)]


def _frame(words=False):
    """Columns of the survey: codes from 1, or words."""
    rows = []
    for one in PEOPLE:
        row = {
            "sex": SEXES[one["sex"]] if words else one["sex"] + 1.0,
            "visits": VISITS[one["visits"]] if words else one["visits"] + 1.0,
        }
        for item, answer in enumerate(one["trust"]):
            row[f"trust_{item + 1}"] = TRUST[answer] if words else answer + 1.0
        for item in range(3):
            row[f"media_{item + 1}"] = float(item in one["media"])
        rows.append({**row, "age": float(one["age"]), "note": one["note"]})
    return pd.DataFrame(rows)


LABELS = {
    "sex": ASK["sex"],
    "visits": ASK["visits"],
    **{f"trust_{at}": f"{ASK['trust']} {words}?" for at, words in enumerate(ITEMS, 1)},
    **{f"media_{at}": words for at, words in enumerate(MEDIA, 1)},
}
VALUES = {
    "sex": dict(enumerate(SEXES, 1)),
    "visits": dict(enumerate(VISITS, 1)),
    **{f"trust_{at}": dict(enumerate(TRUST, 1)) for at in (1, 2, 3)},
    **{f"media_{at}": {0: "not chosen", 1: "chosen"} for at in (1, 2, 3)},
}


def sav(folder, name="answers.sav", **options):
    pyreadstat.write_sav(
        _frame(), folder / name, column_labels=LABELS, variable_value_labels=VALUES, **options
    )
    return folder / name


def zsav(folder):
    return sav(folder, "answers.zsav", compress=True)


def dta(folder, version=15):
    path = folder / "answers.dta"
    pyreadstat.write_dta(
        _frame(), path, column_labels=LABELS, variable_value_labels=VALUES, version=version
    )
    return path


def old_dta(folder):
    return dta(folder, 8)


def parquet(folder):
    _frame(words=True).to_parquet(folder / "answers.parquet")
    return folder / "answers.parquet"


def parquet_of_categories(folder):
    frame = _frame(words=True)
    frame["visits"] = pd.Categorical(frame["visits"], VISITS, ordered=True)
    frame.to_parquet(folder / "answers.parquet")
    return folder / "answers.parquet"


def excel(folder):
    frame = _frame(words=True)
    rows = [list(frame.columns), *frame.astype("object").to_numpy().tolist()]
    return tools.write_workbook(folder / "answers.xlsx", {"Data": rows})


def csv(folder, separator=",", encoding="utf-8"):
    frame = _frame(words=True)
    frame.to_csv(folder / "answers.csv", index=False, sep=separator, encoding=encoding)
    return folder / "answers.csv"


def csv_of_excel(folder):
    return csv(folder, ";", "utf-8-sig")


def _marks(one, mark):
    return [mark(item) if item in one["media"] else "" for item in range(3)]


def qualtrics(folder, words=True):
    head = ["StartDate", "ResponseId", "sex", "visits"]
    head += [f"trust_{at}" for at in (1, 2, 3)] + [f"media_{at}" for at in (1, 2, 3)] + ["age"]
    texts = ["Start Date", "Response ID", ASK["sex"], ASK["visits"]]
    texts += [f"{ASK['trust']} - {words_}" for words_ in ITEMS]
    texts += [f"{ASK['media']} - Selected Choice - {words_}" for words_ in MEDIA]
    rows = [head, [*texts, ASK["age"]], [f'{{"ImportId":"QID{at}"}}' for at in range(len(head))]]
    for at, one in enumerate(PEOPLE):
        row = ["2024-02-03 10:00:00", f"R_{at * 7919:x}"]
        row += [SEXES[one["sex"]], VISITS[one["visits"]]]
        row += [TRUST[answer] for answer in one["trust"]]
        rows.append([*row, *_marks(one, lambda item: MEDIA[item]), str(one["age"])])
    return tools.write_rows(folder / "q.csv", rows, end="\n")


def qualtrics_tabs(folder):
    """The .tsv that Qualtrics writes in UTF-16."""
    rows = qualtrics(folder).read_text(encoding="utf-8-sig")
    import csv as plain

    lines = list(plain.reader(rows.splitlines()))
    return tools.write_rows(folder / "q.tsv", lines, separator="\t", encoding="utf-16")


def surveymonkey(folder, book=False, numbered=False):
    first = ["Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address"]
    first += [ASK["sex"], ASK["visits"], f"{ASK['trust']}?", "", "", ASK["media"], "", ""]
    second = [""] * 5 + ["Response", "Response", *ITEMS, *MEDIA]
    rows = [[*first, ASK["age"]], [*second, "Open-Ended Response"]]
    for at, one in enumerate(PEOPLE):
        day = f"02/03/2024 10:{at:02d}:00 AM"
        row = [str(11_000_000_000 + 37 * at), "4001", day, day, f"192.0.2.{at}"]
        row += [SEXES[one["sex"]], VISITS[one["visits"]], *(TRUST[a] for a in one["trust"])]
        rows.append(
            [*row, *_marks(one, lambda i: str(i + 1) if numbered else MEDIA[i]), str(one["age"])]
        )
    if book:
        return tools.write_workbook(folder / "m.xlsx", {"Sheet": rows})
    return tools.write_rows(folder / "m.csv", rows, end="\n", encoding="utf-8", all_=False)


def _form_rows(own, joined, end=""):
    head = [*own, ASK["sex"], ASK["visits"]]
    head += [f"{ASK['trust']} [{words}]" for words in ITEMS] + [ASK["media"], ASK["age"]]
    rows = [head]
    for at, one in enumerate(PEOPLE):
        media = joined.join(MEDIA[item] for item in one["media"])
        row = [value.format(at=at, clock=f"{at:02d}") for value in own.values()]
        row += [SEXES[one["sex"]], VISITS[one["visits"]], *(TRUST[a] for a in one["trust"])]
        rows.append([*row, media + (end if media else ""), str(one["age"])])
    return rows


GOOGLE = {"Timestamp": "2024/02/03 10:00:{clock} AM GMT+3"}
OLD_GOOGLE = {"Timestamp": "2/3/2012 10:00:{clock}", "Username": "anonymous"}
MICROSOFT = {
    "ID": "{at}",
    "Start time": "2/3/24 10:{clock}:00",
    "Completion time": "2/3/24 10:{clock}:30",
    "Email": "anonymous",
    "Name": "",
}
YANDEX = {"ID": "65b{at:03d}", "Время создания": "2024-02-03 10:00:{clock}"}


def google(folder):
    return tools.write_rows(folder / "g.csv", _form_rows(GOOGLE, ";"), end="\r\n")


def old_google(folder):
    return tools.write_rows(folder / "g.csv", _form_rows(OLD_GOOGLE, ", "), all_=False)


def microsoft(folder):
    return tools.write_workbook(folder / "f.xlsx", {"Form1": _form_rows(MICROSOFT, ";", ";")})


def yandex(folder):
    own = {"ID": "65b{at}f", "Время создания": YANDEX["Время создания"]}
    return tools.write_workbook(folder / "y.xlsx", {"Answers": _form_rows(own, ", ")})


def yandex_csv(folder):
    own = {"ID": "{at}9", "Время создания": YANDEX["Время создания"]}
    return tools.write_rows(folder / "y.csv", _form_rows(own, ", "), separator=";")


def limesurvey(folder, headings="code"):
    texts = {
        "id": "Response ID",
        "submitdate": "Date submitted",
        "sex": ASK["sex"],
        "visits": ASK["visits"],
        **{f"trust[{at}]": f"{ASK['trust']} [{words}]" for at, words in enumerate(ITEMS, 1)},
        **{f"media[{at}]": f"{ASK['media']} [{words}]" for at, words in enumerate(MEDIA, 1)},
        "age": ASK["age"],
    }
    parted = [f"{code}. {text}" for code, text in texts.items()]
    rows = [{"code": list(texts), "text": list(texts.values()), "codetext": parted}[headings]]
    for at, one in enumerate(PEOPLE, 1):
        row = [str(at), "2024-02-03 10:00:00", SEXES[one["sex"]], VISITS[one["visits"]]]
        row += [TRUST[answer] for answer in one["trust"]]
        row += ["Yes" if item in one["media"] else "No" for item in range(3)]
        rows.append([*row, str(one["age"])])
    return tools.write_rows(folder / "results-survey777.csv", rows)


def kobo(folder, joined=True):
    head = ["start", "end", ASK["sex"], ASK["visits"]]
    head += [f"{ASK['trust']} {words}?" for words in ITEMS]
    head += [ASK["media"]] * joined + [f"{ASK['media']}/{words}" for words in MEDIA]
    rows = [[*head, ASK["age"], "_id", "_uuid", "_submission_time", "_index"]]
    for at, one in enumerate(PEOPLE, 1):
        moment = f"2024-02-03T10:00:{at:02d}.000+06:00"
        row = [moment, moment, SEXES[one["sex"]], VISITS[one["visits"]]]
        row += [TRUST[answer] for answer in one["trust"]]
        row += [" ".join(MEDIA[item] for item in one["media"])] * joined
        row += [str(int(item in one["media"])) for item in range(3)]
        own = [str(31_000_000 + at), f"uuid-{at * 7919:x}", moment[:19], str(at)]
        rows.append([*row, str(one["age"]), *own])
    return tools.write_workbook(folder / "k.xlsx", {"Survey": rows})


FILES = {
    "SPSS": (sav, "sex", "visits", None),
    "SPSS compressed": (zsav, "sex", "visits", None),
    "Stata": (dta, "sex", "visits", None),
    "Stata of 2003": (old_dta, "sex", "visits", None),
    "Parquet": (parquet, "sex", "visits", None),
    "Parquet of categories": (parquet_of_categories, "sex", "visits", None),
    "Excel": (excel, "sex", "visits", None),
    "CSV": (csv, "sex", "visits", None),
    "CSV of Excel in Europe": (csv_of_excel, "sex", "visits", None),
    "Qualtrics": (qualtrics, "sex", "visits", "media"),
    "Qualtrics with tabs": (qualtrics_tabs, "sex", "visits", "media"),
    "SurveyMonkey": (surveymonkey, "q1", "q2", "q4"),
    "SurveyMonkey as workbook": (lambda at: surveymonkey(at, book=True), "q1", "q2", "q4"),
    "SurveyMonkey with numbers": (lambda at: surveymonkey(at, numbered=True), "q1", "q2", "q4"),
    "Google": (google, ASK["sex"], ASK["visits"], None),
    "Google of 2012": (old_google, ASK["sex"], ASK["visits"], None),
    "Microsoft": (microsoft, ASK["sex"], ASK["visits"], None),
    "Yandex": (yandex, ASK["sex"], ASK["visits"], None),
    "Yandex as CSV": (yandex_csv, ASK["sex"], ASK["visits"], None),
    "LimeSurvey": (limesurvey, "sex", "visits", None),
    "LimeSurvey wordings": (lambda at: limesurvey(at, "text"), ASK["sex"], ASK["visits"], None),
    "LimeSurvey both": (lambda at: limesurvey(at, "codetext"), "sex", "visits", None),
    "Kobo": (kobo, ASK["sex"], ASK["visits"], ASK["media"]),
    "Kobo without the joined column": (
        lambda at: kobo(at, joined=False),
        ASK["sex"],
        ASK["visits"],
        None,
    ),
}
"""Export -> its file, the group, the question, and the set of options where the file shows it."""


@pytest.mark.slow
@pytest.mark.parametrize("export", FILES)
def test_export_of_now_and_before_becomes_a_study_with_the_right_counts(tmp_path, export):
    make, group, question, options = FILES[export]
    guess = initialise(make(tmp_path), tmp_path / "study")
    assert guess.groups[0] == group
    _, survey, tables = counted(tmp_path / "study")
    assert len(survey.data) == len(PEOPLE)
    variable = survey.codebook[question]
    assert [variable.answer(code) for code in variable.answers] == VISITS
    assert variable.measure == "ordinal"
    counts = crosstab(survey, rows=question, columns=group).counts
    other = survey.codebook[group]
    found = {
        (variable.answer(row), other.answer(column)): int(counts.loc[row, column])
        for row in counts.index
        for column in counts.columns
        if counts.loc[row, column]
    }
    assert found == COUNTS
    rows = [table["rows"] for table in tables.values()]
    # Three items of trust share a table, and so do the options that are columns of their own.
    assert any(len(one) == 3 and group not in one for one in rows)
    assert [question] in rows
    assert not any(name in row for row in sum(rows, []) for name in ("Date", "Address", "_id"))
    if options:
        assert [options] in rows
        items = survey.codebook.multiple_response[options]["variable_list"]
        assert [int((survey.data[item] == 1).sum()) for item in items] == CHOSEN
    assert "own words" not in survey.codebook.to_json()
