"""A second transcription of the article: its tables and prose decimals, read by machine.

The first transcription, `cells.csv` and `claims.csv`, was typed by a reader. This one knows nothing
of it: it finds captions, headings and rows in the text of the article. Run it with the path of the
text and of a folder to write the second transcription anew:

    python tests/reference/parse_article.py ARTICLE.txt resources/published/2022
"""

import csv
import re
import sys
from dataclasses import dataclass
from pathlib import Path

CELL_COLUMNS = ("table", "question", "row", "column", "printed")
DECIMAL_COLUMNS = ("position", "printed")

_CAPTION = re.compile(r"Таблица (?P<number>\d+)\. (?P<title>.*)")
_HEADING = re.compile(r"(?:Сектор экономики|(?:Вопрос )?Вариант ответа) (?P<columns>.+)")
_COLUMN = re.compile(r"По всем опрошенным|Мужчины|Женщины|В России|В Кыргызстане|Разница|%")
_ROW = re.compile(r"(?P<label>\D.*?|\d+\. .*?)(?P<values>(?: [+-]?\d+(?:,\d+)?)+)")
_END = re.compile(r"Составлено по:")
_DECIMAL = re.compile(r"(?<![\d,.])\d+,\d+(?![\d,])")

#: Words of a caption or a printed question, and the short name of the variable it asks for.
_VARIABLES = (
    ("В каком секторе", "sector"),
    ("соответствует Вашим знаниям", "job_fit"),
    ("в целом удовлетворяет Вас", "job_satisfaction"),
    ("возможности для обеспечения семьи", "family_provision"),
    ("Вы материально обеспечены", "material_position"),
    ("экологическая ситуация", "ecology"),
    ("проведения отпуска", "vacation"),
    ("проведения свободного времени", "leisure"),
    ("физкультурой и спортом", "sport"),
    ("отношения в семье", "family_relations"),
    ("непосредственными руководителями", "manager_relations"),
    ("отношения с коллегами", "colleague_relations"),
    ("повторную миграцию в Россию", "remigration_plan"),
    ("Оправдание ожиданий", "expectations_met"),
)


@dataclass(frozen=True)
class Cell:
    """One number of a table, as the text of the article has it."""

    table: str
    question: str
    row: str
    column: str
    printed: str


def parse_cells(text: str) -> list[Cell]:
    """Find every number of every table.

    Examples
    --------
    >>> parse_cells('''Таблица 9. Оправдание ожиданий
    ... Вариант ответа Мужчины Женщины
    ... Да 29,5 20,5
    ... Составлено по: ...''')[1]
    Cell(table='table_9', question='expectations_met', row='Да', column='Женщины', printed='20,5')
    """
    tables: dict[int, list[Cell]] = {}
    for number, lines in _table_lines(text):
        tables[number] = _parse_table(number, lines)
    return [cell for number in sorted(tables) for cell in tables[number]]


def parse_decimals(text: str) -> list[str]:
    """Find every number with a decimal comma that stands in the prose, in its order.

    Examples
    --------
    >>> parse_decimals("SPSS 22.0 (табл. 2, 3): 59,2%, 48,6 и 39,0%")
    ['59,2', '48,6', '39,0']
    """
    return _DECIMAL.findall("\n".join(_prose_lines(text)))


def _table_lines(text: str) -> list[tuple[int, list[str]]]:
    found: list[tuple[int, list[str]]] = []
    inside = False
    for line in map(str.strip, text.splitlines()):
        if caption := _CAPTION.fullmatch(line):
            found.append((int(caption["number"]), [caption["title"]]))
            inside = True
        elif inside and _END.match(line):
            inside = False
        elif inside and line:
            found[-1][1].append(line)
    return found


def _prose_lines(text: str) -> list[str]:
    prose: list[str] = []
    inside = False
    for line in map(str.strip, text.splitlines()):
        if _CAPTION.fullmatch(line):
            inside = True
        elif inside and _END.match(line):
            inside = False
        elif not inside:
            prose.append(line)
    return prose


def _parse_table(number: int, lines: list[str]) -> list[Cell]:
    cells: list[Cell] = []
    columns: list[str] = []
    words: list[str] = []
    question = ""
    for line in lines:
        if not columns:
            heading = _HEADING.fullmatch(line)
            if heading:
                columns = _COLUMN.findall(heading["columns"])
            else:
                words.append(line)
            continue
        row = _ROW.fullmatch(line)
        if row is None:
            # A question's words start anew once the rows of the one before have been read.
            words = [*words, line] if question == "" else [line]
            question = ""
            continue
        values = row["values"].split()
        if len(values) != len(columns):
            raise ValueError(f"table {number}, {line!r}: {len(columns)} columns are expected")
        question = question or _variable(" ".join(words))
        cells.extend(
            Cell(f"table_{number}", question, row["label"], column, value)
            for column, value in zip(columns, values, strict=True)
        )
    return cells


def _variable(words: str) -> str:
    # The last question named wins: a caption may speak of its table's several questions at once.
    found = [(words.rfind(phrase), name) for phrase, name in _VARIABLES if phrase in words]
    if not found:
        raise ValueError(f"no variable is known for the question {words!r}")
    return max(found)[1]


def write(text: str, folder: Path) -> None:
    """Write `cells_parsed.csv` and `decimals_parsed.csv` into a folder."""
    with open(folder / "cells_parsed.csv", "w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(CELL_COLUMNS)
        writer.writerows(
            [getattr(cell, name) for name in CELL_COLUMNS] for cell in parse_cells(text)
        )
    with open(folder / "decimals_parsed.csv", "w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(DECIMAL_COLUMNS)
        writer.writerows(enumerate(parse_decimals(text), start=1))


if __name__ == "__main__":
    write(Path(sys.argv[1]).read_text(encoding="utf-8"), Path(sys.argv[2]))
