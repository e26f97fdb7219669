"""Qualtrics, SurveyMonkey, and the forms of Google and Yandex."""

import json

from tool_exports.people import (
    JOB,
    LANGUAGES,
    QUESTIONS,
    SEX,
    chosen,
    number,
    people,
    write_rows,
    write_workbook,
)


def qualtrics_csv(folder, values="numbers", packed=False, name="qualtrics.csv"):
    """A .csv with three rows of headings."""
    numbers = values == "numbers"
    title = QUESTIONS["langs"][0]
    columns = [("StartDate", "Start Date", "startDate"), ("ResponseId", "Response ID", "_recordId")]
    columns += [(key, QUESTIONS[key][0], f"QID{at}") for at, key in enumerate(("sex", "job"), 1)]
    if packed:
        columns.append(("langs", f"{title} - Selected Choice", "QID4"))
    else:
        columns += [
            (f"langs_{at}", f"{title} - Selected Choice - {words[0]}", f"QID4_{at}")
            for at, words in enumerate(LANGUAGES.values(), 1)
        ]
        columns.append(("langs_4", f"{title} - Selected Choice - Другое", "QID4_4"))
    columns.append(("langs_4_TEXT", f"{title} - Другое - Text", "QID4_4_TEXT"))
    columns += [(key, QUESTIONS[key][0], f"QID9_{key}") for key in ("age", "pay", "note")]
    # Qualtrics' page: three rows – identifiers, wording, import identifiers as JSON.
    rows = [[one[0] for one in columns], [one[1] for one in columns]]
    rows.append([json.dumps({"ImportId": one[2]}) for one in columns])
    jobs = list(JOB)
    for person in people():
        spoken = chosen(person)
        words = [one[0] for one in LANGUAGES.values()] + ["Другое"]
        marks = [
            ("1" if numbers else words[at]) if code in spoken else ""
            for at, code in enumerate([*LANGUAGES, "other"])
        ]
        joined = ",".join(str(at) for at, mark in enumerate(marks, 1) if mark)
        job = str(jobs.index(person["job"]) + 1) if person["job"] else ""
        rows.append(
            [
                f"{person['met']} 10:00:00",
                f"R_{person['id']}",
                str(person["sex"]) if numbers else SEX[person["sex"]][0],
                job if numbers else (JOB[person["job"]][0] if person["job"] else ""),
                *([joined] if packed else marks),
                person["other"],
                number(person["age"]),
                number(person["pay"]),
                person["note"],
            ]
        )
    return write_rows(folder / name, rows, end="\n", encoding="utf-8-sig")


def surveymonkey_rows(values="words"):
    """Two rows of headings, the first over the first column of a question only."""
    words = values == "words"
    own = ["Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address"]
    first = [*own, QUESTIONS["sex"][0], QUESTIONS["job"][0], QUESTIONS["langs"][0]]
    first += ["", "", "", QUESTIONS["age"][0], QUESTIONS["note"][0]]
    second = ["", "", "", "", "", "Response", "Response"]
    second += [*(one[0] for one in LANGUAGES.values()), "Other (please specify)"]
    second += ["Open-Ended Response", "Open-Ended Response"]
    rows = [first, second]
    jobs = list(JOB)
    for at, person in enumerate(people(), 1):
        spoken = chosen(person)
        day = "10/03/2022 10:00:00 AM"
        row = [str(11800000000 + at), "400", day, day, "192.0.2.1"]
        row += [SEX[person["sex"]][0] if words else str(person["sex"])]
        job = JOB[person["job"]][0] if person["job"] else ""
        row += [job if words or not job else str(jobs.index(person["job"]) + 1)]
        row += [
            (option[0] if words else str(place)) if code in spoken else ""
            for place, (code, option) in enumerate(LANGUAGES.items(), 1)
        ]
        row += [person["other"], number(person["age"]), person["note"]]
        rows.append(row)
    return rows


def surveymonkey_csv(folder, name="monkey.csv", **options):
    return write_rows(
        folder / name, surveymonkey_rows(**options), end="\n", encoding="utf-8", all_=False
    )


def surveymonkey_xlsx(folder, name="monkey.xlsx", **options):
    return write_workbook(folder / name, {"Sheet": surveymonkey_rows(**options)})


def forms_csv(folder, name="forms.csv"):
    """Headings are the questions; chosen options are joined, with words of one's own at the end."""
    rows = [["Отметка времени", *(QUESTIONS[key][0] for key in ("sex", "job", "langs", "age"))]]
    for person in people():
        spoken = [LANGUAGES[code][0] for code in person["langs"].split()]
        spoken += [person["other"]] if person["other"] else []
        year, month, day = person["met"].split("-")
        rows.append(
            [
                f"{day}.{month}.{year} 10:00:00",
                SEX[person["sex"]][0],
                JOB[person["job"]][0] if person["job"] else "",
                ", ".join(spoken),
                number(person["age"]),
            ]
        )
    return write_rows(folder / name, rows, end="\n", encoding="utf-8", all_=False)


FORMS_CODEBOOK = {
    "variables": {
        "when": {"source": "Отметка времени", "date": "%d.%m.%Y %H:%M:%S"},
        "sex": {"source": "Ваш пол?", "codes": {1: "Мужской", 2: "Женский"}},
        "job": {
            "source": "Какая у Вас работа?",
            "codes": {3: "Плохая", 1: "Хорошая", 2: "Так себе"},
        },
        "age": {"source": "Сколько Вам лет?", "measure": "scale"},
    },
    "multiple_response": {
        "langs": {
            "joined": "На каких языках Вы говорите?",
            "options": {code: words[0] for code, words in LANGUAGES.items()},
            "open": True,
        }
    },
}
