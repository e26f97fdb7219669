"""Every sentence of the article's study is plain, in either language."""

import json
import re

import docx
import pytest
from lxml import html

LANGUAGES = ("ru", "en")
PAGES = ("report/report", "audit/audit", "audit/erratum")
WORD_FILES = ("report/report", "audit/erratum")

FORBIDDEN = {
    "ru": {
        "ячейка": r"клет(?:к|ок)",
        "критерий Макнемара": r"Мак-Немар",
        "кодификатор": r"кодировочн\w+ книг|словар\w+ переменных",
        "вывод": r"\bвердикт",
        "абсолютная частота": r"\bчисленност",
        "описательное p": r"номинальн\w+ p\b|\bp номинальн|значения p номинальн",
        "набор частот": r"печата\w+ (?:ровно|таблиц)|таблиц\w* численност",
        "уровень значимости": r"заявленный уровень",
        "оценивают": r"\bценят\b",
        "е": "[ёЁ]",
    },
    "en": {
        "returnees": r"\bthe returned\b",
        "percentages": r"\bper cents\b",
        "ability to": r"\bpossibilit(?:y|ies) (?:to|for)\b",
        "was conducted": r"\bsurvey was made\b",
        "in absolute value": r"\bin size\b",
        "reproduces": r"\bprints? (?:like|exactly as)\b",
        "cross-tabulation": r"\bcrossed in print\b",
        "descriptive p": r"\bnominal p\b|\bp-values? (?:is|are) nominal\b",
        "compares": r"\bhold(?:s|ing)? against\b|\bheld against\b",
        "true": r"\b(?:True|False),",
    },
}
"""What is not written, in a language, by what is written instead."""

FAULTS = {
    "empty brackets": r"\(\s*\)",
    "two spaces": r"\N{NO-BREAK SPACE} | \N{NO-BREAK SPACE}",
    "two marks": r"[,;:]{2}|(?<!\.)\.\.(?!\.)|,\.|;\.|: :|\.»\.|\.”\.",
    "a space before a mark": r"\w [,;:](?= |$)|\( | \)(?!\w)",
    "two quotation marks": "««|»»|““|””",
    "a hyphen for a minus": r"(?<![\w/.)–-])-\d",
    "a sign of per cent alone": r"(?:^|[(;,] )%(?= [^\W\d_])(?! (?:от|по|of|within)\b)",
    "an unfilled place": r"\{\w+\}",
}

LATIN = {
    *("SPSS", "NumPy", "PCG", "Snakemake", "Word", "IT", "CSV", "SVG", "PNG", "PDF", "LaTeX"),
    *("Tab", "Enter", "Esc", "RU", "EN", "English", "resurvey", "ln", "df", "max", "min"),
}
"""Latin words that a Russian page has: names, keys and functions."""

FILE = re.compile(r"\b[\w/]+\.(?:csv|json|html|docx|xlsx|sav|yaml)\b")
QUOTED = "//*[@class='phrase']|//*[@lang and not(self::html)]"
UNREAD = "//script|//style|//template|//code|//svg"
LEAVES = "//*[self::p or self::li or self::td or self::th or self::h1 or self::h2 or self::h3"
LEAVES += " or self::caption or self::dt or self::dd or self::summary or self::figcaption]"


def read_page(path):
    """Tree of a page without what is not read and without the words of the article itself."""
    tree = html.parse(path).getroot()
    for element in tree.xpath(f"{UNREAD}|{QUOTED}"):
        element.drop_tree()
    for line_break in tree.xpath("//br|//summary|//details|//small"):
        line_break.tail = f"\n{line_break.tail or ''}"
    for cell in tree.xpath("//li|//td//li|//td/div|//th/div"):
        cell.tail = f"\n{cell.tail or ''}"
    return tree


def sentences_of_page(path):
    """Texts of a page, each once, by their element; what an element holds is not told again."""
    texts = {}
    for element in read_page(path).xpath(LEAVES):
        for line in element.text_content().split("\n"):
            texts.setdefault(line.strip(), element)
    return [text for text in texts if text]


def sentences_of_word(path):
    texts = (node.text or "" for node in docx.Document(path).element.body.iter() if node.text)
    return list(dict.fromkeys(texts))


def faults_of(texts, patterns):
    return [
        f"{name}: …{text[max(0, found.start() - 30) : found.end() + 30]}…"
        for text in texts
        for name, pattern in patterns.items()
        for found in [re.search(pattern, text)]
        if found
    ]


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request):
    return request.param


@pytest.fixture(scope="module", params=PAGES)
def page(request, article_run, language):
    return article_run / f"results/2022/{request.param}.{language}.html"


def test_one_term_stands_for_one_thing(page, language):
    assert faults_of(sentences_of_page(page), FORBIDDEN[language]) == []


def test_sentences_are_put_together_without_a_seam(page):
    texts = sentences_of_page(page)
    assert len(texts) > 20
    assert faults_of(texts, FAULTS) == []


@pytest.mark.parametrize("name", WORD_FILES)
def test_word_says_it_in_the_same_terms(article_run, language, name):
    texts = sentences_of_word(article_run / f"results/2022/{name}.{language}.docx")
    texts = [text for text in texts if not re.search("[А-Яа-яё]", text) or language == "ru"]
    terms = {name: found for name, found in FORBIDDEN[language].items() if name != "е"}
    assert faults_of(texts, terms | {"empty brackets": FAULTS["empty brackets"]}) == []


def test_russian_sentence_has_no_foreign_words(article_run):
    codebook = article_run / "results/2022/import/codebook.json"
    listed = json.loads(codebook.read_text(encoding="utf-8"))["variables"]
    variables = {variable["name"] for variable in listed}
    for name in PAGES:
        texts = sentences_of_page(article_run / f"results/2022/{name}.ru.html")
        told = [text for text in texts if re.search("[А-Яа-я]{3}.*[А-Яа-я]{3}", text)]
        words = {
            word
            for text in told
            # A name in a file is a name; one letter is a symbol.
            for word in re.findall(r"(?<![\w-])[A-Za-z]{2,}(?![\w-])", FILE.sub("", text))
        }
        words -= variables
        assert words <= LATIN, name


def test_english_page_has_russian_only_where_it_quotes(article_run):
    for name in PAGES:
        texts = sentences_of_page(article_run / f"results/2022/{name}.en.html")
        foreign = [text for text in texts if re.search("[А-Яа-я]", text) and "“" not in text]
        assert foreign == [], name


def test_recomputed_number_has_the_decimal_mark_of_the_page(article_run):
    """A printed number keeps its comma: it stands alone in its cell, or is quoted."""
    for name in PAGES:
        texts = sentences_of_page(article_run / f"results/2022/{name}.en.html")
        told = (re.sub(r"“[^”]*”(?:: [+−]?\d+,\d+)?", "", text) for text in texts)
        commas = [text for text in told if re.search(r"\d,\d", text)]
        assert [text for text in commas if not re.fullmatch(r"[+−]?\d+,\d+", text)] == [], name
    report = html.parse(article_run / "results/2022/report/report.en.html").getroot()
    recomputed = [
        number.text_content()
        for number in report.xpath("//*[@data-number]")
        if not number.get("data-number").startswith("printed:")
        and not number.get("data-number").endswith("/printed")
    ]
    assert len(recomputed) > 500
    assert [text for text in recomputed if "," in text] == []
    audit = html.parse(article_run / "results/2022/audit/audit.en.html").getroot()
    claims = audit.xpath("//table[contains(@class, 'statements')]/tbody/tr/td[3]")
    assert len(claims) > 50
    assert [cell.text_content() for cell in claims if "," in cell.text_content()] == []
