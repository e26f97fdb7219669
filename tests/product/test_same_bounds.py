"""Report and audit say the same of every test: its p-value, its bounds and the verdict on them."""

import re

import lxml.html
import pytest
import yaml

from invented import ROOT

VERDICTS = ("significant_in_all", "significant_in_some", "significant_in_none")


def joined(element):
    return re.sub(r"\s+", " ", element.text_content()).strip()


def number(text):
    """A printed p-value; what is below a thousandth is taken as less."""
    text = text.replace(",", ".")
    return 0.0005 if text.startswith("<") else float(text.removeprefix("= "))


@pytest.fixture(params=["ru", "en"])
def pages(request, article_run):
    """The report and the audit in one language, and the words both are written with."""
    results, language = article_run / "results/2022", request.param
    words = (ROOT / f"report/words.{language}.yaml").read_text(encoding="utf-8")
    report, audit = (
        lxml.html.parse(str(results / place), lxml.html.HTMLParser(encoding="utf-8")).getroot()
        for place in (f"report/report.{language}.html", f"audit/audit.{language}.html")
    )
    return report, audit, yaml.safe_load(words)


def shown(page, identity):
    """What a page prints under the name of a number, each text once."""
    return {joined(one) for one in page.xpath(f"//*[@data-number='{identity}']")}


def audited(audit, words):
    """Question -> statistic -> its ends and verdict, as its card prints them."""
    names = {words["audit"][key]: key for key in ("p_value", "linear_by_linear_p_value")}
    found = {}
    for card in audit.xpath("//article[@data-question]"):
        for row in card.xpath(".//table[contains(@class, 'bounds')]//tr[th[@scope='row']]"):
            texts = [joined(cell) for cell in row]
            if texts[0] in names:
                ends = texts[1].split(" … ")
                told = found.setdefault(card.get("data-question"), {})
                told[names[texts[0]]] = (ends[0], ends[-1], texts[-1])
    return found


def reported(report, question, test, statistic):
    """The p of a test, and its ends over all solutions, as the report prints them."""
    place = rf"test:[^/]+/{question}/[^/]+/{test}/p_value"
    names = {one.get("data-number") for one in report.xpath("//*[@data-number]")}
    own = [name for name in names if re.fullmatch(place, name)]
    assert len(own) == 1, (question, test)
    values = {text.removeprefix("= ") for text in shown(report, own[0])}
    (p,) = values
    ends = [
        shown(report, f"range:{question}/{statistic}/{end}") or {p}
        for end in ("minimum", "maximum")
    ]
    return p, [text for (text,) in ends]


def test_every_p_value_and_its_bounds_are_the_same_in_report_and_audit(pages):
    report, audit, words = pages
    tests = {"p_value": "pearson", "linear_by_linear_p_value": "linear_by_linear"}
    found = audited(audit, words)
    assert len(found) == 10
    assert sum("linear_by_linear_p_value" in told for told in found.values()) == 8
    for question, told in found.items():
        for statistic, (low, high, verdict) in told.items():
            p, ends = reported(report, question, tests[statistic], statistic)
            assert ends == [low, high], question
            assert number(low) <= number(p) <= number(high)
            below = [number(end) < 0.05 for end in ends]
            place = 0 if all(below) else 1 if any(below) else 2
            assert verdict == words["audit"][VERDICTS[place]]


def test_paired_comparison_has_the_same_bounds_and_verdicts(pages):
    report, audit, words = pages
    rows = [
        [joined(cell).replace(" … ", "–") for cell in row]
        for row in audit.xpath("//section[@aria-labelledby='pairs']//tbody/tr")
    ]
    own = [
        [joined(cell) for cell in row]
        for row in report.xpath("//table[@data-table='paired']//tr[th[@scope='row']]")
    ]
    assert len(rows) == 13
    # The audit has the chi-square between what changed and the exact p; the report has not.
    assert own == [[*row[:4], *row[5:]] for row in rows]
    told = " ".join(joined(one) for one in report.xpath("//*[@id='exhibit-table_1']"))
    always = [row[0] for row in own if row[5] == words["audit"]["short_significant_in_all"]]
    assert len(always) == 3
    start = told.index(words["report"]["paired_shown"].partition("{")[0].strip())
    end = told.index(words["report"]["paired_holm"].partition("{")[0].strip())
    quoted = re.findall("[“«](.*?)[”»]", told[start:end])
    assert quoted == always
    refused = words["report"]["paired_refused"].partition("{")[0].strip()
    assert refused not in told


def test_single_answers_and_the_power_are_told_alike(pages):
    report, audit, words = pages
    said = [joined(page.body) for page in (report, audit)]
    for key, place in (("answers_compared", "report"), ("detectable", "found")):
        form = re.escape(" ".join(words[place][key].split()))
        form = re.sub(r"\\{\w+\\}", r"\\d+", form, count=1)
        form = re.sub(r"\\{\w+\\}", ".+?", form).replace("\\ ", " ")
        told = [re.search(form, text)[0] for text in said]
        assert told[0] == told[1]
    holm = shown(report, "tally:findings/comparisons_holm")
    assert holm == {"0"}
