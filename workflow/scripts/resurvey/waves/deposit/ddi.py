"""DDI: the pooled file described as DDI-Codebook 2.5, which archives read."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from resurvey.core.codebook import Variable
from resurvey.waves.deposit.documentation import ALL, Distribution, StudyDescription
from resurvey.waves.deposit.pooled_file import Pooled

if TYPE_CHECKING:
    from lxml import etree

NAMESPACE = "ddi:codebook:2_5"
_XML = "http://www.w3.org/XML/1998/namespace"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
#: Characters that XML 1.0 cannot hold.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NATURE = {"nominal": "nominal", "ordinal": "ordinal", "scale": "interval"}


def write_ddi(
    pooled: Pooled,
    described: Sequence[Distribution],
    description: StudyDescription,
    files: Mapping[str, str],
    languages: Sequence[str],
    version: str,
) -> str:
    """Describe the pooled file as DDI-Codebook 2.5."""
    from lxml import etree

    root = _Document(pooled, description, files, languages, version).element(described)
    etree.indent(root, " ")
    text = etree.tostring(root, encoding="unicode", xml_declaration=False)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


class _Document:
    """Builds the elements."""

    def __init__(
        self,
        pooled: Pooled,
        description: StudyDescription,
        files: Mapping[str, str],
        languages: Sequence[str],
        version: str,
    ) -> None:
        self.pooled, self.description, self.files = pooled, description, files
        self.languages, self.version = list(languages), version
        self.identifiers = {
            name: f"V{number}" for number, name in enumerate(pooled.codebook.variables, 1)
        }

    def element(self, described: Sequence[Distribution]) -> "etree._Element":
        """The whole document."""
        from lxml import etree

        root = etree.Element(
            f"{{{NAMESPACE}}}codeBook",
            nsmap={None: NAMESPACE, "xsi": _XSI},
        )
        root.set("version", "2.5")
        root.set(f"{{{_XML}}}lang", self.languages[0])
        root.set(f"{{{_XSI}}}schemaLocation", f"{NAMESPACE} codebook.xsd")
        self.add_study(root)
        for number, (name, kind) in enumerate(self.files.items(), 1):
            self.add_file(root, f"F{number}", name, kind)
        data = _add(root, "dataDscr")
        self.add_sets(data)
        for distribution in described:
            self.add_variable(data, distribution)
        return root

    def add_study(self, root: "etree._Element") -> None:
        """What the study is and what was done to its records."""
        description = self.description
        document = _add(_add(root, "docDscr"), "citation")
        self.add_titles(document)
        _add(_add(document, "prodStmt"), "software", "resurvey", version=self.version)
        study = _add(root, "stdyDscr")
        self.add_titles(_add(study, "citation"))
        info = _add(study, "stdyInfo")
        self.add_texts(info, "abstract", description.abstract)
        summary = _add(info, "sumDscr")
        self.add_texts(summary, "anlyUnit", description.unit)
        self.add_texts(summary, "dataKind", description.kind)
        collection = _add(_add(study, "method"), "dataColl")
        self.add_texts(collection, "sampProc", description.sampling)
        for weight in description.weights:
            self.add_texts(collection, "weight", weight)
        for step in description.processing:
            self.add_texts(collection, "cleanOps", step)
        self.add_texts(study, "notes", description.conditions)

    def add_titles(self, citation: "etree._Element") -> None:
        """Title in the first language, then that of the others; the mark with each of them."""
        titles = _add(citation, "titlStmt")
        first, *others = self.languages
        self.add_text(titles, "titl", self.description.title, first)
        self.add_text(titles, "subTitl", self.description.mark, first)
        for language in others:
            if self.description.title.get(language):
                title = self.description.title[language]
                if mark := self.description.mark.get(language):
                    title = f"{title} [{mark}]"
                self.add_text(titles, "parTitl", {language: title}, language)

    def add_file(self, root: "etree._Element", identifier: str, name: str, kind: str) -> None:
        """One data file."""
        text = _add(_add(root, "fileDscr", ID=identifier), "fileTxt")
        _add(text, "fileName", name)
        self.add_texts(text, "fileCont", self.description.mark)
        dimensions = _add(text, "dimensns")
        _add(dimensions, "caseQnty", str(sum(self.pooled.waves.values())))
        _add(dimensions, "varQnty", str(len(self.pooled.codebook.variables)))
        _add(text, "fileType", kind)

    def add_sets(self, data: "etree._Element") -> None:
        """Multiple-response sets."""
        for number, (name, response_set) in enumerate(
            self.pooled.codebook.multiple_response.items(), 1
        ):
            members = " ".join(self.identifiers[member] for member in response_set["variable_list"])
            group = _add(
                data, "varGrp", ID=f"G{number}", type="multipleResp", name=name, var=members
            )
            label = response_set.get("label") or name
            self.add_texts(group, "labl", label if isinstance(label, dict) else {"": label})

    def add_variable(self, data: "etree._Element", distribution: Distribution) -> None:
        """One variable with its answers and their numbers."""
        variable = distribution.variable
        element = _add(
            data,
            "var",
            ID=self.identifiers[variable.name],
            name=variable.name,
            files=" ".join(f"F{number}" for number in range(1, len(self.files) + 1)),
            intrvl="contin" if variable.measure == "scale" else "discrete",
            **self.attributes(variable),
        )
        self.add_texts(element, "labl", variable.label or {"": variable.name})
        if variable.label and variable.name not in self.pooled.derived:
            for language, wording in _by_language(variable.label, self.languages):
                self.add_text(_add(element, "qstn"), "qstnLit", {language: wording}, language)
        if variable.missing_ranges:
            invalid = _add(element, "invalrng")
            for low, high in variable.missing_ranges:
                _add(invalid, "range", min=str(low), max=str(high))
        if variable.routing:
            _add(element, "universe", variable.routing)
        self.add_numbers(element, distribution)
        if len(distribution.waves) < len(self.pooled.waves):
            waves = ", ".join(distribution.waves)
            asked = {
                key: text.format(waves=waves) for key, text in self.description.asked_in.items()
            }
            self.add_texts(element, "txt", asked)
        self.add_answers(element, distribution)
        if variable.name in self.pooled.derived:
            self.add_texts(_add(element, "derivation"), "drvdesc", self.description.derived)
        kind = "character" if distribution.kind == "string" else "numeric"
        _add(element, "varFormat", type=kind, schema="other")
        for wave, rewording in self.pooled.rewordings.get(variable.name, {}).items():
            for language, words in rewording.items():
                self.add_text(element, "notes", {language: f"{wave}: {words}"}, language)

    def attributes(self, variable: Variable) -> dict[str, str]:
        """Attributes that depend on what the variable is."""
        found = {}
        if variable.measure in _NATURE:
            found["nature"] = _NATURE[variable.measure]
        if self.pooled.roles.get(variable.name) == "weight":
            found["wgt"] = "wgt"
        if variable.codes:
            found["representationType"] = "code"
        elif variable.measure == "text":
            found["representationType"] = "text"
        elif variable.measure == "scale":
            found["representationType"] = "numeric"
        return found

    def add_numbers(self, element: "etree._Element", distribution: Distribution) -> None:
        """Valid and invalid cases, and the summary of a measured variable."""
        lines = distribution.lines.get(ALL, [])
        if lines:
            base, respondents = lines[0]["base"], lines[0]["respondents"]
            _add(element, "sumStat", str(base), type="vald")
            _add(element, "sumStat", str(respondents - base), type="invd")
        if ALL in distribution.numbers:
            numbers = distribution.numbers[ALL]
            for kind, value in (
                ("mean", numbers.mean),
                ("stdev", numbers.deviation),
                ("min", numbers.low),
                ("max", numbers.high),
            ):
                if value == value:
                    _add(element, "sumStat", repr(value), type=kind)

    def add_answers(self, element: "etree._Element", distribution: Distribution) -> None:
        """Answers and the reasons for none, with unweighted counts over all waves."""
        counts = {line["code"]: line["count"] for line in distribution.lines.get(ALL, [])}
        listed = {
            line["code"] for line in distribution.lines.get(ALL, []) if line["kind"] != "values"
        }
        variable = distribution.variable
        codes = [*variable.codes, *(code for code in listed if code not in variable.codes)]
        for code in dict.fromkeys([*codes, *variable.missing]):
            if code == "":
                continue
            missing = variable.is_missing(code)
            answer = _add(element, "catgry", missing="Y" if missing else "N")
            if missing and code in variable.reasons:
                answer.set("missType", variable.reasons[code])
            _add(answer, "catValu", str(code))
            self.add_texts(answer, "labl", variable.codes.get(code, {}))
            if code in counts:
                _add(answer, "catStat", str(counts[code]), type="freq")

    def add_texts(self, parent: "etree._Element", name: str, texts: Mapping[str, str]) -> None:
        """One element per language."""
        for language, text in _by_language(texts, self.languages):
            self.add_text(parent, name, {language: text}, language)

    def add_text(
        self, parent: "etree._Element", name: str, texts: Mapping[str, str], language: str
    ) -> None:
        """One element in one language; none where there is no text."""
        text = texts.get(language) or texts.get("")
        if not text:
            return
        element = _add(parent, name, text)
        if language:
            element.set(f"{{{_XML}}}lang", language)


def _by_language(texts: Mapping[str, str], languages: Sequence[str]) -> list[tuple[str, str]]:
    """Texts in the study's languages first; a text of unknown language has none."""
    order = [*languages, *(language for language in texts if language not in languages)]
    return [(language, texts[language]) for language in order if texts.get(language)]


def _add(
    parent: "etree._Element", tag: str, text: str = "", /, **attributes: Any
) -> "etree._Element":
    from lxml import etree

    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}")
    for key, value in attributes.items():
        element.set(key, _FORBIDDEN.sub("", str(value)))
    if text:
        element.text = _FORBIDDEN.sub("", text)
    return element
