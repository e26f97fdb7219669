"""Write the interviews of this example: `python examples/monitoring/invent_interviews.py`.

Writes resources/2022/interviews_invented.qdpx: twelve interviews that NOBODY gave, coded by two
invented coders, as a REFI-QDA project; and quotations_invented.csv, what is released of them.
Programs that write such projects differ in little things; `Dialect` has them, so that tests can
write the same interviews as each of them does. The files in the repository are those that this
script writes, byte for byte.
"""

import sys
import uuid
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

HERE = Path(__file__).resolve().parent
# So that the script runs in an environment that does not know the library.
sys.path.insert(0, str(HERE.parents[1] / "workflow/scripts"))

from resurvey.core.files import EPOCH, write_bytes, write_csv  # noqa: E402
from resurvey.interviews.project import INVENTED  # noqa: E402

PATH = "resources/2022/interviews_invented.qdpx"
RELEASED = "resources/2022/quotations_invented.csv"
NAMESPACE = uuid.UUID("6c1f6a3c-5f0c-4f1f-9a86-0e6e9c1d2022")
WRITTEN = "2026-11-30T00:00:00Z"

CODES = (
    ("work", "Работа", "", False),
    ("easy", "Нашлась легко", "work", True),
    ("hard", "Нашлась трудно", "work", True),
    ("temporary", "Временная", "work", True),
    ("home", "Дом", "", False),
    ("own", "Своя семья", "home", True),
    ("parents", "С родителями", "home", True),
    ("leave", "Уехать снова", "", True),
    ("pay", "Ради заработка", "leave", True),
    ("papers", "Документы", "", True),
)
"""Key, name, key of the code above, whether it may be given."""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of an interview: its words, and the codes that each coder gave to all of it."""

    words: str
    first: tuple[str, ...] = ()
    second: tuple[str, ...] = ()


@dataclass(frozen=True)
class Interview:
    """An invented interview; one that the second coder did not see has no codes of hers."""

    name: str
    gender: str
    age: int
    paragraphs: tuple[Paragraph, ...]


def _p(words: str, first: str = "", second: str = "") -> Paragraph:
    return Paragraph(words, tuple(first.split()), tuple(second.split()))


INTERVIEWS = (
    Interview("Беседа 1", "ж", 24, (
        _p("Работу нашла за неделю, в салоне связи.", "easy", "easy"),
        _p("Живем втроем: муж, дочка и я.", "own", "own"),
        _p("Уезжать не думаю."),
    )),
    Interview("Беседа 2", "ж", 31, (
        _p("Искала полгода, потом взяли на склад.", "hard", "hard"),
        _p("Это пока, до лета.", "temporary", ""),
        _p("С нами свекровь, квартира ее.", "parents", "parents"),
    )),
    Interview("Беседа 3", "м", 28, (
        _p("Брат позвал на стройку, вышел на третий день 👷.", "easy", "easy"),
        _p("Поехал бы снова, если заплатят вдвое.", "pay", "pay"),
            _p("Регистрацию оформил сам.", "papers", "papers"),
    )),
    Interview("Беседа 4", "м", 45, (
        _p("Мест нет, таксую.", "hard temporary", "hard"),
        _p("Отец с матерью старые, живем у них.", "parents", "parents own"),
    )),
    Interview("Беседа 5", "ж", 38, (
        _p("Открыла свой цех, шью дома.", "easy", "easy"),
        _p("Справку делали месяц, без нее не брали.", "papers", "papers"),
    )),
    Interview("Беседа 6", "м", 33, (
        _p("Взяли водителем сразу.", "easy", "easy"),
        _p("Жена, двое детей.", "own", "own"),
        _p("Весной поеду, там сезон.", "leave", "pay"),
    )),
    Interview("Беседа 7", "ж", 29, (
        _p("С работой помогла подруга.", "easy"),
        _p("Сестра и родители, всего нас шестеро.", "parents"),
            _p("Паспорт меняла два раза.", "papers"),
    )),
    Interview("Беседа 8", "м", 52, (
        _p("Сторожу, до весны хватит.", "temporary"),
        _p("Сын зовет обратно, там платят.", "pay"),
            _p("Пенсию оформляю, бумаг много.", "papers"),
    )),
    Interview("Беседа 9", "ж", 47, (
        _p("Вернулась в школу, где и была.", "easy"),
        _p("Муж, трое детей, свой дом.", "own"),
            _p("Диплом пришлось заверять.", "papers"),
    )),
    Interview("Беседа 10", "м", 36, (
        _p("Мастерская своя, заказы есть.", "easy"),
        _p("Жена и сын.", "own"),
        _p("Деньги там другие, но здесь спокойнее.", "pay"),
            _p("Патент на мастерскую взял легко.", "papers"),
    )),
    Interview("Беседа 11", "ж", 26, (
        _p("Не беру что попало, жду место по диплому.", "hard"),
        _p("Живу у мамы.", "parents"),
    )),
    Interview("Беседа 12", "м", 41, (
        _p("Нашел через объявление.", "easy"),
        _p("Своей семьей живем, отдельно.", "own"),
    )),
)  # fmt: skip


QUOTED = (
    ("Беседа 1", "Работу нашла за неделю, в салоне связи.", "A job within a week, selling phones."),
    ("Беседа 2", "Искала полгода, потом взяли на склад.", "Half a year, then a warehouse took me."),
    ("Беседа 8", "Сторожу, до весны хватит.", ""),
    ("Беседа 10", "Жена и сын.", "My wife and my son."),
    ("Беседа 3", "Поехал бы снова, если заплатят вдвое.", "I would go again for twice the pay."),
    ("Беседа 9", "Диплом пришлось заверять.", "I had to have my diploma certified."),
)  # fmt: skip
"""Interview, words, and an English translation where there is one."""


@dataclass(frozen=True)
class Dialect:
    """What programs write differently.

    Attributes
    ----------
    origin : str
        Name of the program.
    mark : bytes
        Before the XML and the texts: a byte order mark, or nothing.
    prefix : str
        Of the elements; empty for a default namespace.
    folder : str
        Folder of the documents.
    break_ : str
        Line end of the texts.
    as_one : bool
        Positions count a line end as one character, whatever the file has.
    as_utf16 : bool
        Positions count an emoji as two characters.
    with_cases : bool
        Cases are declared; otherwise a document is one, and has the values of its variables.
    named : bool
        A selection is named by its first words.
    braces : bool
        Identifiers in braces and capitals.
    inline : bool
        Texts stand in the XML.
    """

    origin: str = "resurvey, invented"
    mark: bytes = b""
    prefix: str = ""
    folder: str = "sources"
    break_: str = "\n"
    as_one: bool = False
    as_utf16: bool = False
    with_cases: bool = True
    named: bool = False
    braces: bool = False
    inline: bool = False


@dataclass
class _Writer:
    dialect: Dialect
    lines: list[str] = field(default_factory=list)

    def guid(self, *place: object) -> str:
        """An identifier that depends on nothing but its place."""
        found = str(uuid.uuid5(NAMESPACE, "/".join(map(str, place))))
        return f"{{{found.upper()}}}" if self.dialect.braces else found

    def tag(self, name: str) -> str:
        return f"{self.dialect.prefix}:{name}" if self.dialect.prefix else name

    def open(self, element: str, /, **attributes: object) -> None:
        told = "".join(f" {key}={quoteattr(str(value))}" for key, value in attributes.items())
        self.lines.append(f"<{self.tag(element)}{told}>")

    def close(self, name: str) -> None:
        self.lines.append(f"</{self.tag(name)}>")

    def leaf(self, element: str, text: str = "", /, **attributes: object) -> None:
        self.open(element, **attributes)
        self.lines[-1] += f"{escape(text)}</{self.tag(element)}>"


def text_of(interview: Interview, dialect: Dialect) -> str:
    """The words of an interview, as they stand in its file."""
    return dialect.break_.join(paragraph.words for paragraph in interview.paragraphs)


def _places(interview: Interview, dialect: Dialect) -> Iterator[tuple[int, int, Paragraph]]:
    width = 1 if dialect.as_one else len(dialect.break_)
    start = 0
    for paragraph in interview.paragraphs:
        told = paragraph.words.encode("utf-16-le")
        size = len(told) // 2 if dialect.as_utf16 else len(paragraph.words)
        yield start, start + size, paragraph
        start += size + width


def project_xml(
    interviews: Sequence[Interview] = INTERVIEWS, dialect: Dialect | None = None
) -> str:
    """The project as XML."""
    dialect = dialect or Dialect()
    to = _Writer(dialect)
    space = f"xmlns:{dialect.prefix}" if dialect.prefix else "xmlns"
    to.open(
        "Project",
        **{space: "urn:QDA-XML:project:1.0"},
        name="Invented interviews",
        origin=dialect.origin,
        creationDateTime=WRITTEN,
    )
    to.open("Users")
    for coder in ("first", "second"):
        to.leaf("User", guid=to.guid("user", coder), name=f"Coder {coder}", id=coder)
    to.close("Users")
    to.open("CodeBook")
    to.open("Codes")
    _write_codes(to, "")
    to.close("Codes")
    to.close("CodeBook")
    to.open("Variables")
    for variable, kind in (("Пол", "Text"), ("Возраст", "Integer")):
        to.leaf("Variable", guid=to.guid("variable", variable), name=variable, typeOfVariable=kind)
    to.close("Variables")
    if dialect.with_cases:
        to.open("Cases")
        for interview in interviews:
            to.open("Case", guid=to.guid("case", interview.name), name=interview.name)
            _write_values(to, interview)
            to.leaf("SourceRef", targetGUID=to.guid("source", interview.name))
            to.close("Case")
        to.close("Cases")
    to.open("Sources")
    for interview in interviews:
        _write_source(to, interview)
    to.close("Sources")
    to.close("Project")
    return '<?xml version="1.0" encoding="utf-8"?>\n' + "\n".join(to.lines) + "\n"


def _write_codes(to: _Writer, above: str) -> None:
    for key, name, parent, codable in CODES:
        if parent == above:
            told = "true" if codable else "false"
            to.open("Code", guid=to.guid("code", key), name=name, isCodable=told, color="#336699")
            _write_codes(to, key)
            to.close("Code")


def _write_values(to: _Writer, interview: Interview) -> None:
    for variable, kind, value in (
        ("Пол", "TextValue", interview.gender),
        ("Возраст", "IntegerValue", interview.age),
    ):
        to.open("VariableValue")
        to.leaf("VariableRef", targetGUID=to.guid("variable", variable))
        to.leaf(kind, str(value))
        to.close("VariableValue")


def _write_source(to: _Writer, interview: Interview) -> None:
    dialect, key = to.dialect, to.guid("source", interview.name)
    user = to.guid("user", "first")
    where = {} if dialect.inline else {"plainTextPath": f"internal://{_part(interview)}"}
    to.open("TextSource", guid=key, name=interview.name, creatingUser=user, **where)
    if dialect.inline:
        to.leaf("PlainTextContent", text_of(interview, dialect))
    for start, end, paragraph in _places(interview, dialect):
        if not paragraph.first and not paragraph.second:
            continue
        selection = to.guid("selection", interview.name, paragraph.words)
        named = paragraph.words[:20] if dialect.named else f"{interview.name}, {start}"
        to.open(
            "PlainTextSelection",
            guid=selection,
            name=named,
            startPosition=start,
            endPosition=end,
            creatingUser=user,
        )
        for coder, codes in (("first", paragraph.first), ("second", paragraph.second)):
            for code in codes:
                to.open(
                    "Coding",
                    guid=to.guid("coding", coder, code, interview.name, paragraph.words),
                    creatingUser=to.guid("user", coder),
                    creationDateTime=WRITTEN,
                )
                to.leaf("CodeRef", targetGUID=to.guid("code", code))
                to.close("Coding")
        to.close("PlainTextSelection")
    if not dialect.with_cases:
        _write_values(to, interview)
    to.close("TextSource")


def _part(interview: Interview) -> str:
    return f"{uuid.uuid5(NAMESPACE, f'part/{interview.name}')}.txt"


def project_bytes(
    interviews: Sequence[Interview] = INTERVIEWS, dialect: Dialect | None = None
) -> bytes:
    """The project as a ``.qdpx``: the same interviews give the same bytes."""
    dialect = dialect or Dialect()
    # Stands uncompressed at the beginning, for whoever looks at the bytes alone.
    parts = {"sources/about.txt": f"{INVENTED}: nobody said this\n".encode()}
    parts |= {"project.qde": dialect.mark + project_xml(interviews, dialect).encode()}
    if not dialect.inline:
        for interview in interviews:
            text = dialect.mark + text_of(interview, dialect).encode()
            parts[f"{dialect.folder}/{_part(interview)}"] = text
    return archive_bytes(parts)


def archive_bytes(parts: dict[str, bytes]) -> bytes:
    """A zip file that says nothing of when it was made."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            about = name.endswith("about.txt")
            entry.compress_type = zipfile.ZIP_STORED if about else zipfile.ZIP_DEFLATED
            entry.create_system = 3
            archive.writestr(entry, content)
    return stream.getvalue()


def released() -> list[dict[str, str]]:
    """Lines of the list of released quotations."""
    guid = _Writer(Dialect()).guid
    return [
        {
            "segment": guid("selection", name, words),
            "quotation": words,
            "language": "ru",
            "translation_en": translation,
            "released_by": f"nobody ({INVENTED})",
            "released_on": "2026-11-30",
        }
        for name, words, translation in QUOTED
    ]


if __name__ == "__main__":
    write_bytes(HERE / PATH, project_bytes())
    lines = released()
    write_csv(HERE / RELEASED, list(lines[0]), lines)
