"""DDI structure: which elements of DDI-Codebook 2.5 stand in which, in which order.

No package registry that we know of ships the schema, so the tests check a document against what
its documentation says of the elements that we write: their order, which are required, which may
repeat, and the values of their attributes.

SOURCE DDI Alliance, DDI-Codebook 2.5 field-level documentation (2012): required are ``stdyDscr``
in ``codeBook``, ``citation`` in ``stdyDscr``, ``titlStmt`` in ``citation``, ``titl`` in
``titlStmt`` and the attribute ``name`` of ``var``.
"""

import re
from typing import TYPE_CHECKING

from resurvey.waves.deposit.ddi import NAMESPACE

if TYPE_CHECKING:
    from lxml import etree

CONTENT = {
    "codeBook": "docDscr* stdyDscr+ fileDscr* dataDscr* otherMat*",
    "docDscr": "citation? guide? docStatus? docSrc* controlledVocabUsed* notes*",
    "stdyDscr": "citation+ studyAuthorization* stdyInfo* studyDevelopment* method* dataAccs* "
    "othrStdyMat* notes*",
    "citation": "titlStmt rspStmt? prodStmt? distStmt? serStmt* verStmt* biblCit* holdings* notes*",
    "titlStmt": "titl subTitl* altTitl* parTitl* IDNo*",
    "prodStmt": "producer* copyright? prodDate* prodPlac* software* fundAg* grantNo*",
    "stdyInfo": "studyBudget* subject* abstract* sumDscr* qualityStatement* notes* "
    "exPostEvaluation*",
    "sumDscr": "timePrd* collDate* nation* geogCover* geogUnit* geoBndBox? boundPoly* anlyUnit* "
    "universe* dataKind*",
    "method": "dataColl* notes* anlyInfo? stdyClas? dataProcessing* codingInstructions*",
    "dataColl": "timeMeth* dataCollector* collectorTraining* frequenc* sampProc* sampleFrame* "
    "targetSampleSize* deviat* collMode* resInstru* instrumentDevelopment* sources? collSitu* "
    "actMin* ConOps* weight* cleanOps*",
    "fileDscr": "fileTxt* locMap? notes*",
    "fileTxt": "fileName* fileCitation? dataFingerprint* fileCont* fileStrc? dimensns? fileType* "
    "format* filePlac* dataChck* ProcStat* dataMsng* software* verStmt?",
    "dimensns": "caseQnty* varQnty* logRecL* recPrCas* recNumTot*",
    "dataDscr": "varGrp* nCubeGrp* var* nCube* notes*",
    "varGrp": "labl* txt* concept* defntn? universe? notes*",
    "var": "location* labl* imputation? security? embargo? respUnit? anlysUnit? qstn* valrng* "
    "invalrng* undocCod* universe* TotlResp? sumStat* txt* stdCatgry* catgryGrp* catgry* "
    "codInstr* verStmt* concept* derivation? varFormat? geoMap* catLevel* notes*",
    "qstn": "preQTxt* qstnLit* postQTxt* forward* backward* ivuInstr* labl* txt*",
    "invalrng": "(item|range)+ key? notes*",
    "catgry": "catValu? labl* txt* catStat* mrow?",
    "derivation": "drvdesc* drvcmd*",
}
"""Element -> its children in order; an element that is not here holds text alone."""

ATTRIBUTES: dict[str, dict[str, str]] = {
    "codeBook": {"version": "2.5", "lang": ".+"},
    "fileDscr": {"ID": r"[A-Za-z_][\w.-]*"},
    "var": {
        "ID": r"[A-Za-z_][\w.-]*",
        "name": ".+",
        "files": ".+",
        "intrvl": "contin|discrete",
        "wgt": "wgt|not-wgt",
        "nature": "nominal|ordinal|interval|ratio|percent|other",
        "representationType": "text|numeric|code|datetime|other",
    },
    "varGrp": {"ID": r"[A-Za-z_][\w.-]*", "type": "multipleResp", "name": ".+", "var": ".+"},
    "catgry": {"missing": "Y|N", "missType": ".+"},
    "catStat": {"type": "freq|percent|crosstab|other"},
    "sumStat": {"type": "mean|medn|mode|vald|invd|min|max|stdev|other"},
    "varFormat": {"type": "numeric|character", "schema": "SAS|SPSS|IBM|ANSI|ISO|XML-Data|other"},
    "range": {"min": ".+", "max": ".+"},
    "item": {"VALUE": ".+"},
    "software": {"version": ".+"},
}
"""Element -> attributes that we write -> pattern of their values."""

REQUIRED_ATTRIBUTES = {"var": ("name", "ID"), "codeBook": ("version",)}
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"


def ddi_problems(root: "etree._Element") -> list[str]:
    """List what in a DDI-Codebook document goes against the documentation.

    Examples
    --------
    >>> from lxml import etree
    >>> ddi_problems(etree.fromstring('<codeBook xmlns="ddi:codebook:2_5" version="2.5"/>'))
    ["codeBook: children '' do not fit 'docDscr* stdyDscr+ fileDscr* dataDscr* otherMat*'"]
    """
    problems = []
    identifiers: set[str] = set()
    references: list[tuple[str, str]] = []
    for one in root.iter():
        name = _local(one)
        if one.tag != f"{{{NAMESPACE}}}{name}":
            problems.append(f"{name}: not in the namespace {NAMESPACE}")
        children = "".join(f"{_local(child)} " for child in one)
        model = CONTENT.get(name, "")
        if not re.fullmatch(_pattern(model), children):
            problems.append(f"{name}: children '{children.strip()}' do not fit '{model}'")
        problems += _attribute_problems(one, name)
        if identifier := one.get("ID"):
            if identifier in identifiers:
                problems.append(f"{name}: ID '{identifier}' stands twice")
            identifiers.add(identifier)
        for key in ("files", "var"):
            references += [(name, reference) for reference in (one.get(key) or "").split()]
    problems += [
        f"{name}: there is no '{reference}'"
        for name, reference in references
        if reference not in identifiers
    ]
    return problems


def _local(one: "etree._Element") -> str:
    return str(one.tag).rpartition("}")[2]


def _pattern(model: str) -> str:
    """Turn a content model into a regular expression over the children's names."""
    return "".join(
        re.sub(r"^\(?([\w|]+)\)?([*+?]?)$", r"(?:(?:\1) )\2", part) for part in model.split()
    )


def _attribute_problems(one: "etree._Element", name: str) -> list[str]:
    problems = []
    known = ATTRIBUTES.get(name, {})
    for key, value in one.attrib.items():
        if key in (_LANGUAGE, _LOCATION):
            continue
        if key not in known or not re.fullmatch(known[str(key)], str(value), re.DOTALL):
            problems.append(f"{name}: attribute {key}='{value}' is not among those documented")
    for key in REQUIRED_ATTRIBUTES.get(name, ()):
        if not one.get(key):
            problems.append(f"{name}: attribute '{key}' is missing")
    return problems
