"""Report, Word, PDF, audit and erratum sheet say the same; one that deviates is found."""

import csv
import re
import shutil
import subprocess
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

import docx
import pytest
from lxml import html

from invented import read
from product import test_documents
from product.test_documents import DECIMALS
from product.test_findings_first import findings_of_word, joined, pressed
from programs import need
from resurvey.audit.corrections import CORRECTED, POINTS

LANGUAGES = ("ru", "en")
ALPHA = Decimal("0.05")
QUOTES = {"ru": "«{}»", "en": "“{}”"}
VERDICTS = (
    "confirmed",
    "by_rounded_parts",
    "imprecise",
    "depends_on_reading",
    "internally_consistent",
    "contradicted",
    "cannot_be_checked",
)


say = cache(test_documents.say)


def text_of(element):
    return joined(element.text_content())


def texts_of(row):
    """Texts of the cells of a row; what stands below each other in a cell is told apart."""
    return [joined(" ".join(cell.itertext())) for cell in row]


def sentence_of(text):
    """A finding without the links to its evidence, which differ from page to page."""
    return joined(text.partition("→")[0])


def verdict_named(word, language):
    """The verdict that a page words so."""
    return {say(language, f"verdicts.{name}"): name for name in VERDICTS}.get(joined(word), word)


def bounds_in(text, language):
    """The smallest and the largest p; before bounds may stand the p of the counts shown."""
    mark = re.escape(DECIMALS[language])
    numbers = re.findall(rf"\d+{mark}\d+", text)
    return tuple(Decimal(one.replace(",", ".")) for one in (numbers[-2:] * 2)[:2])


def rows_of_word(path):
    """Every table of a Word file as rows of texts."""
    for table in docx.Document(path).element.body.iter("{*}tbl"):
        yield [
            [
                joined("\n".join("".join(p.itertext("{*}t")) for p in cell.iter("{*}p")))
                for cell in row.iter("{*}tc")
            ]
            for row in table.iter("{*}tr")
        ]


def text_of_pdf(path):
    command = [need("pdftotext"), "-raw", str(path), "-"]
    return pressed(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


class Story:
    """What the documents of one language say of the article."""

    def __init__(self, folder, language):
        self.folder, self.language = folder, language
        self.claims = read(folder / "audit/claims.csv")
        self.report, self.audit, self.erratum = (
            html.parse(folder / f"{name}.{language}.html").getroot()
            for name in ("report/report", "audit/audit", "audit/erratum")
        )
        self.word = folder / f"report/report.{language}.docx"
        self.pdf = text_of_pdf(folder / f"report/report.{language}.pdf")

    def differences(self):
        """Every place where a document says something else, as sentences."""
        return [*self.of_findings(), *self.of_verdicts(), *self.of_tests(), *self.of_corrections()]

    # Findings -----------------------------------------------------------------------------------

    def of_findings(self):
        items = self.report.xpath("//section[@id='findings']/ol/li")
        told = [sentence_of(item.text_content()) for item in items]
        written = [sentence_of(text) for text in findings_of_word(self.word)[1]]
        if not told or written != told:
            yield f"Word finds {written}, the page {told}"
        yield from (
            f"not in the PDF: {sentence}" for sentence in told if pressed(sentence) not in self.pdf
        )
        judging = {
            sentence_of(item.text_content()): item.get("data-verdicts")
            for item in items
            if item.get("data-verdicts")
        }
        audited = {
            text_of(item.find_class("sentence")[0]): item.get("data-verdicts")
            for item in self.audit.xpath("//ol[@class='key']/li")
        }
        if not judging or audited != judging:
            yield f"the audit finds {audited}, the report {judging}"

    # Verdicts -----------------------------------------------------------------------------------

    def of_verdicts(self):
        ledger = {line["claim"]: line["verdict"] for line in self.claims}
        report = {
            row.get("data-claim"): verdict_named(
                text_of(row.find_class("verdict")[0]), self.language
            )
            for row in self.report.xpath("//tr[@data-claim]")
        }
        audit = {
            row.get("id").removeprefix("claim-"): verdict_named(text_of(grade), self.language)
            for part in self.audit.xpath("//section[@aria-labelledby='claims']/details")
            for grade in part.xpath("./summary/h3")
            for row in part.xpath(".//tr[@data-verdict]")
        }
        # The audit shows every statement; the others may show some.
        for name, said in (("report", report), ("audit", audit)):
            wrong = sorted(set(said.items()) - set(ledger.items()))
            if wrong or not said or (name == "audit" and said != ledger):
                yield f"the {name} judges otherwise than claims.csv: {wrong}"
        expected = Counter((self.named(line), line["verdict"]) for line in self.claims)
        for name, found in (("Word", self.graded_in_word()), ("the PDF", self.graded_in_pdf())):
            if not found or found - expected:
                yield f"{name} judges otherwise: {found - expected}"

    def named(self, line):
        """A statement as its row begins."""
        paraphrase, phrase = line[f"paraphrase_{self.language}"], line["key_phrase"]
        return pressed(paraphrase + QUOTES[self.language].format(phrase))

    def graded_in_word(self):
        column = say(self.language, "audit.verdict_column")
        names = {self.named(line) for line in self.claims}
        found = Counter()
        for heading, *rows in rows_of_word(self.word):
            if column in heading:
                for row in rows:
                    if (name := pressed(row[0])) in names:
                        verdict = verdict_named(row[heading.index(column)], self.language)
                        found[name, verdict] += 1
        return found

    def graded_in_pdf(self):
        words = {pressed(say(self.language, f"verdicts.{name}")): name for name in VERDICTS}
        any_word = re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))
        found = Counter()
        for name in {self.named(line) for line in self.claims}:
            for place in re.finditer(re.escape(name), self.pdf):
                verdict = any_word.search(self.pdf, place.end())
                found[name, words[verdict[0]] if verdict else ""] += 1
        return found

    # Tests --------------------------------------------------------------------------------------

    def of_tests(self):
        table = self.report.xpath("//table[@data-table='tests']")[0]
        headings = [text_of(cell) for cell in table.xpath(".//thead//th")]
        p = headings.index("p")
        rows = [texts_of(row) for row in table.xpath(".//tbody/tr")]
        reported = Counter(bounds_in(row[p], self.language) for row in rows)
        recovered = Counter(
            tuple(
                Decimal(line[end]).quantize(Decimal("0.001"), ROUND_HALF_UP)
                for end in ("minimum", "maximum")
            )
            for line in read(self.folder / "audit/ranges.csv")
            if line["statistic"] == "p_value"
        )
        cards = {
            joined(card.xpath(".//summary/h4")[0].text): text_of(card.find_class("gist")[0])
            for card in self.audit.find_class("card")
        }
        tested = {name: gist for name, gist in cards.items() if re.search(r"\(p ", gist)}
        audited = Counter(
            bounds_in(gist.partition("(p")[2], self.language) for gist in tested.values()
        )
        for name, found in (("report", reported), ("audit", audited)):
            if not found or found != recovered:
                yield f"the {name} has other bounds of p than ranges.csv: {found}"
        by_name = {row[0]: bounds_in(row[p], self.language) for row in rows}
        for name, gist in tested.items():
            if bounds_in(gist.partition("(p")[2], self.language) != by_name.get(name):
                yield f"report and audit disagree on p of {name}"
        yield from self.significant(rows, p, tested)
        word = next(
            (
                some
                for first, *some in rows_of_word(self.word)
                if first[: p + 1] == headings[: p + 1]
            ),
            [],
        )
        printed = [list(map(pressed, row[: p + 1])) for row in rows]
        if [list(map(pressed, row[: p + 1])) for row in word] != printed:
            yield f"Word has other tests: {word}"
        yield from (f"not in the PDF: {row}" for row in printed if "".join(row) not in self.pdf)

    def significant(self, rows, p, tested):
        """All count the same significant comparisons."""
        below = sum(bounds_in(row[p], self.language)[1] < ALPHA for row in rows)
        always = say(self.language, "audit.significant_in_all")
        audited = sum(gist.startswith(always) for gist in tested.values())
        recovered = Counter(line["verdict"] for line in read(self.folder / "audit/questions.csv"))
        if not below == audited == recovered["significant in all"]:
            yield f"significant: {below} in the report, {audited} in the audit, {recovered}"
        for name, gist in tested.items():
            none = gist.startswith(say(self.language, "audit.significant_in_none"))
            if none != (bounds_in(gist.partition("(p")[2], self.language)[0] >= ALPHA):
                yield f"the audit's verdict on {name} is not that of its p: {gist}"
        told = [
            item.text_content()
            for item in self.report.xpath("//li[contains(@data-verdicts, 'significant')]")
        ]
        if len(told) != 1 or not re.search(rf"(?<!\d){len(rows)}(?!\d)", told[0]):
            yield f"the finding on tests does not speak of {len(rows)}: {told}"

    # Corrections --------------------------------------------------------------------------------

    def of_corrections(self):
        asking = {
            line["claim"]
            for line in self.claims
            if line["verdict"] in CORRECTED or line["reason"] in POINTS or line["suggestion_en"]
        }
        page = [[text_of(cell) for cell in row] for row in self.erratum.xpath("//tbody/tr")]
        first, *letter = next(rows_of_word(self.folder / f"audit/erratum.{self.language}.docx"))
        for name, rows in (("page", page), ("letter", letter)):
            listed = [claim for row in rows for claim in self.corrected_by(row)]
            if sorted(listed) != sorted(asking):
                wrong = sorted(set(listed) ^ asking)
                yield f"the {name} of corrections differs from claims.csv: {wrong}"

    def corrected_by(self, row):
        """The statements that a row of the sheet corrects: one, or none that is known."""
        place, printed = row[:2]
        quoted = [
            line["claim"]
            for line in self.claims
            if QUOTES[self.language].format(line["key_phrase"]) in printed
            and re.search(rf"(?<!\d){line['page']}(?!\d)", place)
            and line["quantifier"] != "of_respondents"
        ]
        captions = [
            line["claim"]
            for line in self.claims
            if line["quantifier"] == "of_respondents"
            and re.search(r"\d+", line["paragraph"])[0] == place.rpartition(" ")[2]
        ]
        return quoted or captions or [" ".join(row)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_report_word_pdf_audit_and_erratum_say_the_same(article_run, language):
    assert list(Story(article_run / "results/2022", language).differences()) == []


def in_text(file, old, new):
    def plant(folder):
        path = folder / file
        text = path.read_text(encoding="utf-8")
        changed = re.sub(old, new, text, count=1)
        assert changed != text
        path.write_text(changed, encoding="utf-8")

    return plant


def in_word(file, old, new, place=0):
    def plant(folder):
        document = docx.Document(folder / file)
        texts = [one for one in document.element.iter("{*}t") if old in (one.text or "")]
        texts[place].text = texts[place].text.replace(old, new)
        document.save(folder / file)

    return plant


def another_grade(folder):
    path = folder / "audit/claims.csv"
    lines = read(path)
    line = next(line for line in lines if line["verdict"] == "confirmed")
    line["verdict"] = "contradicted"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, lines[0].keys())
        writer.writeheader()
        writer.writerows(lines)


def another_pdf(folder):
    shutil.copy(folder / "report/report.ru.pdf", folder / "report/report.en.pdf")


PLANTED = {
    "a number in a finding of the page": (
        in_text("report/report.en.html", ">162<", ">161<"),
        "the audit finds",
    ),
    "a number in a finding of the audit": (
        in_text("audit/audit.en.html", r">77\.9<", ">77.8<"),
        "the audit finds",
    ),
    "a finding's verdict in the audit": (
        in_text("audit/audit.en.html", 'data-verdicts="contradicted"', 'data-verdicts="agrees"'),
        "the audit finds",
    ),
    "a number in a finding of Word": (
        in_word("report/report.en.docx", "162", "161"),
        "Word finds",
    ),
    "another PDF": (another_pdf, "not in the PDF"),
    "a grade in claims.csv": (another_grade, "the audit judges otherwise"),
    "a grade on the page": (
        in_text("report/report.en.html", r'agrees">confirmed', 'agrees">imprecise'),
        "the report judges otherwise",
    ),
    "a grade in Word": (
        in_word("report/report.en.docx", "depends on the reading", "contradicted", -1),
        "Word judges otherwise",
    ),
    "a bound in the audit": (
        in_text("audit/audit.en.html", r"(\(p\s+0\.)913|(\(p\s+0\.)881", r"\g<2>111"),
        "the audit has other bounds",
    ),
    "a p in the report": (
        in_text("report/report.en.html", r'(gender/pearson/p_value">)0\.161', r"\g<1>0.041"),
        "the report has other bounds",
    ),
    "a significant verdict in the audit": (
        in_text(
            "audit/audit.en.html",
            r"significant under no set of counts \(p",
            "significant under every set of counts (p",
        ),
        "significant: 0 in the report, 1 in the audit",
    ),
    "a correction that is left out": (
        in_text("audit/erratum.en.html", r"(?s)<tbody>\s*<tr.*?</tr>", "<tbody>"),
        "the page of corrections",
    ),
    "a correction in the letter": (
        in_word("audit/erratum.en.docx", "в три раза больше", "в два раза больше"),
        "the letter of corrections",
    ),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_document_that_deviates_is_found(article_run, tmp_path, planted):
    folder = tmp_path / "2022"
    for room in ("report", "audit"):
        shutil.copytree(article_run / "results/2022" / room, folder / room)
    plant, told = PLANTED[planted]
    plant(folder)
    found = list(Story(folder, "en").differences())
    assert any(told in one for one in found), found
