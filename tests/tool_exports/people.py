"""The invented survey itself, and plain files of rows."""

import csv
import io

import xlsxwriter

SEX = {1: ("Мужской", "Male"), 2: ("Женский", "Female")}
# The questionnaire offers the answers in this order, which is not that of the codes.
JOB = {"A3": ("Плохая", "Bad"), "A1": ("Хорошая", "Good"), "A2": ("Так себе", "So-so")}
LANGUAGES = {
    "ru": ("русский", "Russian"),
    "ky": ("кыргызский, свободно", "Kyrgyz, fluent"),
    "en": ("английский", "English"),
}
QUESTIONS = {
    "sex": ("Ваш пол?", "Your sex?"),
    "works": ("Вы работаете?", "Do you work?"),
    "job": ("Какая у Вас работа?", "How is your job?"),
    "langs": ("На каких языках Вы говорите?", "Which languages do you speak?"),
    "age": ("Сколько Вам лет?", "How old are you?"),
    "pay": ("Ваш доход, тыс.", "Your income, thousands"),
    "note": ("Что ещё?", "What else?"),
    "met": ("Дата встречи", "Date of the meeting"),
}
# Two people do not work and were not asked about the job; one speaks none of the languages;
# one answered nothing about languages; "NA" and "None" are what people wrote.
PEOPLE = [
    ("00012", 1, "Y", "A1", "ru ky", "", 34, 12.5, "Да, it's ok", "2022-10-03"),
    ("00013", 2, "Y", "A2", "ru", "", 51, 1234.75, "NA", "2022-10-03"),
    ("00014", 2, "N", "", "ky", "узбекский", 27, 0.5, 'сказала "нет"', "2022-10-04"),
    ("00015", 1, "Y", "A3", "en ru", "", 60, None, "None", "2022-10-04"),
    ("00016", 1, "N", "", "", "дари", None, 40, "", "2022-10-05"),
    ("00017", 2, "Y", "A1", "", "", 19, 7, "<script>alert(1)</script>", "2022-10-13"),
]
NAMES = ("id", "sex", "works", "job", "langs", "other", "age", "pay", "note", "met")


def people():
    """People as dicts by question."""
    return [dict(zip(NAMES, one, strict=True)) for one in PEOPLE]


def chosen(person):
    """Languages of a person, as codes; "other" where words were written."""
    return person["langs"].split() + (["other"] if person["other"] else [])


def number(value):
    return "" if value is None else f"{value:g}"


def write_rows(path, rows, separator=",", quote='"', end="\r\n", encoding="utf-8-sig", all_=True):
    """Write rows of text as the tools do, every field in quotation marks."""
    stream = io.StringIO()
    quoting = csv.QUOTE_ALL if all_ else csv.QUOTE_MINIMAL
    writer = csv.writer(
        stream, delimiter=separator, quotechar=quote, lineterminator=end, quoting=quoting
    )
    writer.writerows(rows)
    path.write_bytes(stream.getvalue().encode(encoding))
    return path


def write_workbook(path, sheets, hidden=()):
    """Write sheets of rows; text stays text, numbers are numbers."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for line, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, str):
                        sheet.write_string(line, column, value)
                    elif value is not None:
                        sheet.write(line, column, value)
            if name in hidden:
                sheet.hide()
    return path


def change_cell(path, row, column, value, separator=","):
    """Write one cell of a text file anew; rows and columns are counted from 0."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream, delimiter=separator))
    rows[row][column] = value
    return write_rows(path, rows, separator)
