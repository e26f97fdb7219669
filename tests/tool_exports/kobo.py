"""KoboToolbox and ODK: the form, the answers, and the labels for SPSS."""

import zipfile

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


def kobo_form(folder, name="form.xlsx"):
    """An XLSForm in two languages."""
    survey = [["type", "name", "label::Русский (ru)", "label::English (en)", "relevant"]]

    def question(kind, key, relevant=""):
        survey.append([kind, key, *QUESTIONS[key], relevant])

    survey.append(["start", "start", "", "", ""])
    survey.append(["begin_group", "about", "О Вас", "About you", ""])
    question("select_one sex", "sex")
    question("select_one yes_no", "works")
    question("select_one job", "job", "${works} = 'yes'")
    survey.append(["end_group", "", "", "", ""])
    question("select_multiple langs or_other", "langs")
    question("integer", "age")
    question("decimal", "pay")
    question("text", "note")
    question("date", "met")
    survey.append(["note", "thanks", "Спасибо", "Thank you", ""])
    survey.append(["begin_repeat", "children", "Дети", "Children", ""])
    survey.append(["integer", "child_age", "Возраст", "Age", ""])
    survey.append(["end_repeat", "", "", "", ""])
    choices = [["list_name", "name", "label::Русский (ru)", "label::English (en)"]]
    choices += [["sex", str(code), *words] for code, words in SEX.items()]
    choices += [["yes_no", "yes", "Да", "Yes"], ["yes_no", "no", "Нет", "No"]]
    choices += [["job", code, *words] for code, words in JOB.items()]
    choices += [["langs", code, *words] for code, words in LANGUAGES.items()]
    settings = [["form_title", "default_language"], ["Опрос", "Русский (ru)"]]
    sheets = {"survey": survey, "choices": choices, "settings": settings}
    return write_workbook(folder / name, sheets)


def kobo_rows(answers="xml", multiple="both", groups=False, hashtags=True, mark="/"):
    """Headings and rows of KoboToolbox' data export, its parts joined by a mark."""
    labels = answers == "labels"
    title = {key: QUESTIONS[key][0] if labels else key for key in QUESTIONS}
    if groups and not labels:
        title |= {key: f"about{mark}{key}" for key in ("sex", "works", "job")}
    option = {code: words[0] if labels else code for code, words in LANGUAGES.items()}
    option["other"] = "Other" if labels else "other"
    header = ["start", title["sex"], title["works"], title["job"]]
    header += [title["langs"]] * (multiple in ("both", "text"))
    if multiple in ("both", "columns"):
        header += [f"{title['langs']}{mark}{words}" for words in option.values()]
    header += ["langs_other", *(title[key] for key in ("age", "pay", "note", "met"))]
    header += ["_id", "_uuid", "_submission_time"]
    rows = [header]
    if hashtags:
        rows.append(["", "#sex", *[""] * (len(header) - 2)])
    for at, person in enumerate(people(), 1):
        spoken = chosen(person)
        yes_no = {"Y": ("Да", "yes"), "N": ("Нет", "no")}[person["works"]]
        row = ["2022-10-03T10:00:00.000+06:00"]
        row += [SEX[person["sex"]][0] if labels else str(person["sex"])]
        row += [yes_no[0 if labels else 1]]
        row += [JOB[person["job"]][0] if labels and person["job"] else person["job"]]
        joined = " ".join(option[code] for code in spoken)
        row += [joined] * (multiple in ("both", "text"))
        if multiple in ("both", "columns"):
            row += ["" if not spoken else str(int(code in spoken)) for code in option]
        row += [person["other"], number(person["age"]), number(person["pay"])]
        row += [person["note"], person["met"], str(500 + at), f"uuid-{at}", "2022-10-03T04:00:00"]
        rows.append(row)
    return rows


def kobo_csv(folder, name="data.csv", **options):
    return write_rows(folder / name, kobo_rows(**options), separator=";", encoding="utf-8")


def kobo_xlsx(folder, name="data.xlsx", **options):
    rows = kobo_rows(**options)
    return write_workbook(folder / name, {"Опрос": rows})


def kobo_syntax(folder, name="labels.zip"):
    """The zip of "SPSS labels", one file a language."""
    path = folder / name
    with zipfile.ZipFile(path, "w") as archive:
        for language, at in (("Русский (ru)", 0), ("English (en)", 1)):
            labels = [(key, words[at]) for key, words in QUESTIONS.items()]
            place = [key for key, _ in labels].index("langs") + 1
            labels[place:place] = [
                (f"langs_{code}", f"{QUESTIONS['langs'][at]} :: {words[at]}")
                for code, words in LANGUAGES.items()
            ]
            lines = ["VARIABLE LABELS"]
            for number_, (key, words) in enumerate(labels):
                # Long lines are wrapped inside of a text.
                words = words.replace("'", "''")
                cut = len(words) // 2
                lines.append(f"{' /' if number_ else '  '}{key} '{words[:cut]}'")
                lines.append(f" + '{words[cut:]}'")
            lines += [" .", "VALUE LABELS"]
            lists = {
                "sex": {str(code): words[at] for code, words in SEX.items()},
                "works": {"yes": ("Да", "Yes")[at], "no": ("Нет", "No")[at]},
                "job": {code: words[at] for code, words in JOB.items()},
            }
            for number_, (key, values) in enumerate(lists.items()):
                lines.append(f"{' /' if number_ else '  '}{key}")
                lines += [f" '{code}' '{words}'" for code, words in values.items()]
            archive.writestr(f"Опрос - {language}.sps", "\r\n".join([*lines, " ."]))
    return path
