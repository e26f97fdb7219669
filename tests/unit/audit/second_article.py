"""A second published article: per cents computed from anes96, with non-response, truth known."""

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from resurvey.core.printed import format_fixed, parse_printed, percent_text

GROUPS = {"Clinton": 0, "Dole": 1}
QUESTIONS = {"party": "PID", "self leaning": "selfLR", "TV news": "TVnews", "education": "educ"}
MISSING = 0.06


@dataclass
class Article:
    """What the article prints, and the counts that it was computed from."""

    shares: dict[tuple[str, str, str], str] = field(default_factory=dict)
    truth: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)

    @property
    def columns(self):
        """Headings of the columns of per cents."""
        return [*GROUPS, "total"]

    def answers(self, question):
        """Answers of a question, in printed order."""
        return list(dict.fromkeys(row for asked, row, _ in self.shares if asked == question))

    def write(self, path):
        """Write the article as a newcomer would type it."""
        lines = [";".join(["question", "answer", *self.columns])]
        for question in self.truth:
            for row in self.answers(question):
                cells = [self.shares[question, row, column] for column in self.columns]
                lines.append(";".join([question, row, *cells]))
        sizes = [str(self.sizes[column]) for column in self.columns]
        lines.append(";".join(["", "max base", *sizes]))
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path


def print_article(seed):
    """Print the four questions by vote; some people gave no answer to some question."""
    from statsmodels.datasets import anes96

    people = anes96.load_pandas().data
    random = np.random.default_rng(seed)
    article = Article(sizes={"total": len(people)})
    group = {name: people["vote"].to_numpy() == code for name, code in GROUPS.items()}
    article.sizes |= {name: int(inside.sum()) for name, inside in group.items()}
    for question, variable in QUESTIONS.items():
        values = people[variable].to_numpy()
        answered = random.random(len(values)) > MISSING
        codes = sorted(set(values))
        counts = {
            name: [int((inside & answered & (values == code)).sum()) for code in codes]
            for name, inside in group.items()
        }
        article.truth[question] = counts
        printed = counts | {"total": [sum(both) for both in zip(*counts.values(), strict=True)]}
        for name, column in printed.items():
            for code, count in zip(codes, column, strict=True):
                share = percent_text(count, sum(column))
                article.shares[question, f"answer {code:.0f}", name] = share
    return article


def plant(article, random, units=None):
    """Misprint one cell of one question; give back which, and what it was."""
    keys = sorted(article.shares)
    key = keys[random.integers(len(keys))]
    printed = parse_printed(article.shares[key])
    change = units
    while change is None or printed.units + change < 0:
        change = int(random.integers(2, 40)) * (1 if random.random() < 0.5 else -1)
    value = printed.value + change * Fraction(printed.unit)
    right, article.shares[key] = article.shares[key], format_fixed(value, printed.digits)
    return key, right
