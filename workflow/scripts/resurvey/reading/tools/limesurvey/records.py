"""Records of a LimeSurvey structure file: its tables, joined across versions and languages."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import Element

from resurvey.core.codebook import Labels
from resurvey.core.errors import SurveyError
from resurvey.reading.tools.languages import language_code
from resurvey.reading.tools.markup import plain_words, read_xml

Row = dict[str, str]


@dataclass
class Question:
    """A question or one of its subquestions.

    Attributes
    ----------
    qid, code, type : str
        Number, code and type (one letter) of the question.
    label : dict of str
        Wording by language.
    other : bool
        Whether an answer of one's own may be written.
    routing : str
        Condition under which it is asked, those of its group included.
    scale : int
        Axis of a subquestion in a two-dimensional array.
    answers : dict of (scale -> code -> labels)
        Lists of answers in their order.
    parts : list of Question
        Subquestions in their order.
    """

    qid: str
    code: str
    type: str
    label: Labels
    other: bool = False
    routing: str = ""
    scale: int = 0
    answers: dict[int, dict[str, Labels]] = field(default_factory=dict)
    parts: list["Question"] = field(default_factory=list)


@dataclass
class Structure:
    """What a structure file holds: questions in the order of the questionnaire, and its title."""

    questions: list[Question]
    title: str = ""


def read_records(path: Path) -> Structure:
    """Read an ``.lss`` file of any version.

    Before version 4 a question and an answer have one row a language; since then their texts
    stand in tables of their own (``question_l10ns``, ``answer_l10ns``).

    Raises
    ------
    SurveyError
        For XML that cannot be trusted, another document, and a question without a code.
    """
    root = read_xml(path)
    kind = root.findtext("LimeSurveyDocType", "").strip()
    if root.tag != "document" or kind != "Survey":
        raise SurveyError(
            f"{path}: this is no LimeSurvey survey structure ({kind or root.tag!r}); export the "
            "survey as 'Survey structure (.lss)'"
        )
    order = [one.text or "" for one in root.iterfind("languages/language")]
    tables = {table.tag: _rows(table, order) for table in root if table.find("rows") is not None}
    if not tables.get("questions"):
        raise SurveyError(f"{path}: the structure holds no questions; export it anew")
    groups = _groups(tables)
    questions = _questions(path, tables, "questions")
    parts = _questions(path, tables, "subquestions")
    _attach_answers(tables, questions)
    places: dict[str, tuple[int, int]] = {}
    for row in tables["questions"]:
        place, relevance = groups.get(row.get("gid", ""), (0, ""))
        places.setdefault(row["qid"], (place, _number(row.get("question_order"))))
        question = questions[row["qid"]]
        question.routing = joined_conditions([relevance, row.get("relevance", "")])
    part_order = {
        row["qid"]: (_number(row.get("scale_id")), _number(row.get("question_order")))
        for row in tables.get("subquestions", [])
    }
    for row in tables.get("subquestions", []):
        parent, part = questions.get(row.get("parent_qid", "")), parts[row["qid"]]
        if parent is not None and part not in parent.parts:
            part.scale = _number(row.get("scale_id"))
            part.routing = joined_conditions([parent.routing, row.get("relevance", "")])
            parent.parts.append(part)
    for question in questions.values():
        question.parts.sort(key=lambda one: part_order[one.qid])
    ordered = sorted(questions.values(), key=lambda one: places[one.qid])
    settings = tables.get("surveys_languagesettings", [{}])
    return Structure(ordered, plain_words(settings[0].get("surveyls_title", "")))


def joined_conditions(conditions: Iterable[str]) -> str:
    """Join conditions that must all hold; "1" and the empty one always do.

    Examples
    --------
    >>> joined_conditions(["1", "a == 1", ""]), joined_conditions(["a == 1", "b > 2"])
    ('a == 1', '(a == 1) and (b > 2)')
    """
    real = [one.strip() for one in conditions if one.strip() not in ("", "1")]
    return real[0] if len(real) == 1 else " and ".join(f"({one})" for one in real)


def _rows(table: Element, languages: list[str]) -> list[Row]:
    """Rows of a table as text by column, those of the survey's first language first."""
    rows = [
        {cell.tag: (cell.text or "").strip() for cell in row} for row in table.iterfind("rows/row")
    ]
    place = {language: at for at, language in enumerate(languages)}
    return sorted(rows, key=lambda row: place.get(row.get("language", ""), len(place)))


def _number(text: str | None) -> int:
    return int(text) if text and text.lstrip("-").isdigit() else 0


def _groups(tables: dict[str, list[Row]]) -> dict[str, tuple[int, str]]:
    """Order and condition of the groups of questions."""
    return {
        row["gid"]: (_number(row.get("group_order")), row.get("grelevance", ""))
        for row in tables.get("groups", [])
        if "gid" in row
    }


def _texts(
    tables: dict[str, list[Row]], own: str, other: str, key: str, column: str
) -> dict[str, Labels]:
    """Wording by number and language, from the table itself and from the one of its texts."""
    found: dict[str, Labels] = {}
    for row in [*tables.get(own, []), *tables.get(other, [])]:
        words = plain_words(row.get(column, ""))
        if row.get(key) and words:
            found.setdefault(row[key], {})[language_code(row.get("language", ""))] = words
    return found


def _questions(path: Path, tables: dict[str, list[Row]], name: str) -> dict[str, Question]:
    """Questions (or subquestions) by number, their languages together."""
    texts = _texts(tables, name, "question_l10ns", "qid", "question")
    found: dict[str, Question] = {}
    for row in tables.get(name, []):
        if not row.get("qid") or not row.get("title"):
            raise SurveyError(f"{path}: a question of the structure has no code; export it anew")
        found.setdefault(
            row["qid"],
            Question(
                row["qid"],
                row["title"],
                row.get("type", ""),
                texts.get(row["qid"], {}),
                other=row.get("other", "N") == "Y",
            ),
        )
    return found


def _attach_answers(tables: dict[str, list[Row]], questions: dict[str, Question]) -> None:
    """Give questions their lists of answers; a list is told apart by question and scale."""
    texts = _texts(tables, "", "answer_l10ns", "aid", "answer")
    rows = sorted(
        tables.get("answers", []),
        key=lambda row: (row.get("qid", ""), _number(row.get("sortorder"))),
    )
    for row in rows:
        question = questions.get(row.get("qid", ""))
        if question is None or not row.get("code"):
            continue
        answers = question.answers.setdefault(_number(row.get("scale_id")), {})
        labels = answers.setdefault(row["code"], {})
        labels |= texts.get(row.get("aid", ""), {})
        if words := plain_words(row.get("answer", "")):
            labels[language_code(row.get("language", ""))] = words
