"""Tables printed from invented answers, of every kind and rounding, are never accused."""

import json
from fractions import Fraction
from math import isqrt
from random import Random

import pytest

from resurvey.__main__ import main

pytestmark = pytest.mark.slow


def audit(rows, options, folder):
    """Audit a table of one question; give back its part of the answer."""
    file, answer = folder / "table.csv", folder / "answer.json"
    file.write_text("\n".join(";".join(row) for row in rows) + "\n", encoding="utf-8")
    assert main(["audit", str(file), "--draws", "1", "--json", str(answer), *options]) == 0
    (table,) = json.loads(answer.read_text(encoding="utf-8"))["tables"]
    return table


def printed(value, digits, half_even=False):
    """Print an exact number with one of the two rules for halves."""
    steps, rest = divmod(value.numerator * 10**digits, value.denominator)
    up = 2 * rest > value.denominator or (
        2 * rest == value.denominator and (not half_even or steps % 2)
    )
    figures = str(steps + up).rjust(digits + 1, "0")
    return f"{figures[:-digits]}.{figures[-digits:]}" if digits else figures


class Table:
    """An invented table, printed in one of the ways of print."""

    def __init__(self, kind, random):
        self.random, self.kind, self.options = random, kind, []
        self.digits, self.half_even = random.choice([0, 0, 1, 1, 2]), random.random() < 0.4
        self.sign, self.mark = random.choice(["", "%"]), random.choice([",", "."])
        self.answers = [f"answer {chr(97 + place)}" for place in range(random.randint(2, 7))]
        self.sizes = [random.choice([25, 140, 900]) + random.randint(0, 60) for _ in range(3)]
        self.sizes = self.sizes[: random.choice([1, 2, 3])]
        self.rows = getattr(self, f"{kind}_rows")()

    def share(self, count, base):
        """A per cent as print has it."""
        text = printed(Fraction(100 * count, base), self.digits, self.half_even)
        if self.kind == "trimmed" and "." in text:
            text = text.rstrip("0").rstrip(".")
        return text.replace(".", self.mark) + self.sign

    def divided(self, size):
        """Counts of people who each gave one answer."""
        weights = [self.random.random() ** 2 + 0.02 for _ in self.answers]
        given = self.random.choices(range(len(self.answers)), weights, k=size)
        return [given.count(place) for place in range(len(self.answers))]

    def columns(self):
        """Names, sizes and counts of the groups, and of all where there are several."""
        names = [f"group {number}" for number in range(1, len(self.sizes) + 1)]
        counts = [self.divided(size) for size in self.sizes]
        if len(names) == 1:
            return ["Total"], self.sizes, counts
        whole = [sum(row) for row in zip(*counts, strict=True)]
        return [*names, "Total"], [*self.sizes, sum(self.sizes)], [*counts, whole]

    def parts_rows(self, last=None):
        names, sizes, counts = self.columns()
        for name, size in zip(names, sizes, strict=True):
            exact, more = self.random.random() < 0.5, self.random.randint(0, 40)
            self.options += ["--group-size", f"{name}={size}"] if exact else []
            self.options += [] if exact else ["--max-base", f"{name}={size + more}"]
        return self.table(names, sizes, counts, self.answers[:last])

    def table(self, names, sizes, counts, answers):
        """Rows of per cents under a heading."""
        rows = [
            [answer, *map(self.share, row, sizes)]
            for answer, row in zip(answers, zip(*counts, strict=True), strict=False)
        ]
        return [["answer", *names], *rows]

    trimmed_rows = parts_rows

    def cut_rows(self):
        return self.parts_rows(max(1, len(self.answers) - self.random.randint(1, 2)))

    def total_only_rows(self):
        names, sizes, counts = self.columns()
        self.options += ["--group-size", f"total={sizes[-1]}"]
        return self.table(names, sizes, counts, self.answers)

    def several_rows(self):
        names = [f"group {number}" for number in range(1, len(self.sizes) + 1)]
        for name, size in zip(names, self.sizes, strict=True):
            self.options += ["--group-size", f"{name}={size}"]
        chances = [self.random.random() for _ in self.answers]
        counts = [
            [sum(self.random.random() < chance for _ in range(size)) for chance in chances]
            for size in self.sizes
        ]
        return self.table(names, self.sizes, counts, self.answers)

    def across_rows(self):
        self.options += ["--max-base", "900"]
        rows = []
        for item in range(self.random.randint(3, 7)):
            size = self.random.randint(20, 900)
            shares = [self.share(count, size) for count in self.divided(size)]
            rows.append([f"item {chr(97 + item)}", *shares])
        return [["item", *(f"option {place}" for place in range(len(self.answers)))], *rows]

    def counted_rows(self):
        names, sizes, counts = self.columns()
        for name, size in zip(names, sizes, strict=True):
            more = self.random.randint(0, 60)
            self.options += ["--max-base", f"{name}={size + more}"]
        rows = [
            [answer, *(f"{count} ({self.share(count, size)})" for count, size in cells)]
            for answer, *cells in (
                (answer, *zip(row, sizes, strict=True))
                for answer, row in zip(self.answers, zip(*counts, strict=True), strict=True)
            )
        ]
        return [["answer", *names], *rows]

    def absent_rows(self):
        """Several answers as ``41 (56.2)``, each of those who answered that item."""
        names = [f"group {n} (n = {size})" for n, size in enumerate(self.sizes, start=1)]
        rows = []
        for answer in self.answers:
            chance, cells = self.random.random(), []
            for size in self.sizes:
                asked = size - self.random.randint(0, size // 15)
                count = sum(self.random.random() < chance for _ in range(asked))
                cells.append(f"{count} ({self.share(count, asked)})")
            rows.append([answer, *cells])
        return [["answer", *names], *rows]

    def means_rows(self):
        names = [f"group {n} (n = {size})" for n, size in enumerate(self.sizes, start=1)]
        rows = [[answer, *map(self.mean, self.sizes)] for answer in self.answers]
        return [["scale", *names], *rows]

    def mean(self, size):
        """Mean and deviation of whole answers; now and then one person is absent."""
        scores = [self.random.randint(1, 7) for _ in range(size - (self.random.random() < 0.2))]
        total, squares, n = sum(scores), sum(score * score for score in scores), len(scores)
        variance = Fraction(n * squares - total * total, n * (n - 1))
        deviation = Fraction(isqrt(int(variance * 10**12)), 10**6)
        return f"{printed(Fraction(total, n), 2)} ({printed(deviation, 2)})"


KINDS = [
    *("parts", "trimmed", "cut", "total_only", "several", "across", "counted", "absent", "means"),
]


@pytest.mark.parametrize("kind", KINDS)
def test_table_of_true_numbers_is_never_accused(kind, tmp_path):
    for seed in range(8):
        table = Table(kind, Random(f"{kind} {seed}"))
        found = audit(table.rows, table.options, tmp_path)
        assert found["verdict"] != "misprints", (seed, table.rows, table.options)
        assert found["misprints"] == []


@pytest.mark.parametrize("kind", ["counted", "across"])
def test_misprint_in_such_a_table_is_found_in_its_row(kind, tmp_path):
    for seed in range(6):
        random = Random(f"planted {kind} {seed}")
        table = Table(kind, random)
        row = random.choice(table.rows[1:])
        place = random.randrange(1, len(row))
        bare = row[place].rstrip("%").replace(",", ".")
        if kind == "counted":
            # The per cent of another count.
            count = bare.split(" (")[0]
            row[place] = f"{count} ({'71' if float(count) % 2 else '17'}.3)"
        else:
            row[place] = printed(Fraction(bare) + 40, table.digits).replace(".", table.mark)
        found = audit(table.rows, table.options, tmp_path)
        assert found["verdict"] == "misprints", (seed, table.rows, table.options)
        assert row[0] in {misprint["row"] for misprint in found["misprints"]}


@pytest.mark.parametrize(
    ("rows", "options"),
    [
        # Fewer people answered some items; both numbers of a cell are whole.
        (["Total (n = 64)", "26 (41)", "26 (41)", "48 (75)", "32 (52)", "44 (71)", "39 (65)"], []),
        (["Total (n = 33)", "3 (9.4)", "18 (56.2)", "14 (42.4)", "1 (3.0)", "10 (30.3)"], []),
        # At most 71 answered, 28 did.
        (["Men", "3 (10.71)", "14 (50.00)", "4 (14.29)", "7 (25.00)"], ["--max-base", "Men=71"]),
    ],
)
def test_count_of_fewer_people_than_there_may_be_is_no_misprint(rows, options, tmp_path):
    table = [[f"answer {place}" if place else "answer", cell] for place, cell in enumerate(rows)]
    found = audit(table, options, tmp_path)
    assert found["reading"] == "counts_and_percents"
    assert found["misprints"] == []


def test_count_stays_the_count_where_its_per_cent_is_wrong(tmp_path):
    rows = [["answer", "Total"], ["a", "77 (69)"], ["b", "18 (13)"], ["c", "16 (14)"]]
    found = audit(rows, ["--max-base", "Total=111"], tmp_path)
    assert [(cell["row"], cell["nearest"]) for cell in found["misprints"]] == [("b", "16")]


def test_columns_that_make_100_by_chance_do_not_hide_per_cents_across_rows(tmp_path):
    rows = [
        ["item", "very", "rather", "so so", "hardly", "not", "unsure"],
        ["a", "19", "13", "50", "15", "1", "2"],
        ["b", "1", "15", "2", "6", "50", "26"],
        ["c", "22", "24", "28", "17", "5", "5"],
        ["d", "7", "16", "16", "14", "1", "46"],
        ["e", "23", "31", "3", "30", "10", "23"],
    ]
    found = audit(rows, ["--max-base", "900"], tmp_path)
    assert (found["reading"], found["verdict"]) == ("row_percents", "misprints")
    assert {misprint["row"] for misprint in found["misprints"]} == {"e"}


def measured(random):
    """Means and deviations of what is measured, not answered."""
    sizes = [random.randint(15, 95) for _ in range(random.randint(1, 4))]
    rows = [["item", *(f"group {place} (n = {size})" for place, size in enumerate(sizes))]]
    for measure in ("first", "second", "third", "fourth")[: random.randint(1, 4)]:
        values = [[random.gauss(25, 4) for _ in range(size)] for size in sizes]
        means = [sum(some) / len(some) for some in values]
        spreads = [
            (sum((one - mean) ** 2 for one in some) / (len(some) - 1)) ** 0.5
            for some, mean in zip(values, means, strict=True)
        ]
        rows.append([measure, *(f"{m:.2f} ({s:.2f})" for m, s in zip(means, spreads, strict=True))])
    return rows


def test_means_of_measurements_are_hardly_ever_called_misprints(tmp_path):
    tables = [audit(measured(Random(seed)), [], tmp_path) for seed in range(60)]
    assert sum(table["verdict"] == "misprints" for table in tables) <= 2


def test_measurement_named_as_one_is_never_called_a_misprint(tmp_path):
    sizes = ["--group-size", "a=23", "--group-size", "b=21"]
    rows = [["measure", "a", "b"]]
    # Of whole numbers only the last mean is impossible: it may all be chance.
    means = [("1.00", "2.00"), ("1.04", "2.05"), ("1.09", "2.10"), ("1.13", "2.11")]
    rows += [[f"item {place}", *(f"{one} (1.0)" for one in two)] for place, two in enumerate(means)]
    found = audit(rows, sizes, tmp_path)
    assert [cell["printed"] for cell in found["misprints"]] == ["2.11 (1.0)"]
    rows = [[row[0].replace("item", "weight, kg"), *row[1:]] for row in rows]
    assert audit(rows, sizes, tmp_path)["verdict"] == "undecided"


def test_one_wrong_base_explains_a_row_better_than_several_misprints(tmp_path):
    rows = [
        ["hair", "brown", "blue", "hazel", "green", "n"],
        ["black", "63.0", "18.5", "13.9", "4.6", "108"],
        ["brown", "41.6", "29.4", "18.9", "10.1", "286"],
        ["red", "36.6", "23.9", "19.7", "19.7", "71"],
        ["blond", "5.5", "74.0", "7.9", "12.6", "127"],
    ]
    assert audit(rows, [], tmp_path)["verdict"] == "fits"
    rows[4][-1] = "167"
    wrong = audit(rows, [], tmp_path)
    assert wrong["verdict"] == "undecided"
    assert any("167" in note for note in wrong["notes"])


def test_column_a_little_above_100_beside_one_that_makes_it_leaves_it_open(tmp_path):
    rows = [["source", "2019", "2020"]]
    rows += [[f"source {place}", str(share), str(share)] for place, share in enumerate([9] * 9)]
    rows += [["source 9", "19", "23"]]
    table = audit(rows, [], tmp_path)
    assert table["verdict"] == "undecided" or table["reading"] == "parts"


def test_proportions_of_one_are_no_list_that_is_not_whole(tmp_path):
    rows = [["answer", "men", "women"], ["a", "0.31", "0.4"], ["b", "0.69", "0.6"]]
    table = audit(rows, [], tmp_path)
    assert (table["reading"], table["verdict"]) == ("not_percents", "undecided")
    rare = [["answer", "men"], ["a", "0.3"], ["b", "0.2"]]
    assert audit(rare, [], tmp_path)["reading"] == "open_list"


def test_several_large_groups_with_whole_per_cents_are_answered_in_seconds(tmp_path):
    rows = [
        ["answer", "a (n = 2149)", "b (n = 2382)", "c (n = 2469)", "d (n = 32)"],
        ["w", "15", "38", "10", "16"],
        ["x", "22", "33", "71", "50"],
        ["y", "31", "22", "12", "9"],
        ["z", "31", "7", "8", "25"],
    ]
    table = audit(rows, [], tmp_path)
    assert (table["verdict"], table["solutions"]) == ("fits", None)
