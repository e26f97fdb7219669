"""Key findings: what the report found, at most ten sentences, each with its numbers and evidence.

They are made from the results, so that another wave or survey rewrites or drops them. The
sentences under single tables are those of `resurvey.report.sentences`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from resurvey.audit.claims.ledger import BETWEEN
from resurvey.core.lines import ClaimLine, Line, PrintedLine
from resurvey.core.names import name_number, name_printed
from resurvey.counts.design import Weighting
from resurvey.pages.numerals import Joined, Shown, whole
from resurvey.report.blocks import Item, Link
from resurvey.report.comparison import (
    DISAGREEING,
    UNCHECKED,
    look_of_verdict,
    name_association,
    name_verdict,
    show_arithmetic,
    text_of_claim,
)
from resurvey.report.evidence import count_below as count_tests_below
from resurvey.report.key_numbers import (
    Exchange,
    broken_captions,
    by_rounded_parts,
    clear_differences,
    contradicted,
    detectable_difference,
    exchanged_questions,
    impossible_answers,
    name_comparison,
    name_group_size,
    open_associations,
    reproduced,
    silent_indicators,
    telling_doubt,
    widest_association,
)
from resurvey.tables.inference import answer_comparisons, count_below

if TYPE_CHECKING:
    from resurvey.report.arrangement import Material

UNEQUAL = 1.1
"""Kish's design effect from which on the weights are called unequal."""

MOST_FINDINGS = 10
MOST_LISTED = 3
"""Statements that one finding quotes; its number says how many there are."""
MOST_LINKED = 2
"""More statements of a grade than these stand under it, where the first of them leads."""

SECTIONS = {
    "introduction": "report.introduction",
    "methods": "report.methods",
    "indicators": "report.indicators",
    "overall": "overall.title",
    "interviews": "interviews.title",
    "tests": "report.tests",
    "conclusion": "report.conclusion",
    "comparison": "report.comparison",
    "across": "audit.across",
    "associations": "audit.associations",
}
"""Sections that a finding may lead to, and their titles."""

_PLAIN_NUMBER = re.compile(r"[+\-−]?\d+[.,]?\d*")


@dataclass(frozen=True)
class Finding(Item):
    """A finding; one that judges the publication has verdicts, and places on the audit's page."""

    verdicts: tuple[str, ...] = ()
    in_audit: tuple[Link, ...] = ()


def key_findings(material: "Material") -> tuple[Finding, ...]:
    """Word the findings of a wave; the study's own come last and are never dropped."""
    findings = KeyFindings(material)
    own = tuple(findings.declared())[:MOST_FINDINGS]
    return (*tuple(findings.made())[: MOST_FINDINGS - len(own)], *own)


def shows_power(material: "Material") -> bool:
    """Whether a finding tells the smallest difference that the groups would show."""
    return any(KeyFindings(material).detectable())


class KeyFindings:
    """Words the findings of one wave and language."""

    def __init__(self, material: "Material") -> None:
        self.material, self.results = material, material.results
        self.say, self.labels, self.numerals = material.say, material.labels, material.numerals
        self.alpha = float(material.config["alpha"])
        self.aside, self.by_design = material.aside, material.by_design

    def made(self) -> Iterator[Finding]:
        """Go through what the results give, what matters most first."""
        published = bool(self.results.cells or self.results.claims)
        if not published:
            yield from self._respondents()
        yield from self._cells()
        yield from self._numbers()
        yield from self._words()
        yield from self._partial()
        yield from self._captions()
        yield from self._impossible()
        yield from self._associations()
        yield from self._tests()
        yield from self._indicators("published" if published else "computed")
        yield from self._indices()
        yield from self._differences()

    def declared(self) -> Iterator[Finding]:
        """Go through what the study adds."""
        for entry in self.material.text.get("findings", []):
            place = str(entry.get("see", ""))
            links = [self._table(place)] if place in self.material.tables else []
            links += [self._section(place)] if place in SECTIONS else []
            verdicts = (str(entry["verdict"]),) if "verdict" in entry else ()
            yield Finding(
                self.material.sentences.fill(entry["sentence"]),
                attributes={"data-verdicts": " ".join(verdicts)} if verdicts else {},
                links=tuple(links),
                verdicts=verdicts,
                in_audit=tuple(map(self._from_audit, links)) if verdicts else (),
            )

    def _item(
        self,
        key: str,
        links: Iterable[Link],
        verdicts: Iterable[str] = (),
        in_audit: Iterable[Link] = (),
        **values: Any,
    ) -> Finding:
        verdicts = tuple(verdicts)
        return Finding(
            self.say(f"found.{key}", **values),
            attributes={"data-verdicts": " ".join(verdicts)} if verdicts else {},
            links=tuple(dict.fromkeys(links)),
            verdicts=verdicts,
            in_audit=tuple(dict.fromkeys(in_audit)),
        )

    def _questions(self, lines: Iterable[Mapping[str, Any]]) -> Iterator[Link]:
        """Lead to the cards of questions on the audit's page."""
        for line in lines:
            variable = line["row_variable"]
            yield Link(self.labels.variable(variable), f"#card-{variable}")

    def _from_audit(self, link: Link) -> Link:
        """Lead from the audit's page to a place of the report."""
        page = f"../report/report.{self.material.language}.html"
        return Link(link.text, f"{page}{link.address}")

    def _in_audit(self, place: str, anchor: str) -> Link:
        return Link(self.say.plain(place), f"#{anchor}")

    def _section(self, name: str) -> Link:
        return Link(self.say.plain(SECTIONS[name]), f"#{name}", name)

    def _table(self, name: str) -> Link:
        """Lead to a table; one without a grid of its own stands among the methods."""
        exhibit = self.material.exhibits.get(name)
        if exhibit is None or not exhibit.grids:
            return self._section("methods")
        return Link(exhibit.number or exhibit.plain, f"#exhibit-{name}", f"table-{name}")

    def _named(self, name: str) -> Markup:
        """Name a table in a sentence, as a link."""
        link = self._table(name)
        return Markup('<a href="{}">{}</a>').format(link.address, link.text)

    def _tally(self, *place: object, size: int) -> Shown:
        return whole(size, name_number("tally", *place))

    def _respondents(self) -> Iterator[Finding]:
        """How many answered, and what their weights are."""
        respondents = self.material.respondents
        yield self._item("respondents", [self._section("methods")], n=respondents)
        if unused := self.material.unused_weights:
            yield self._item("not_weighted", [self._section("methods")], variables=unused)
        weighting = self.results.codebook.weighting
        if self.by_design and weighting:
            found = Weighting.from_plain(weighting)
            yield self._item(
                "weighted" if found.effect >= UNEQUAL else "weighted_nearly_equal",
                [self._section("methods")],
                n=self._tally("weights", "respondents", size=found.respondents),
                effective=Shown(
                    self.numerals.fixed(found.effective, 0),
                    identity=name_number("tally", "weights", "effective"),
                ),
            )

    def _cells(self) -> Iterator[Finding]:
        """How many printed cells are reproduced."""
        cells = self.results.cells
        if not cells:
            return
        given, rounded = reproduced(cells), by_rounded_parts(cells)
        yield self._item(
            "cells_by_parts" if rounded else "cells",
            [self._section("comparison")],
            ["agrees" if len(given) == len(cells) else "differs"],
            [self._in_audit("audit.questions", "questions")],
            reproduced=self._tally("findings", "reproduced", size=len(given)),
            all=self._tally("cells", size=len(cells)),
            **(
                {"rounded": self._tally("findings", "by_rounded_parts", size=len(rounded))}
                if rounded
                else {}
            ),
        )

    def _numbers(self) -> Iterator[Finding]:
        """Which numbers of the text are not those of the tables, and what explains them."""
        if lines := contradicted(self.results.claims, in_words=False):
            exchanges = exchanged_questions(lines, self.results.cells)
            explained = {line["claim"] for one in exchanges for line in one.lines}
            rest = [line for line in lines if line["claim"] not in explained]
            told = [self._exchanged(exchange) for exchange in exchanges]
            told += map(self._number, rest[:MOST_LISTED])
            size = self._tally("findings", "numbers", size=len(lines))
            listed = self._listed(told, len(rest))
            # One exchange of two questions explains them all: its sentence says how many there are.
            whole_told = len(exchanges) == 1 and not rest
            yield self._item(
                "numbers_explained" if whole_told else "numbers",
                [*(self._table(one.table) for one in exchanges), self._section("comparison")],
                DISAGREEING,
                [self._in_audit("audit.claims", "claims")],
                n=size,
                listed=listed,
            )

    def _exchanged(self, exchange: Exchange) -> Markup:
        """Say how many numbers of the text agree once two questions are exchanged."""
        size, others = len(exchange.lines), exchange.others
        others_told = Markup("; ").join(self._other_cell(*other) for other in others)
        return self.say.plural(
            "found.exchanged" if others else "found.exchanged_all",
            self._tally("findings", "exchanged", exchange.table, exchange.page, size=size),
            table=self._named(exchange.table),
            page=exchange.page,
            agree=self._tally(
                "findings", "agreeing", exchange.table, exchange.page, size=size - len(others)
            ),
            others=others_told,
        )

    def _other_cell(
        self, line: ClaimLine, cell: PrintedLine, stands: tuple[PrintedLine, ...]
    ) -> Markup:
        """Say what a number should be, and of whom the printed one is if that is one cell."""
        printed = self._of_claim(line, "printed", line["printed"])
        link = Markup('<a href="#claim-{}">{}</a>').format(line["claim"], printed)
        reads = Shown(self.numerals.rewrite(cell["printed"]), identity=name_printed(cell))
        values = {"printed": link, "reads": self.say("found.unit_percent", n=reads)}
        if len(stands) != 1:
            return self.say("found.other_cell", **values)
        column = self.labels.column(stands[0]["column_variable"], stands[0]["column_code"])
        return self.say("found.other_cell_of", **values, column=column)

    def _words(self) -> Iterator[Finding]:
        """Which statements in words the tables do not bear out."""
        if lines := contradicted(self.results.claims, in_words=True):
            yield self._item(
                "words",
                [self._section("comparison")],
                DISAGREEING,
                [self._in_audit("audit.claims", "claims")],
                n=self._tally("findings", "words", size=len(lines)),
                # The last of a text are its conclusions.
                listed=self._listed(map(self._statement, lines[-MOST_LISTED:][::-1]), len(lines)),
            )

    def _partial(self) -> Iterator[Finding]:
        """Which statement holds under one reading only, and how many hold with a reservation."""
        seen = Counter(line["verdict"] for line in self.results.claims)
        partial = [
            (verdict, size)
            for verdict, size in sorted(seen.items(), key=lambda pair: (-pair[1], pair[0]))
            if verdict not in (*DISAGREEING, *UNCHECKED) and look_of_verdict(verdict) != "agrees"
        ]
        if not partial:
            return
        listed = Markup("; ").join(
            self.say(
                "found.verdict",
                verdict=name_verdict(verdict, self.say),
                n=self._tally("claims", verdict, size=size),
            )
            for verdict, size in partial
        )
        verdicts = [verdict for verdict, _ in partial]
        doubt, values = telling_doubt(self.results.claims), {"listed": listed}
        if doubt:
            values |= {
                "statement": self._claim(doubt.line),
                "high": self._reading(doubt.line, *doubt.highest),
                "low": self._reading(doubt.line, *doubt.lowest),
            }
        yield self._item(
            "partial_doubt" if doubt else "partial",
            [self._section("comparison")],
            verdicts,
            self._first_of(verdicts),
            **values,
        )

    def _reading(self, line: ClaimLine, place: int, share: str) -> Markup:
        """Say a reading of a statement and the share that it comes to."""
        language = self.labels.language
        texts = line.get(f"readings_{language}") or line.get("readings_en", "")
        number = Shown(
            self.numerals.rewrite(share),
            identity=name_number("claim", line["claim"], "reading", place),
        )
        return self.say(
            "found.reading",
            share=self.say("found.unit_percent", n=number),
            reading=str(texts).split(BETWEEN)[place],
        )

    def _first_of(self, verdicts: Iterable[str]) -> Iterator[Link]:
        """Lead to the first statements with each verdict."""
        for verdict in verdicts:
            lines = [line for line in self.results.claims if line["verdict"] == verdict]
            for line in lines[:MOST_LINKED]:
                text = text_of_claim(line, self.labels.language)
                yield Link(self.say.plain("found.quoted", text=text), f"#claim-{line['claim']}")

    def _listed(self, told: Iterable[Markup], size: int) -> Markup:
        listed = Markup("; ").join(told)
        return listed if size <= MOST_LISTED else self.say("found.and_others", listed=listed)

    def _number(self, line: ClaimLine) -> Markup:
        return self.say(
            "found.number",
            statement=self._claim(line),
            printed=self._of_claim(line, "printed", line["printed"]),
            recomputed=self._of_claim(line, "recomputed", line["recomputed"]),
        )

    def _statement(self, line: ClaimLine) -> Markup:
        if not _PLAIN_NUMBER.fullmatch(line["recomputed"]):
            return self.say("found.statement_alone", statement=self._claim(line))
        return self.say(
            "found.statement",
            statement=self._claim(line),
            recomputed=self._of_claim(line, "recomputed", line["recomputed"]),
        )

    def _claim(self, line: ClaimLine) -> Markup:
        """Word what is claimed, as a link to its line in the ledger."""
        link = Markup('<a href="#claim-{}">{}</a>')
        return link.format(line["claim"], text_of_claim(line, self.labels.language))

    def _of_claim(self, line: ClaimLine, field: str, text: str) -> Markup:
        """Show a number of a claim, with its unit where it is a share."""
        if _PLAIN_NUMBER.fullmatch(text):
            text = text.replace(",", ".").replace(".", self.numerals.decimal)
        number = Shown(text, identity=name_number("claim", line["claim"], field))
        place = f"found.unit_{line.get('unit') or 'none'}"
        return self.say(place if self.say.has(place) else "found.unit_none", n=number)

    def _captions(self) -> Iterator[Finding]:
        """Which captions name a base that the published numbers rule out."""
        captions = broken_captions(self.material.tables, self.results.questions)
        if not captions:
            return
        bases: dict[str, list[Shown]] = {}
        for caption in captions:
            base, variable = caption.question["largest_base"], caption.question["row_variable"]
            number = whole(int(base), name_number("range", variable, "largest_base"))
            bases.setdefault(caption.table, []).append(number)
        listed = (
            self.say(
                "found.caption",
                table=self._named(name),
                largest=self.say("found.caption_and").join(map(Markup.escape, numbers)),
            )
            for name, numbers in bases.items()
        )
        yield self._item(
            "captions",
            map(self._table, bases),
            DISAGREEING,
            self._questions(caption.question for caption in captions),
            respondents=self.material.respondents,
            listed=Markup("; ").join(listed),
        )

    def _impossible(self) -> Iterator[Finding]:
        """Who rated what they cannot know."""
        routing: Mapping[str, Any] = self.material.study.get("audit", {}).get("routing", {})
        for found in impossible_answers(self.results.joint):
            who, explained = found.who, routing.get(found.route, {}).get("explained_by")
            first, *others = found.rated[:MOST_LISTED]
            rated = [
                self.say(
                    "found.rated",
                    question=self.labels.variable(line["row_variable"]),
                    n=self._joint(line, "respondents"),
                )
                for line in others
            ]
            low, high = (self._joint(who, end) for end in ("low", "high"))
            two = any(
                line["row_variable"] == who["row_variable"] and line["solutions"] == "2"
                for line in self.results.questions
            )
            between = self.say.plain("report.either") if two else "–"
            span = Joined((low, high) if low.text != high.text else (low,), between)
            tables = (self._home(line["row_variable"]) for line in (*found.rated, who))
            listed = self.say(
                "found.rated_first",
                question=self.labels.variable(first["row_variable"]),
                n=self._joint(first, "respondents"),
                arithmetic=show_arithmetic(first["arithmetic"].partition(" = ")[0]),
            )
            yield self._item(
                "impossible",
                [self._section("across"), *(self._table(name) for name in tables if name)],
                ["incompatible"],
                [self._in_audit("audit.across", "across"), *self._questions([*found.rated, who])],
                answer=self.labels.row(
                    self._home(who["row_variable"]), who["row_variable"], who["row_code"]
                ),
                question=self.labels.variable(who["row_variable"]),
                span=span,
                listed=Markup(", ").join([listed, *rated]),
                why=self.say("found.impossible_why", why=self.labels.pick(explained))
                if explained
                else "",
            )

    def _joint(self, line: Line, field: str) -> Shown:
        place = "joint", line["finding"], line["statement"], field
        return whole(int(line[field]), name_number("range", *place))

    def _home(self, variable: str) -> str:
        """Name the table of the report that has a question."""
        tables = self.material.tables.items()
        return next((name for name, table in tables if variable in table["rows"]), "")

    def _associations(self) -> Iterator[Finding]:
        """How many statements of association no table decides, and what one leaves open."""
        statements = open_associations(self.results.associations)
        if not statements:
            return
        size = self._tally("findings", "associations", size=len(statements))
        told = self.say.plural("found.associations", size)
        if line := widest_association(self.results.associations):
            low, high = (self._bound(line, end) for end in ("lowest", "highest"))
            example = self.say(
                "found.association",
                statement=self._told(line, "paraphrase"),
                first=self._told(line, "first"),
                second=self._told(line, "second"),
                n=self._bound(line, "first_highest"),
                low=low,
                high=high,
            )
            told = Markup("{} {}").format(told, example)
        yield self._item(
            "sentence",
            [self._section("associations")],
            UNCHECKED,
            [self._in_audit("audit.associations", "associations")],
            told=told,
        )

    def _bound(self, line: Line, field: str) -> Shown:
        return whole(int(line[field]), name_association(line, field))

    def _told(self, line: Line, part: str) -> str:
        return line.get(f"{part}_{self.labels.language}") or line[f"{part}_en"]

    def _tests(self) -> Iterator[Finding]:
        """How many comparisons of groups are significant, before and after Holm's correction."""
        evidence = self.material.evidence
        below, everything = count_tests_below(evidence)
        if not everything:
            return
        values = {
            "all": everything,
            "alpha": self.material.alpha,
            "below": below,
            "holm": self._tally("tests", "holm", "below", size=self._below_holm()),
        }
        key = "tests" if below else "tests_none"
        nominal = "_nominal" if self.material.nominal else ""
        told = self.say(f"found.{key}{nominal}", **values)
        if answers := answer_comparisons(self.results.comparisons, self.aside):
            sizes = {
                "comparisons": len(answers),
                "comparisons_below": count_below(answers, self.alpha),
                "comparisons_holm": count_below(answers, self.alpha, "holm_article"),
            }
            tallies = {name: self._tally("findings", name, size=n) for name, n in sizes.items()}
            told = self.say(
                "found.tests_and_answers",
                groups=told,
                answers=tallies["comparisons"],
                below=tallies["comparisons_below"],
                holm=tallies["comparisons_holm"],
                alpha=self.material.alpha,
            )
        verdicts = {line["verdict"] for line in self.results.questions if line.get("verdict")}
        told = self.say("found.tests_sentence", told=told)
        for sentence in self.detectable():
            told = Markup("{} {}").format(told, sentence)
        yield self._item(
            "sentence",
            [self._section("tests")],
            sorted(verdict.replace(" ", "_") for verdict in verdicts),
            [self._in_audit("audit.questions", "questions")] if verdicts else (),
            told=told,
        )

    def _below_holm(self) -> int:
        """Count the tests of the report that Holm's correction leaves significant."""
        shown = [found.test.p.identity for found in self.material.evidence if found.test.p]
        lines = {
            name_number(
                "test",
                line["table"],
                line["row_variable"],
                line["column_variable"],
                line["test"],
                "p_value",
            ): line
            for line in self.results.tests
        }
        return count_below([lines[name] for name in shown], self.alpha, "holm_article")

    def detectable(self) -> Iterator[Markup]:
        """Which difference these groups would show."""
        if self.by_design:
            return
        found = detectable_difference(self.results.crosstabs, self.results.tests, self.alpha)
        if found is None:
            return
        first, second = (
            whole(round(float(line["count"])), name_group_size(line))
            for line in (found.first, found.second)
        )
        difference = Shown(
            self.numerals.fixed(found.difference, 1),
            identity=name_number("tally", "findings", "smallest_difference"),
        )
        yield self.say(
            "found.detectable",
            first=first,
            second=second,
            difference=difference,
            alpha=self.material.alpha,
        )

    def _indicators(self, how: str) -> Iterator[Finding]:
        """How many indicators that the study names have no figure."""
        empirical = self.material.study["indicators"].get("empirical", [])
        silent = silent_indicators(empirical, self.results.indicators)
        if not silent:
            return
        share = 100 * len(silent) / len(empirical)
        identity = name_number("tally", "findings", "silent_share")
        links = [self._section("overall")] if self.results.indicators else []
        published = how == "published"
        yield self._item(
            f"indicators_{how}",
            links,
            UNCHECKED if published else (),
            map(self._from_audit, links) if published else (),
            silent=whole(len(silent), name_number("setting", "empirical", "silent")),
            all=whole(len(empirical), name_number("setting", "empirical")),
            share=Shown(self.numerals.fixed(share, 0), identity=identity),
            listed=self._listed(
                (
                    self.say("found.quoted", text=self.labels.pick(entry["label"]))
                    for entry in silent[:MOST_LISTED]
                ),
                len(silent),
            ),
        )

    def _indices(self) -> Iterator[Finding]:
        """What every composite index comes to, and whether it may be added up."""
        for layout in self.material.indices.layouts:
            for told in layout.found():
                yield self._item("sentence", [self._section("overall")], told=told)

    def _differences(self) -> Iterator[Finding]:
        """Which groups differ most, of those that stay different after Holm's correction."""
        lines = clear_differences(
            self.results.comparisons, self.material.tables, self.aside, self.alpha
        )
        for line in lines:
            block = self.material.counts.block(line["table"], line["row_variable"])
            if block is None:
                continue
            codes = [line["first_code"], line["second_code"]]
            shares = [self.material.counts.shown(block, line["row_code"], code) for code in codes]
            groups = [self.labels.column(line["column_variable"], code) for code in codes]
            interval = not self.material.nominal and line["lower"]
            values: dict[str, Any] = {
                "question": self.labels.variable(line["row_variable"]),
                "answer": self.labels.answer(line["row_variable"], line["row_code"]),
                "first": shares[0],
                "second": shares[1],
                "first_group": groups[0],
                "second_group": groups[1],
                "difference": self._difference(line, "difference"),
            }
            if interval:
                values |= {end: self._difference(line, end) for end in ("lower", "upper")}
            key = "difference_interval" if interval else "difference"
            yield self._item(key, [self._table(line["table"])], **values)

    def _difference(self, line: Line, field: str) -> Shown:
        text = self.numerals.fixed(float(line[field]), 1, sign=True)
        return Shown(text, identity=name_comparison(line, field))
