"""Labels: what a code, a variable, a subtotal or a column is called in the page's language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from babel import Locale, UnknownLocaleError

from resurvey.core.codebook import Codebook, as_labels, pick_label, split_stem
from resurvey.core.names import DIFFERENCE, TOTAL, sum_parts
from resurvey.tables.boxes import label_net, names_of_boxes
from resurvey.tables.domains import read_crossed, word_domain


@dataclass(frozen=True)
class Labels:
    """Labels of a study in one language; a label that is missing falls back to another language.

    Attributes
    ----------
    codebook : Codebook
        Of the table room, indicators included.
    tables : dict
        `config/tables.yaml` (its `tables`): labels of subtotals.
    words : dict
        `tables` of the shared words: `total`, `all_respondents`, `no_answer`, `difference`.
    language : str
        Language of the page.
    """

    codebook: Codebook
    tables: Mapping[str, Mapping[str, Any]]
    words: Mapping[str, str]
    language: str

    def pick(self, text: Any, otherwise: str = "") -> str:
        """Choose among a text or a mapping language -> text."""
        return pick_label(as_labels(text), self.language, otherwise)

    def variable(self, name: str) -> str:
        """Question wording, or label of a multiple-response set; the name where there is none."""
        if name in self.codebook:
            return self.codebook[name].title(self.language)
        return self.pick(self.codebook.multiple_response.get(name, {}).get("label"), name)

    def answer(self, name: str, code: str, otherwise: str = "") -> str:
        """Label of one answer, whose code is text as CSV files have it.

        Examples
        --------
        >>> from resurvey.core.codebook import Variable
        >>> q = Variable("q", codes={1: {"en": "Yes", "ru": "Да"}})
        >>> Labels(Codebook({"q": q}), {}, {}, "ru").answer("q", "1")
        'Да'
        """
        if name in self.codebook:
            for known, labels in self.codebook[name].codes.items():
                if str(known) == code:
                    return pick_label(labels, self.language, otherwise or code)
        return otherwise or code

    def row(self, table: str, name: str, code: str, otherwise: str = "") -> str:
        """Label of a row: an answer, a subtotal such as ``1+2``, or the total."""
        if code == TOTAL:
            return self.words["total"]
        if len(parts := self.parts(name, code)) == 1:
            return self.answer(name, code, otherwise)
        for subtotal in self.tables.get(table, {}).get("subtotals", []):
            wanted = name in subtotal.get("rows", [name])
            if wanted and "+".join(map(str, subtotal["of"])) == code and "label" in subtotal:
                return self.pick(subtotal["label"], otherwise)
        if otherwise in names_of_boxes(self.tables.get(table, {})):
            return otherwise
        return " + ".join(self.answer(name, part) for part in parts)

    def parts(self, name: str, code: str) -> list[str]:
        """Codes of the answers that a row adds up, whose own may have a plus: ``65+``."""
        answers = self.codebook[name].codes if name in self.codebook else ()
        return sum_parts(code, set(map(str, answers)))

    def net(self, table: str, name: str, word: Callable[..., str]) -> str:
        """Label of a question's net share; `word` puts the sides ``of`` and ``minus`` into words.

        Examples
        --------
        >>> labels = Labels(Codebook({}), {"t": {"net": 2}}, {}, "en")
        >>> labels.net("t", "q", "{of} less {minus}".format)
        'Top-2 less Bottom-2'
        """
        declared = self.tables.get(table, {})["net"]
        return label_net(declared, lambda code: self.answer(name, code), self.language, word)

    def column(self, name: str, code: str, otherwise: str = "") -> str:
        """Label of a column: a group, all respondents, or the difference of two questions."""
        if code == TOTAL:
            return self.words["all_respondents"]
        if code == DIFFERENCE:
            return self.words["difference"]
        return self.answer(name, code, otherwise)

    def domain(self, where: Mapping[str, Any]) -> str:
        """Word whom the condition of a table, a banner or a model keeps; nothing without one.

        Examples
        --------
        >>> from resurvey.core.codebook import Variable
        >>> sex = Variable("sex", {"en": "Sex"}, codes={1: {"en": "Men"}, 2: {"en": "Women"}})
        >>> book = Codebook({"sex": sex, "age": Variable("age", {"en": "Age"})})
        >>> Labels(book, {}, {}, "en").domain({"sex": 2, "age": {"min": 18, "max": 54}})
        'Women; Age: 18–54'
        """
        return word_domain(where, self.codebook, self.language, self.words)

    def groups(self, name: str, code: str) -> tuple[str, str]:
        """Heading over the columns of a crossed variable, and that of one of them.

        Examples
        --------
        >>> from resurvey.core.codebook import Variable
        >>> sex = Variable("sex", {"en": "Sex"}, codes={1: {"en": "Men"}, 2: {"en": "Women"}})
        >>> age = Variable("age", {"en": "Age"}, codes={1: {"en": "Young"}, 2: {"en": "Old"}})
        >>> labels = Labels(Codebook({"sex": sex, "age": age}), {}, {}, "en")
        >>> labels.groups("sex*age", "2*1")
        ('Women: Age', 'Young')
        """
        outer = read_crossed(name, code)
        inner, answer = outer.popitem()
        above = word_domain(outer, self.codebook, self.language, self.words)
        return f"{above}: {self.variable(inner)}", self.answer(inner, answer)

    def of_domain(self, table: str, title: str) -> str:
        """Add to the title of a table or banner whom it is about.

        Examples
        --------
        >>> Labels(Codebook({}), {"jobs": {"rows": ["job"]}}, {}, "en").of_domain("jobs", "Work")
        'Work'
        """
        domain = self.domain(self.tables.get(table, {}).get("where", {}))
        return f"{title} – {domain}" if domain else title

    def without_stem(self, names: list[str]) -> tuple[str, list[str]]:
        """Split the wordings of variables into what they share at the beginning, and the rest.

        Examples
        --------
        >>> from resurvey.core.codebook import Variable
        >>> before, after = Variable("b", {"": "Job: before"}), Variable("a", {"": "Job: after"})
        >>> Labels(Codebook({"b": before, "a": after}), {}, {}, "en").without_stem(["b", "a"])
        ('Job', ['Before', 'After'])
        """
        return split_stem([self.variable(name) for name in names])


def native_name(language: str) -> str:
    """Name of a language in itself; its code where Babel does not know it.

    Examples
    --------
    >>> native_name("ru"), native_name("xx")
    ('Русский', 'xx')
    """
    try:
        name = str(Locale(language).get_display_name(language) or language)
    except UnknownLocaleError:
        return language
    return name[:1].upper() + name[1:]
