"""LimeSurvey: its structure files, and the columns that its exports have for them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from xml.etree.ElementTree import Element

from resurvey.core.codebook import Code, Labels
from resurvey.core.errors import SurveyError
from resurvey.reading.encoding import folded
from resurvey.reading.questionnaire import (
    NOT_SHOWN,
    Item,
    OptionSet,
    Questionnaire,
    coded_choices,
    language_code,
    option_set,
    plain_words,
    read_xml,
)

Row = dict[str, str]
OTHER_CODE = 666666
"""The number that LimeSurvey's SPSS syntax gives to its "other" (-oth-) among numbers."""
_OTHER = "-oth-"
_OTHER_LABEL = {"en": "Other", "ru": "Другое"}
_COMMENT = {"en": "Comment", "ru": "Комментарий"}
_FIXED: dict[str, list[tuple[Code, str, str, str]]] = {
    "Y": [(1, "Y", "Yes", "Да"), (2, "N", "No", "Нет")],
    "G": [(1, "F", "Female", "Женский"), (2, "M", "Male", "Мужской")],
    "C": [(1, "Y", "Yes", "Да"), (2, "N", "No", "Нет"), (3, "U", "Uncertain", "Не уверен")],
    "E": [
        (1, "I", "Increase", "Увеличилось"),
        (2, "S", "Same", "Без изменений"),
        (3, "D", "Decrease", "Уменьшилось"),
    ],
}
"""Lists that LimeSurvey has itself: code in its SPSS export, code in its .csv, words."""
_LISTS, _ARRAYS, _OPTIONS = "!LO", "FH", "MP"
_FIVE, _TEN = "5A", "B"
_TEXTS, _SILENT = "STUQ;*I|", "X"
__all__ = ["read_structure"]


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
    """
    root = read_xml(path)
    kind = root.findtext("LimeSurveyDocType", "").strip()
    if root.tag != "document" or kind != "Survey":
        raise SurveyError(
            f"{path}: this is no LimeSurvey survey structure ({kind or root.tag!r}); export the "
            "survey as 'Survey structure (.lss)'"
        )
    order = [language.text or "" for language in root.iterfind("languages/language")]
    tables = {table.tag: _rows(table, order) for table in root if table.find("rows") is not None}
    if not tables.get("questions"):
        raise SurveyError(f"{path}: the structure holds no questions; export it anew")
    groups = _groups(tables)
    questions = _questions(path, tables, "questions")
    parts = _questions(path, tables, "subquestions")
    for qid, answers in _answers(tables).items():
        if qid in questions:
            questions[qid].answers = answers
    order_of: dict[str, tuple[int, int]] = {}
    for row in tables["questions"]:
        group_order, relevance = groups.get(row.get("gid", ""), (0, ""))
        order_of.setdefault(row["qid"], (group_order, _number(row.get("question_order"))))
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
        question.parts.sort(key=lambda part: part_order[part.qid])
    ordered = sorted(questions.values(), key=lambda question: order_of[question.qid])
    settings = tables.get("surveys_languagesettings", [{}])
    return Structure(ordered, plain_words(settings[0].get("surveyls_title", "")))


def joined_conditions(conditions: Iterable[str]) -> str:
    """Join conditions that must all hold; "1" and the empty one always do.

    Examples
    --------
    >>> joined_conditions(["1", "a == 1", ""]), joined_conditions(["a == 1", "b > 2"])
    ('a == 1', '(a == 1) and (b > 2)')
    """
    real = [condition.strip() for condition in conditions if condition.strip() not in ("", "1")]
    return real[0] if len(real) == 1 else " and ".join(f"({condition})" for condition in real)


def _rows(table: Element, languages: list[str]) -> list[Row]:
    """Rows of a table as text by column, those of the survey's first language first."""
    rows = [
        {cell.tag: (cell.text or "").strip() for cell in row} for row in table.iterfind("rows/row")
    ]
    rank = {language: at for at, language in enumerate(languages)}
    return sorted(rows, key=lambda row: rank.get(row.get("language", ""), len(rank)))


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


def _answers(tables: dict[str, list[Row]]) -> dict[str, dict[int, dict[str, Labels]]]:
    """Lists of answers by the number of their question and by scale."""
    found: dict[str, dict[int, dict[str, Labels]]] = {}
    texts = _texts(tables, "", "answer_l10ns", "aid", "answer")
    rows = sorted(
        tables.get("answers", []),
        key=lambda row: (row.get("qid", ""), _number(row.get("sortorder"))),
    )
    for row in rows:
        if not row.get("code"):
            continue
        scales = found.setdefault(row.get("qid", ""), {})
        answers = scales.setdefault(_number(row.get("scale_id")), {})
        labels = answers.setdefault(row["code"], {})
        labels |= texts.get(row.get("aid", ""), {})
        if words := plain_words(row.get("answer", "")):
            labels[language_code(row.get("language", ""))] = words
    return found


def read_structure(path: Path) -> Questionnaire:
    """Read an ``.lss`` file.

    Returns
    -------
    Questionnaire
        One item a column. Codes are those of LimeSurvey's own SPSS export (yes 1, no 2, female
        1, male 2), whatever the results were exported as; "other" is 666666 among numbers.
        Questions with options are multiple-response sets of 0 and 1; what somebody wrote beside
        an option is a text of its own (``question_other_text`` for "other").
    """
    structure = read_records(path)
    items: list[Item] = []
    sets: dict[str, OptionSet] = {}
    for question in structure.questions:
        columns = list(_columns(question))
        items += columns
        options = [item.name for item in columns if item.kind in ("option", "other")]
        if options:
            sets[question.code] = option_set(question.label, options)
    return Questionnaire("LimeSurvey", items, sets, title=structure.title)


def _columns(question: Question) -> Iterator[Item]:
    """Columns of one question."""
    kind = question.type
    if kind in _SILENT:
        return
    if kind in _OPTIONS:
        yield from _options(question)
    elif kind == "1":
        yield from _dual(question)
    elif kind in ":;":
        yield from _grid(question)
    elif kind == "R":
        yield from _ranks(question)
    elif question.parts:
        for part in question.parts:
            yield _answered(question, part)
    else:
        yield from _single(question)


def _single(question: Question) -> Iterator[Item]:
    yield _answered(question, None)
    if question.other:
        yield _text(question, "other", _joint(question.label, _OTHER_LABEL))
    if question.type == "O":
        yield _text(question, "comment", _joint(question.label, _COMMENT))


def _answered(question: Question, part: Question | None) -> Item:
    """One answer of a list, a number or a text, of the question or of a row of an array."""
    codes = (part.code,) if part else ()
    label = _joint(question.label, part.label) if part else question.label
    item = Item(
        name="_".join([question.code, *codes]),
        kind="any",
        label=label,
        headings=_headings(question, codes, [part.label] if part else []),
        routing=part.routing if part else question.routing,
    )
    kind = question.type
    if kind in _LISTS or kind in _ARRAYS:
        choices, spelled = _listed(question.answers.get(0, {}), question.other)
        return replace(item, kind="choice", choices=choices, spelled=spelled)
    if kind in _FIXED:
        choices = {code: {"en": en, "ru": ru} for code, _, en, ru in _FIXED[kind]}
        spelled = {folded(letter): code for code, letter, _, _ in _FIXED[kind]}
        return replace(item, kind="choice", choices=choices, spelled=spelled, absent=NOT_SHOWN)
    if kind in _FIVE or kind in _TEN:
        scale: dict[Code, Labels] = {code: {} for code in range(1, 6 if kind in _FIVE else 11)}
        return replace(item, kind="choice", choices=scale, measure="ordinal")
    if kind in "NK":
        return replace(item, kind="number")
    if kind == "D":
        return replace(item, kind="date")
    return replace(item, kind="text" if kind in _TEXTS else "any")


def _listed(answers: dict[str, Labels], other: bool) -> tuple[dict[Code, Labels], dict[str, Code]]:
    """Codes of a list, with "other" among them, and what its cells may hold besides."""
    choices = coded_choices(answers)
    if not other:
        return choices, {}
    whole = all(isinstance(code, int) for code in choices)
    code: Code = OTHER_CODE if whole else _OTHER
    return {**choices, code: dict(_OTHER_LABEL)}, {_OTHER: code, str(OTHER_CODE): code}


def _options(question: Question) -> Iterator[Item]:
    """Options of a multiple-choice question: chosen or not; comments and "other" are texts."""
    for part in question.parts:
        yield Item(
            name=f"{question.code}_{part.code}",
            kind="option",
            label=part.label,
            headings=_headings(question, (part.code,), [part.label]),
            routing=part.routing,
        )
        if question.type == "P":
            yield _text(question, f"{part.code}comment", _joint(part.label, _COMMENT))
    if question.other:
        yield replace(_text(question, "other", dict(_OTHER_LABEL)), kind="other")
        if question.type == "P":
            yield _text(question, "othercomment", _joint(_OTHER_LABEL, _COMMENT))


def _dual(question: Question) -> Iterator[Item]:
    """Rows of an array with two lists of answers."""
    for part in question.parts:
        for scale in (0, 1):
            choices, spelled = _listed(question.answers.get(scale, {}), False)
            number = str(scale + 1)
            texts = [part.label, {"en": f"Scale {number}", "ru": f"Шкала {number}"}]
            coded = f"{question.code}[{part.code}][{number}]"
            underscored = f"{question.code}_{part.code}_{scale}"
            yield Item(
                name=f"{question.code}_{part.code}_{number}",
                kind="choice",
                label=_joint(question.label, *texts),
                choices=choices,
                spelled=spelled,
                headings=(coded, underscored, f"{question.code}_{part.code}#{scale}")
                + _worded(question, texts),
                routing=part.routing,
            )


def _grid(question: Question) -> Iterator[Item]:
    """Cells of an array of numbers or texts: rows by columns."""
    across = [part for part in question.parts if part.scale == 1]
    for row in (part for part in question.parts if part.scale == 0):
        for column in across:
            codes = (f"{row.code}_{column.code}",)
            yield Item(
                name=f"{question.code}_{row.code}_{column.code}",
                kind="any" if question.type == ":" else "text",
                label=_joint(question.label, row.label, column.label),
                headings=_headings(question, codes, [row.label, column.label]),
                routing=joined_conditions([row.routing]),
            )


def _ranks(question: Question) -> Iterator[Item]:
    """Ranks: which answer stands first, second …."""
    answers = question.answers.get(0, {})
    choices, spelled = _listed(answers, False)
    for rank in map(str, range(1, len(answers) + 1)):
        text = {"en": f"Rank {rank}", "ru": f"Ранг {rank}"}
        yield Item(
            name=f"{question.code}_{rank}",
            kind="choice",
            label=_joint(question.label, text),
            choices=choices,
            spelled=spelled,
            headings=_headings(question, (rank,), [text]),
            routing=question.routing,
        )


def _text(question: Question, code: str, label: Labels) -> Item:
    return Item(
        name=f"{question.code}_{code}",
        kind="text",
        label=label,
        headings=_headings(question, (code,), [_OTHER_LABEL] if code == "other" else []),
        routing=question.routing,
    )


def _joint(first: Labels, *others: Labels) -> Labels:
    """Wording of a question and its part, in the languages of the question."""
    return {
        language: ": ".join(
            [words, *(words_of[language] for words_of in others if words_of.get(language))]
        )
        for language, words in first.items()
    }


def _headings(
    question: Question, codes: tuple[str, ...], texts: Iterable[Labels]
) -> tuple[str, ...]:
    """Headings of a column: by codes in both of LimeSurvey's writings, then by wording."""
    bracketed = question.code + "".join(f"[{code}]" for code in codes)
    underscored = "_".join([question.code, *codes])
    return (bracketed, underscored, *_worded(question, texts))


def _worded(question: Question, texts: Iterable[Labels]) -> tuple[str, ...]:
    """Headings by the wording: `Question [Part]`, and with the code before it."""
    parts = list(texts)
    found = []
    for language, words in question.label.items():
        ends = [part[language] for part in parts if part.get(language)]
        if len(ends) == len(parts):
            heading = " ".join([words, "".join(f"[{end}]" for end in ends)]).strip()
            found.append(heading)
    return tuple(found)
