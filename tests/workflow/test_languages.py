"""A reader of one language meets no word of another, and a third language is one file."""

import csv
import json
import re
import zipfile
from xml.etree import ElementTree

import pytest
import yaml
from lxml import html

from invented import ROOT, copy_study, snakemake, write_raw, write_study
from resurvey.study.words import read_words

LATIN = re.compile(r"[A-Za-z][A-Za-z_'’-]*[A-Za-z_]")
CYRILLIC = re.compile(r"[А-Яа-яЁёҢңӨөҮү][А-Яа-яЁёҢңӨөҮү-]+")
FILE = re.compile(r"(?:[\w.-]+/)*[\w.-]+\.(?:csv|json|yml|html|png|svg|xlsx|pdf|docx|sav)\b")
ADDRESS = re.compile(r"https?://\S+|doi\.org/\S+")

SAME_EVERYWHERE = {
    # programs and formats
    "resurvey", "Snakemake", "SPSS", "PSPP", "NumPy", "PCG", "SVG", "PNG", "CSV", "LaTeX", "PDF",
    "Word",
    # names of keys
    "Tab", "Enter", "Esc",
    # functions and symbols of the arithmetic
    "max", "min", "ln", "df", "BH",
    # the other language, in itself, and its code
    "English", "RU", "EN", "KY",
    # an answer has it in Russian, too: "информационные технологии (IT)"
    "IT",
}  # fmt: skip
SPOKEN = ("title", "aria-label", "alt", "placeholder", "aria-description")
ABOUT = {"en": CYRILLIC, "ru": LATIN}


def names_of_the_study(folder):
    """Variables, tables, indicators and places of claims: names are never translated."""
    names = set()
    for part in ("codebook", "tables", "indicators"):
        text = yaml.safe_load((folder / f"config/{part}.yaml").read_text(encoding="utf-8"))
        for one in text.values():
            names |= set(one) if isinstance(one, dict) else set()
    indices = yaml.safe_load((folder / "config/index.yaml").read_text(encoding="utf-8"))["index"]
    for name, index in indices.items():
        names |= {name, f"{name}_type", *(f"{name}_{part}" for part in index["dimensions"])}
    for line in claims_of(folder):
        names |= set(LATIN.findall(line["paragraph"]))
    return names | {"total", *(name.rstrip("0123456789") for name in names)}


def claims_of(folder, file="claims"):
    """Quantified statements of the article, or those of association, as they were typed."""
    path = folder / f"resources/published/2022/{file}.csv"
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def texts_of_page(path):
    """What a page shows or reads out, without quotations in another language."""
    root = html.fromstring(path.read_text(encoding="utf-8"))
    language = root.get("lang")
    for node in root.xpath("//script | //style | //code"):
        node.drop_tree()
    for node in root.xpath("//body//*[@lang]"):
        if node.get("lang") != language:
            node.drop_tree()
    # The article is quoted in the language in which it says it.
    for node in root.xpath("//*[contains(concat(' ', @class, ' '), ' phrase ')]"):
        node.drop_tree()
    for node in root.iter():
        yield from (node.text or "", node.tail or "")
        yield from (node.get(name) or "" for name in SPOKEN)


def strange(texts, pattern, known):
    """Words of the other alphabet that are no names, files or addresses."""
    found = set()
    for text in texts:
        for word in pattern.findall(ADDRESS.sub(" ", FILE.sub(" ", text))):
            if word not in known and word not in SAME_EVERYWHERE:
                found.add(word)
    return sorted(found)


@pytest.fixture(scope="session")
def known(article_run):
    return names_of_the_study(article_run)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_pages_have_no_word_of_the_other_language(article_run, known, language):
    pages = sorted((article_run / "results").rglob(f"*.{language}.html"))
    assert {path.parent.name for path in pages} >= {"report", "audit"}
    for path in pages:
        assert strange(texts_of_page(path), ABOUT[language], known) == [], path.name


@pytest.mark.parametrize("language", ["ru", "en"])
def test_figures_and_their_texts_have_no_word_of_the_other_language(article_run, known, language):
    folder = article_run / "results/2022/figures"
    for path in sorted(folder.glob(f"*.{language}.svg")):
        root = ElementTree.parse(path).getroot()
        texts = [*(node.text or "" for node in root.iter()), root.attrib["aria-label"]]
        assert strange(texts, ABOUT[language], known) == [], path.name
    alt = json.loads((folder / f"alt.{language}.json").read_text(encoding="utf-8"))
    texts = [one[key] for one in alt.values() for key in ("title", "alt")]
    assert strange(texts, ABOUT[language], known) == []
    for path in sorted(folder.glob(f"*.{language}.csv")):
        with open(path, encoding="utf-8") as lines:
            for line in csv.DictReader(lines):
                shown = [line["question"], line["row"], line["column"], line["printed"]]
                assert strange(shown, ABOUT[language], known) == [], path.name


def quoted(article_run):
    """Words of the article's own phrases, which documents print as quotations."""
    lines = claims_of(article_run) + claims_of(article_run, "associations")
    phrases = [line["key_phrase"] for line in lines]
    return {word for one in phrases for pattern in ABOUT.values() for word in pattern.findall(one)}


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("file", ["report.{}.docx", "tables.{}.xlsx"])
def test_documents_have_no_word_of_the_other_language(article_run, known, file, language):
    path = article_run / "results/2022/report" / file.format(language)
    parts = ("word/document.xml", "word/footnotes.xml", "word/header1.xml", "word/footer1.xml",
             "xl/sharedStrings.xml", "xl/workbook.xml")  # fmt: skip
    with zipfile.ZipFile(path) as package:
        trees = [ElementTree.fromstring(package.read(one)) for one in parts
                 if one in package.namelist()]  # fmt: skip
    assert trees
    texts = []
    for tree in trees:
        texts += [node.text or "" for node in tree.iter() if node.tag.endswith("}t")]
        texts += [node.get("name", "") for node in tree.iter() if node.tag.endswith("}sheet")]
    assert strange(texts, ABOUT[language], known | quoted(article_run)) == []


# A third language: labels in Kyrgyz, the rest in Russian


def add_labels(value, words):
    """Give every label its Kyrgyz wording where there is one."""
    if isinstance(value, dict):
        if value.get("ru") in words:
            value["ky"] = words[value["ru"]]
        for one in value.values():
            add_labels(one, words)
    elif isinstance(value, list):
        for one in value:
            add_labels(one, words)


@pytest.fixture(scope="session")
def kyrgyz_run(tmp_path_factory):
    """The article's study with labels in Kyrgyz, run once."""
    folder = copy_study(ROOT, tmp_path_factory.mktemp("kyrgyz"))
    labels = (ROOT / "tests/workflow/kyrgyz_labels.yaml").read_text(encoding="utf-8")
    words = yaml.safe_load(labels)
    for part in ("codebook", "tables", "indicators"):
        path = folder / f"config/{part}.yaml"
        value = yaml.safe_load(path.read_text(encoding="utf-8"))
        add_labels(value, words)
        path.write_text(yaml.safe_dump(value, allow_unicode=True, sort_keys=False), "utf-8")
    config = folder / "config/config.yaml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("languages: [ru, en]", "languages: [ru, en, ky]"), "utf-8")
    finished = snakemake(folder, cores=4)
    assert finished.returncode == 0, finished.stderr
    return folder


@pytest.fixture(scope="session")
def kyrgyz_page(kyrgyz_run):
    return html.fromstring(
        (kyrgyz_run / "results/2022/report/report.ky.html").read_text(encoding="utf-8")
    )


def test_study_in_kyrgyz_has_a_report_with_kyrgyz_labels(kyrgyz_page):
    assert kyrgyz_page.get("lang") == "ky"
    text = kyrgyz_page.text_content()
    for label in ("Эркектер", "Аялдар", "Негизинен ооба", "Бардык сурамжылангандар", "Мазмуну"):
        assert label in text
    headings = [" ".join(one.text_content().split()) for one in kyrgyz_page.xpath("//h2")]
    assert "Экономикалык өлчөм" not in headings  # the study's own text has the section's title
    assert "Тандалма жана ыкмалар" in headings


def test_page_in_kyrgyz_says_in_one_line_that_parts_are_not_translated(kyrgyz_page):
    lines = [one.text_content() for one in kyrgyz_page.xpath("//p[@class='partly']")]
    assert lines == ["Бардык сөздөр которулган эмес; калгандары орус тилинде."]


def test_complete_languages_say_nothing_of_the_kind(kyrgyz_run):
    for language in ("ru", "en"):
        page = (kyrgyz_run / f"results/2022/report/report.{language}.html").read_text("utf-8")
        assert 'class="partly"' not in page


def test_kyrgyz_tables_keep_the_article_s_numbers_and_the_decimal_comma(kyrgyz_page):
    captions = " ".join(one.text_content() for one in kyrgyz_page.xpath("//caption"))
    assert "Таблица 2. Соответствие работы" in captions  # borrowed from text.ru.yaml
    numbers = [one.text for one in kyrgyz_page.xpath("//td[@data-number]") if one.text]
    assert "28,3" in numbers
    assert not any(re.fullmatch(r"\d+\.\d", one) for one in numbers)


def test_reconstructed_data_are_labelled_in_kyrgyz_on_the_page_and_on_every_figure(kyrgyz_run):
    mark = "Жарыяланган таблицалар боюнча калыбына келтирилген, микромаалымат эмес"
    figures = sorted((kyrgyz_run / "results/2022/figures").glob("*.ky.svg"))
    assert figures
    for path in figures:
        assert mark in path.read_text(encoding="utf-8"), path.name
    page = (kyrgyz_run / "results/2022/report/report.ky.html").read_text(encoding="utf-8")
    assert "Калыбына келтирилген маалымат, микромаалымат эмес" in page


def test_kyrgyz_figure_has_no_russian_label_that_is_translated(kyrgyz_run):
    svg = (kyrgyz_run / "results/2022/figures/table_2.ky.svg").read_text(encoding="utf-8")
    assert "Негизинен жок" in svg
    assert "В основном нет" not in svg
    assert "Мужчины" not in svg


def test_third_language_changes_nothing_in_the_others(kyrgyz_run, article_run):
    for language in ("ru", "en"):
        for path in sorted((article_run / "results/2022/figures").glob(f"*.{language}.svg")):
            other = kyrgyz_run / "results/2022/figures" / path.name
            assert other.read_bytes() == path.read_bytes(), path.name


def test_kyrgyz_words_are_used_and_not_only_there():
    words = read_words(ROOT / "report", ["ky"])["ky"]
    assert words["figures"]["reconstructed"].startswith("Жарыяланган")
    assert words["audit"]["title"] == "Аудит опубликованных таблиц"


def test_language_that_nobody_knows_is_in_english_and_says_so(tmp_path):
    write_raw(tmp_path / "resources/1996/raw.sav")
    config = 'languages: [zz]\nwaves:\n  "1996": {file: resources/1996/raw.sav}\n'
    tables = "tables:\n  vote_by_education: {rows: [vote], columns: educ}\n"
    write_study(tmp_path, config=config, tables=tables)
    finished = snakemake(tmp_path)
    assert finished.returncode == 0, finished.stderr
    page = (tmp_path / "results/1996/report/report.zz.html").read_text(encoding="utf-8")
    assert '<html lang="zz">' in page
    assert "Some of the text is not translated and is shown in English." in page
