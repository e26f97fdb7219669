"""Declarations: the parts of a study, typed as workflow/schemas/ describes its files.

A test walks both, so that a key stands here as in the schema. Where the schema allows several
shapes by the value of a key (the steps of cleaning, the indicators) a type has the keys of all.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, Required, TypedDict

from resurvey.core.codebook import Code

Texts = str | Mapping[str, str]
"""One text, or one per language."""
Names = str | Sequence[str]
Percent = Literal["column", "row", "total"]
Rounding = Literal["half_up", "half_even", "truncation", "unknown"]


class Reconstruct(TypedDict, total=False):
    """How records are dealt from published numbers."""

    respondents: Required[int]
    groups: str
    no_answer: int
    not_printed: int
    seed: int
    rounding: Rounding


class Replicates(TypedDict, total=False):
    """Replicate weights of a wave: those of the file, or made from strata and clusters."""

    columns: Names
    type: Literal["brr", "fay", "jk1", "jk2", "jkn", "bootstrap", "acs", "other"]
    rho: float
    scale: float
    rscales: Sequence[float]
    mse: bool
    combined: bool
    make: Literal["jackknife", "bootstrap"]
    number: int
    seed: int


class Trim(TypedDict, total=False):
    """Bounds of raked weights over their mean."""

    lower: float
    upper: float


class Raking(TypedDict, total=False):
    """Margins of the population that the weights are adjusted to."""

    margins: Required[Mapping[str, Mapping[Code, float]]]
    trim: Trim


class WaveConfig(TypedDict, total=False):
    """One wave of config.yaml."""

    file: Required[str]
    label: Texts
    sha256: str
    encoding: str
    separator: Literal[",", ";", "\t", "|"]
    decimal: Literal[".", ","]
    thousands: Literal[" ", ".", ",", "'"]
    structure: Names
    sheet: str
    tool: Literal["plain", "qualtrics", "surveymonkey", "kobotoolbox"]
    id: str
    weight: str
    weight_kind: Literal["sampling", "frequency"]
    largest_weight: float
    strata: Names
    clusters: Names
    fpc: Names
    nest: bool
    lonely_psu: Literal["fail", "certainty", "remove", "adjust", "average"]
    replicates: Replicates
    rake: Raking
    dataset: str
    reconstruct: Reconstruct


class Deposit(TypedDict, total=False):
    """What a deposit does with the respondents' records."""

    ids: Literal["number", "keep", "drop"]
    free_text: Literal["drop", "keep"]
    leave_out: Sequence[str]
    identifying: Sequence[str]
    approved: str


class Dominance(TypedDict, total=False):
    """How much of a sum the largest contributors may have."""

    n: int
    share: float


class DisclosureControl(TypedDict, total=False):
    """What is hidden before results leave the house."""

    apply: bool
    threshold: int
    sensitive: Sequence[str]
    dominance: Dominance
    nonresponse: Literal["open", "protected"]
    released: Sequence[str]


class Config(TypedDict):
    """config.yaml with its defaults filled in."""

    title: Texts
    made_with: NotRequired[str]
    languages: Sequence[str]
    sample: Literal["unknown", "purposive", "probability", "census"]
    alpha: float
    minimum_base: NotRequired[int]
    tables_in_print: NotRequired[int]
    reliability: NotRequired[Literal["nchs"]]
    documents: Sequence[Literal["docx", "xlsx", "pdf", "pptx", "latex", "csv"]]
    deposit: NotRequired[Deposit]
    disclosure: NotRequired[DisclosureControl]
    not_reported: NotRequired[Texts]
    waves: Mapping[str, WaveConfig]


class MissingCodes(TypedDict, total=False):
    """A code, or a range of codes, and why there is no answer."""

    code: Code
    low: float
    high: float
    reason: Literal["refused", "dont_know", "not_asked", "other"]


class ResponseSet(TypedDict, total=False):
    """A multiple-response set."""

    label: Texts
    variables: Sequence[str]
    counted: Code
    joined: str
    options: Sequence[str] | Mapping[str, Texts]
    separator: str
    open: bool


class VariableEntry(TypedDict, total=False):
    """One variable of codebook.yaml."""

    label: Texts
    measure: Literal["nominal", "ordinal", "scale", "text"]
    source: str
    required: bool
    codes: Mapping[Code, Texts]
    missing: Sequence[Code | MissingCodes]
    rest: Code
    date: str
    order: Sequence[Code]
    dont_know: Sequence[Code]


class CodebookPart(TypedDict, total=False):
    """codebook.yaml."""

    id: str
    multiple_response: Mapping[str, ResponseSet]
    variables: Mapping[str, VariableEntry | None]


class CleaningStep(TypedDict, total=False):
    """One step of cleaning.yaml."""

    action: Required[Literal["drop", "keep", "flag", "recode", "range", "duplicates", "skip_logic"]]
    why: Required[Texts]
    where: Mapping[str, "Code | Sequence[Code] | Limits"]
    variable: str
    map: Mapping[Code, Code | None]
    min: float
    max: float
    by: Sequence[str]
    variables: Sequence[str]
    then: Literal["drop", "flag", "missing"]
    code: int
    name: str


class Limits(TypedDict, total=False):
    """Smallest and largest value."""

    min: float
    max: float


class CleaningPart(TypedDict, total=False):
    """cleaning.yaml."""

    steps: Sequence[CleaningStep]


class Share(TypedDict, total=False):
    """Respondents with one of these answers."""

    variable: Required[str]
    codes: Required[Sequence[Code]]
    middle: Sequence[Code]
    opposite: Sequence[Code]


Bands = TypedDict(
    "Bands", {"width": Required[float], "from": Required[float], "to": float}, total=False
)
"""Groups of numbers of one width."""


class Recode(TypedDict, total=False):
    """Codes or numbers of a variable grouped anew."""

    variable: Required[str]
    map: Mapping[Code, int | str]
    ranges: Mapping[Code, Sequence[float | None]]
    bands: Bands
    quantiles: int
    weight: str
    codes: Mapping[Code, Texts]
    measure: Literal["nominal", "ordinal"]


class Combine(TypedDict):
    """Indicators of 0 and 1 together."""

    how: Literal["all", "any", "count"]
    of: Sequence[str]


class DifferenceOfShares(TypedDict):
    """One share minus another."""

    of: str
    minus: str


class Indicator(TypedDict, total=False):
    """One indicator."""

    label: Texts
    dimension: str
    share: Share
    recode: Recode
    combine: Combine
    difference: DifferenceOfShares


class EmpiricalIndicator(TypedDict, total=False):
    """One line of the article's list of empirical indicators."""

    label: Required[Texts]
    dimension: str
    measured_by: Sequence[str]
    note: Texts


class Combination(TypedDict):
    """Indicators that are asked for together."""

    label: Texts
    of: Sequence[str]


class Scale(TypedDict, total=False):
    """Several items together as one number."""

    label: Texts
    items: Required[Sequence[str]]
    reverse: Sequence[str]
    how: Literal["mean", "sum"]
    minimum_items: int
    range: Sequence[float]


class IndicatorsPart(TypedDict, total=False):
    """indicators.yaml."""

    dimensions: Mapping[str, Texts]
    columns: str
    indicators: Mapping[str, Indicator]
    scales: Mapping[str, Scale]
    empirical: Sequence[EmpiricalIndicator]
    combinations: Mapping[str, Combination]


class Subtotal(TypedDict, total=False):
    """A sum of answers."""

    of: Required[Sequence[int | str]]
    rows: Sequence[str]
    label: Texts


class Net(TypedDict, total=False):
    """Some answers less others, in percentage points."""

    of: Required[Sequence[int | str]]
    minus: Required[Sequence[int | str]]
    rows: Sequence[str]
    label: Texts


class Pair(TypedDict):
    """A question asked twice of the same people."""

    before: str
    after: str


class Table(TypedDict, total=False):
    """One table of tables.yaml."""

    rows: Sequence[str]
    summaries: Sequence[str]
    statistics: Sequence[str]
    columns: "str | Sequence[Sequence[str]]"
    where: "Mapping[str, Code | Sequence[Code] | Limits]"
    split: str
    strata: str
    percent: Percent
    section: str
    derived: Literal["counts", "printed_parts"]
    claimed_base: Literal["respondents"]
    rounded_sums: Mapping[str, Mapping[Code, int]]
    minimum_base: int
    subtotals: Sequence[Subtotal]
    top_box: int
    bottom_box: int
    net: int | Net
    nps: bool | Sequence[str]
    means: bool
    grid: bool
    sort: Literal["questionnaire", "agreement"]
    pairs: Sequence[Pair]


class Banner(TypedDict, total=False):
    """One banner of tables.yaml."""

    rows: Sequence[str]
    columns: Required[Sequence[str | Sequence[str]]]
    where: "Mapping[str, Code | Sequence[Code] | Limits]"
    percent: Percent
    letters: bool
    minimum_base: int
    adjustment: Literal["bonferroni", "holm", "benjamini_hochberg"]
    means: bool
    subtotals: Sequence[Subtotal]
    top_box: int
    bottom_box: int
    net: int | Net
    nps: bool | Sequence[str]


class Correlations(TypedDict, total=False):
    """One matrix of correlations of tables.yaml."""

    variables: Required[Sequence[str]]
    method: Literal["pearson", "spearman", "polychoric"]
    where: "Mapping[str, Code | Sequence[Code] | Limits]"
    section: str
    label: Texts


class TablesPart(TypedDict, total=False):
    """tables.yaml."""

    tables: Required[Mapping[str, Table]]
    banners: Mapping[str, Banner]
    correlations: Mapping[str, Correlations]


class FigureEntry(TypedDict, total=False):
    """How one table is drawn."""

    kind: Literal["bars", "diverging", "dumbbell", "means", "none"]
    apart: Sequence[Code]
    column: Literal["single", "double"]


class Journal(TypedDict, total=False):
    """What the journal asks for."""

    single_mm: float
    double_mm: float
    dpi: int


class FiguresPart(TypedDict, total=False):
    """figures.yaml."""

    figures: Mapping[str, FigureEntry]
    most_not_printed: float
    residual_map: bool
    dimensions: bool
    left_out: Sequence[str]
    profiles: Sequence[Literal["screen", "journal", "slide"]]
    journal: Journal


class Model(TypedDict, total=False):
    """One model of models.yaml."""

    label: Texts
    kind: Required[Literal["linear", "binary", "ordered", "multinomial"]]
    outcome: Required[str]
    positive: Sequence[Code]
    predictors: Required[Sequence[str]]
    interactions: Sequence[Sequence[str]]
    reference: Mapping[str, Code]
    where: "Mapping[str, Code | Sequence[Code] | Limits]"


class ModelTable(TypedDict, total=False):
    """Several models of models.yaml side by side."""

    label: Texts
    models: Required[Sequence[str]]
    show: Literal["coefficients", "odds_ratios", "effects"]
    under: Literal["standard_error", "interval", "p_value"]
    stars: bool


class ModelsPart(TypedDict, total=False):
    """models.yaml; empty where there is no such file."""

    models: Required[Mapping[str, Model]]
    compare: Mapping[str, ModelTable]


class IndexDimension(TypedDict, total=False):
    """One dimension of an index."""

    label: Texts
    weight: Required[float]
    source: Required[Texts]


class IndexIndicator(TypedDict, total=False):
    """One indicator of an index."""

    label: Texts
    variable: Required[str]
    dimension: Required[str]
    direction: Literal["positive", "negative"]
    scores: Mapping[Code, float]
    weight: Required[float]
    source: Required[Texts]
    goalposts: Sequence[float]
    cutoff: float
    dont_know: Literal["missing"] | float
    measures: str


class IndexGap(TypedDict):
    """An indicator of an index without a figure."""

    label: Texts
    measures: NotRequired[str]
    dimension: str
    why: Texts


# Not written as a class, because `from` is a word of Python.
IndexType = TypedDict("IndexType", {"label": Texts, "from": float | str}, total=False)
"""One type of respondents."""


class ComparedGroups(TypedDict):
    """Two groups, the first of which has the lower mean."""

    variable: str
    first: int | str
    second: int | str
    dimension: NotRequired[str]


class IndexConclusion(TypedDict):
    """A statement of which each scenario says whether it holds."""

    label: Texts
    lowest_dimension: NotRequired[str]
    highest_dimension: NotRequired[str]
    largest_type: NotRequired[str]
    below: NotRequired[ComparedGroups]


class IndexSensitivity(TypedDict, total=False):
    """Scenarios in which an index is made otherwise."""

    scenarios: int
    seed: int
    respondents: bool
    normalisation: Sequence[Literal["min_max", "goalposts", "z", "rank"]]
    aggregation: Sequence[Literal["arithmetic", "geometric", "counting"]]
    missing: Sequence[Literal["complete", "available"]]
    concentration: float | None
    leave_out: bool
    shift: float
    conclusions: Mapping[str, IndexConclusion]


class DeclaredIndex(TypedDict, total=False):
    """One index of index.yaml."""

    label: Texts
    remark: Texts
    instrument: str
    dimensions: Required[Mapping[str, IndexDimension]]
    indicators: Required[Mapping[str, IndexIndicator]]
    gaps: Mapping[str, IndexGap]
    normalisation: Literal["min_max", "goalposts", "z", "rank"]
    aggregation: Literal["arithmetic", "geometric", "counting"]
    shift: float
    poverty_cutoff: float
    missing: Literal["complete", "available"]
    minimum_items: int
    types: Mapping[str, IndexType]
    by: Sequence[str]
    plans: str
    bins: int
    sensitivity: IndexSensitivity


class IndexPart(TypedDict, total=False):
    """index.yaml; empty where there is no such file."""

    index: Required[Mapping[str, DeclaredIndex]]


class Judgement(TypedDict):
    """The analyst's word on how a theme stands to its tables."""

    kind: Literal["convergence", "complement", "contradiction"]
    said: Texts


class Theme(TypedDict, total=False):
    """What some codes or printed quotations of interviews are about."""

    label: Required[Texts]
    dimension: str
    tables: Sequence[str]
    note: Texts
    codes: Sequence[str]
    judgement: Judgement


class InterviewedGroups(TypedDict):
    """Claims that print how many people of each group were interviewed."""

    variable: str
    codes: Mapping[Code, str]


class Interviewed(TypedDict, total=False):
    """Claims that print how many people were interviewed."""

    total: Required[str]
    groups: Sequence[InterviewedGroups]


class AttributeValue(TypedDict, total=False):
    """A value of an attribute, and what the file has for it."""

    label: Texts
    of: Sequence[str | int]


class Attribute(TypedDict, total=False):
    """What is known of the people interviewed."""

    label: Required[Texts]
    column: str
    values: Mapping[str, AttributeValue]
    bands: Sequence[float]


class Agreement(TypedDict, total=False):
    """On what two coders are compared."""

    unit: Literal["case", "paragraph", "segment"]
    coders: Sequence[str]


class SegmentColumns(TypedDict, total=False):
    """Headings of a table of segments."""

    case: str
    code: str
    text: str
    coder: str
    segment: str


class CodedInterviews(TypedDict, total=False):
    """Where the coded interviews of a wave lie."""

    file: Required[str]
    cases: str
    codebook: str
    columns: SegmentColumns
    encoding: str
    line_ends: Literal["two", "one"]
    order: str
    agreement: Agreement
    released: str
    invented: bool


class InterviewsPart(TypedDict, total=False):
    """interviews.yaml; empty where there is no such file."""

    themes: Required[Mapping[str, Theme]]
    interviewed: Mapping[str, Interviewed]
    sources: Mapping[str, CodedInterviews]
    attributes: Mapping[str, Attribute]
    threshold: int


class SamePerson(TypedDict, total=False):
    """What cannot change of a person between two waves."""

    constant: Sequence[str]
    birth_year: Sequence[str]
    age: Sequence[str]
    contradictions: float


class Multiplicity(TypedDict, total=False):
    """How p-values are adjusted for being many."""

    method: Literal["holm", "benjamini_hochberg", "none"]
    level: Literal["table", "study"]


class TrendPart(TypedDict, total=False):
    """trend.yaml."""

    title: Texts
    reference: str
    time: Mapping[str, float]
    panel: bool
    same_person: SamePerson
    multiplicity: Multiplicity
    tables: Sequence[str]


# Not written as a class, because `from` is a word of Python.
MappedVariable = TypedDict(
    "MappedVariable",
    {
        "from": str,
        "codes": Mapping[Code, Code | None],
        "merge": bool,
        "option": str,
        "open": bool,
        "place": int,
    },
    total=False,
)


class Acceptance(TypedDict, total=False):
    """A difference that somebody looked at and lets pass."""

    variable: Required[str]
    difference: Required[
        Literal[
            "missing_variable",
            "meaning",
            "new_answer",
            "missing_codes",
            "base",
            "routing",
            "type",
            "wording",
            "answer_wording",
            "vanished_answer",
            "range",
            "missing_share",
        ]
    ]
    code: Code
    label: Texts
    why: Required[Texts]


class WaveEntry(TypedDict, total=False):
    """One wave of waves.yaml."""

    after: str
    variables: Mapping[str, MappedVariable] | None
    accept: Sequence[Acceptance] | None


class FalseFit(TypedDict, total=False):
    """How often invented percentages are measured."""

    draws: int
    seed: int


class Answers(TypedDict):
    """Those who gave one of these answers."""

    variable: str
    codes: Sequence[int | str]


class Routing(TypedDict, total=False):
    """Who cannot have answered what."""

    who: Required[Answers]
    cannot_answer: Required[Sequence[str]]
    why: Required[Texts]
    explained_by: Texts


class AuditPart(TypedDict, total=False):
    """audit.yaml."""

    respondents: int
    groups: str
    group_sizes: Mapping[Code, int]
    rounding: Rounding
    false_fit: FalseFit
    routing: Mapping[str, Routing]


class SectionText(TypedDict, total=False):
    """A section's own text."""

    title: str
    paragraphs: Sequence[str]


class TableText(TypedDict, total=False):
    """A table's own text."""

    title: str
    number: str
    sentences: Sequence[str]
    note: str


class Disclosure(TypedDict, total=False):
    """One line of how the survey was made."""

    item: Required[str]
    answer: str | None


class StudyFinding(TypedDict, total=False):
    """A finding that the study declares."""

    sentence: Required[str]
    see: str
    verdict: Literal["contradicted", "imprecise", "cannot_be_checked"]


class TextPart(TypedDict, total=False):
    """text.{language}.yaml."""

    subtitle: str
    findings: Sequence[StudyFinding]
    introduction: Sequence[str]
    methods: Sequence[str]
    sections: Mapping[str, SectionText]
    tables: Mapping[str, TableText]
    overall: Sequence[str]
    conclusion: Sequence[str]
    disclosure: Sequence[Disclosure]
    citation: str
    sources: Sequence[str]


class StudyParts(TypedDict):
    """All parts; a file that is not there is an empty one. Words of the lexicon are by language."""

    config: Config
    codebook: CodebookPart
    cleaning: CleaningPart
    indicators: IndicatorsPart
    tables: TablesPart
    figures: FiguresPart
    lexicon: Mapping[str, Any]
    audit: AuditPart
    models: ModelsPart
    index: IndexPart
    interviews: InterviewsPart
    trend: TrendPart
    waves: Mapping[str, WaveEntry | None]
    text: Mapping[str, TextPart]
