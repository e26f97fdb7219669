"""LimeSurvey: the two files for SPSS, results as .csv, and the structure."""

from tool_exports.people import (
    JOB,
    LANGUAGES,
    QUESTIONS,
    SEX,
    chosen,
    number,
    people,
    write_rows,
)


def limesurvey_spss(folder, number_=123456):
    """`survey_N_SPSS_syntax_file.sps` and `survey_N_SPSS_data_file.dat`."""
    variables = [
        ("id", "F7", "id", {}, ""),
        ("submitdate", "DATETIME23.2", "submitdate", {}, ""),
        ("sex", "F1", QUESTIONS["sex"][0], {str(c): w[0] for c, w in SEX.items()}, ""),
        ("works", "F1", QUESTIONS["works"][0], {"1": "Да", "2": "Нет"}, ""),
        ("job", "A2", QUESTIONS["job"][0], {c: w[0] for c, w in JOB.items()}, "ORDINAL"),
        *(
            (
                f"langs_{code}",
                "F1",
                f"[{words[0]}] {QUESTIONS['langs'][0]}",
                {"1": "Да", "0": "Не отмечено"},
                "",
            )
            for code, words in LANGUAGES.items()
        ),
        ("langs_other", "A10", f"[Другое] {QUESTIONS['langs'][0]}", {}, ""),
        ("age", "F3.2", QUESTIONS["age"][0], {}, "SCALE"),
        ("pay", "F8.7", QUESTIONS["pay"][0], {}, "SCALE"),
        ("note", "A25", QUESTIONS["note"][0], {}, ""),
    ]
    lines = ["*$Rev: 121017 $ complete 2.", "SET UNICODE=ON.", "SHOW LOCALE."]
    lines += ["PRESERVE LOCALE.", "SET LOCALE='en_UK'.", "GET DATA", " /TYPE=TXT"]
    lines += [f" /FILE='survey_{number_}_SPSS_data_file.dat'", " /DELCASE=LINE"]
    lines += [' /DELIMITERS=","', ' /QUALIFIER="\'"', " /ARRANGEMENT=DELIMITED"]
    lines += [" /FIRSTCASE=1", " /IMPORTCASE=ALL", " /VARIABLES="]
    lines += [f" V{at} {kind}" for at, (_, kind, *_) in enumerate(variables, 1)]
    lines[-1] += "."
    lines += ["CACHE.", "EXECUTE.", "*Define Variable Properties."]
    for at, (_, _, label, _, _) in enumerate(variables, 1):
        parts = [label[start : start + 20] for start in range(0, len(label), 20)]
        lines.append(f'VARIABLE LABELS V{at} "' + '"+\n"'.join(parts) + '".')
    lines.append("*Define Value labels.")
    for at, (_, _, _, values, _) in enumerate(variables, 1):
        if values:
            lines.append(f"VALUE LABELS  V{at}")
            codes = [code if code.isdigit() else f'"{code}"' for code in values]
            rows = [f' {code} "{word}"' for code, word in zip(codes, values.values(), strict=True)]
            lines += [*rows[:-1], rows[-1] + "."]
    lines += [
        f"VARIABLE LEVEL V{at}({level})." for at, (*_, level) in enumerate(variables, 1) if level
    ]
    lines += [f"RENAME VARIABLE ( V{at} = {one[0]} )." for at, one in enumerate(variables, 1)]
    lines.append("RESTORE LOCALE.")
    syntax = folder / f"survey_{number_}_SPSS_syntax_file.sps"
    syntax.write_bytes(b"\xef\xbb\xbf" + "\n".join(lines).encode())
    text = ""
    for at, person in enumerate(people(), 1):
        year, month, day = person["met"].split("-")
        spoken = chosen(person)
        fields = [
            str(at),
            f"{day}-{month}-{year} 10:00:00",
            str(person["sex"]),
            {"Y": "1", "N": "2"}[person["works"]],
            person["job"],
            *("1" if code in spoken else "0" if spoken else "" for code in LANGUAGES),
            person["other"],
            number(person["age"]),
            number(person["pay"]),
            person["note"],
        ]
        quoted = ("'" + field.replace("'", "''") + "'" if field else "" for field in fields)
        text += ",".join(quoted) + "\n"
    data = folder / f"survey_{number_}_SPSS_data_file.dat"
    data.write_bytes(b"\xef\xbb\xbf" + text.encode())
    return data


def limesurvey_csv(folder, answers="codes", headings="code", name="results-survey123456.csv"):
    """`results-surveyN.csv` with codes or full answers under codes or wordings."""
    full = answers == "full"
    options = [
        (f"langs[{code}]", f"{QUESTIONS['langs'][0]} [{words[0]}]")
        for code, words in LANGUAGES.items()
    ]
    columns = [("id", "Response ID"), ("submitdate", "Date submitted")]
    columns += [(key, QUESTIONS[key][0]) for key in ("sex", "works", "job")]
    columns += [*options, ("langs[other]", f"{QUESTIONS['langs'][0]} [Другое]")]
    columns += [(key, QUESTIONS[key][0]) for key in ("age", "pay", "note")]
    kinds = {"code": 0, "text": 1}
    if headings == "codetext":
        header = [f"{code}. {text}" for code, text in columns]
    else:
        header = [one[kinds[headings]] for one in columns]
    rows = [header]
    for at, person in enumerate(people(), 1):
        spoken = chosen(person)
        yes, no, absent = ("Да", "Нет", "N/A") if full else ("Y", "", "")
        rows.append(
            [
                str(at),
                f"{person['met']} 10:00:00",
                SEX[person["sex"]][0] if full else str(person["sex"]),
                {"Y": "Да", "N": "Нет"}[person["works"]] if full else person["works"],
                (JOB[person["job"]][0] if full else person["job"]) if person["job"] else "",
                *(yes if code in spoken else no if spoken else absent for code in LANGUAGES),
                person["other"],
                number(person["age"]),
                number(person["pay"]),
                person["note"],
            ]
        )
    return write_rows(folder / name, rows)


def limesurvey_lss(folder, version="new", name="limesurvey_survey_123456.lss"):
    """`limesurvey_survey_N.lss` as versions before 4 ("old") and since ("new") write it."""
    types = {"sex": "L", "works": "Y", "job": "!", "langs": "M", "age": "N", "pay": "N"}
    types |= {"note": "T"}
    languages = {"ru": 0, "en": 1}
    questions, parts, answers, texts, answer_texts = [], [], [], [], []

    def worded(row, key, label):
        """Add a row with its wording in both ways."""
        if version == "new":
            for language, at in languages.items():
                texts.append({"qid": row["qid"], "question": label[at], "language": language})
            return [row]
        return [{**row, key: label[at], "language": code} for code, at in languages.items()]

    for at, (code, kind) in enumerate(types.items(), 1):
        # A question's wording is HTML; the order of the rows is not that of the questionnaire.
        label = [f"<p>{words} </p>\n" for words in QUESTIONS[code]]
        row = {
            "qid": str(at),
            "parent_qid": "0",
            "gid": "7",
            "type": kind,
            "title": code,
            "other": "Y" if code == "langs" else "N",
            "question_order": str(at),
            "relevance": 'works == "Y"' if code == "job" else "1",
        }
        questions += worded(row, "question", label)
    for at, (code, words) in enumerate(LANGUAGES.items(), 1):
        row = {
            "qid": str(100 + at),
            "parent_qid": "4",
            "gid": "7",
            "type": "M",
            "title": code,
            "scale_id": "0",
            "question_order": str(at),
            "relevance": "1",
        }
        parts += worded(row, "question", words)
    for qid, choices in (("1", SEX), ("3", JOB)):
        for at, (code, words) in enumerate(choices.items(), 1):
            row = {"qid": qid, "code": str(code), "sortorder": str(at), "scale_id": "0"}
            if version == "new":
                aid = f"{qid}0{at}"
                answers.append({"aid": aid, **row})
                answer_texts += [
                    {"aid": aid, "answer": words[index], "language": language}
                    for language, index in languages.items()
                ]
            else:
                answers += [
                    {**row, "answer": words[index], "language": language}
                    for language, index in languages.items()
                ]
    tables = {
        "answers": answers[::-1],
        "groups": [{"gid": "7", "group_order": "0", "grelevance": ""}],
        "questions": questions[::-1],
        "subquestions": parts[::-1],
        "surveys_languagesettings": [{"surveyls_title": "Опрос", "surveyls_language": "ru"}],
    }
    if version == "new":
        tables |= {"question_l10ns": texts, "answer_l10ns": answer_texts}
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<document>"]
    lines += [" <LimeSurveyDocType>Survey</LimeSurveyDocType>", " <DBVersion>480</DBVersion>"]
    lines += [" <languages><language>ru</language><language>en</language></languages>"]
    for table, rows in tables.items():
        fields = "".join(f"<fieldname>{key}</fieldname>" for key in rows[0])
        lines += [f" <{table}>", f"  <fields>{fields}</fields>", "  <rows>"]
        for row in rows:
            cells = "".join(f"<{key}><![CDATA[{value}]]></{key}>" for key, value in row.items())
            lines.append(f"   <row>{cells}</row>")
        lines += ["  </rows>", f" </{table}>"]
    path = folder / name
    path.write_text("\n".join([*lines, "</document>"]), encoding="utf-8")
    return path
