"""Recovery: exact tables and ranges behind printed percentages, against the CP-SAT solver.

Ours are wall seconds, medians of the rounds, after one warming round. The peer gets the same
question in its own terms: counts as integer variables, rounding as linear inequalities, and the
chi-square as a sum of one tabulated integer function per answer (millionths), to be minimised and
maximised with two workers; a peer that does not prove its optimum within the limit has no ratio.
Both answers are compared wherever it does.
"""

import csv
import sys
import time
from pathlib import Path

import numpy as np
from ortools.sat.python import cp_model

from _record import judge
from _stopwatch import median_seconds

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from resurvey.core.printed import interval, parse_printed, percent_text  # noqa: E402
from resurvey.recovery import recover  # noqa: E402
from resurvey.recovery.bases import count_bounds  # noqa: E402
from resurvey.recovery.false_fit import false_fit  # noqa: E402

ROUNDS = 5
PEER_LIMIT = 60.0
SCALE = 10**6
SIZES = {"men": 305, "women": 210}


def gender_questions():
    """Read the article's questions that are printed for men and women, without subtotals."""
    columns = {"1": "men", "2": "women", "total": "total"}
    questions = {}
    with (ROOT / "resources/published/2022/cells.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            if "+" not in line["row_code"] and line["column_code"] in columns:
                question = questions.setdefault((line["table"], line["question"]), {})
                question.setdefault(columns[line["column_code"]], []).append(line["printed"])
    return [question for question in questions.values() if set(question) == set(columns.values())]


def recovered(question):
    """Recover one question with the sample's men and women as the largest bases."""
    groups = {name: question[name] for name in SIZES}
    return recover(groups, total=question["total"], max_base=SIZES)


def invented(n, answers, digits, seed):
    """Print a random table of two groups with the same shares: three and two fifths of n."""
    random = np.random.Generator(np.random.PCG64(seed))
    bases = {"men": n * 3 // 5, "women": n - n * 3 // 5}
    shares = random.dirichlet(np.full(answers, 5.0))
    columns = {name: random.multinomial(base, shares) for name, base in bases.items()}
    columns["total"] = columns["men"] + columns["women"]
    return bases, {
        name: [percent_text(int(count), int(column.sum()), digits) for count in column]
        for name, column in columns.items()
    }


def peer_extreme(bases, columns, largest):
    """Give CP-SAT's proven smallest or largest Pearson chi-square, or None, and its seconds."""
    n = sum(bases.values())
    started = time.perf_counter()
    model = cp_model.CpModel()
    counts = {name: [] for name in bases}
    terms = []
    for row in range(len(columns["total"])):
        ends = {}
        for name, base in [*bases.items(), ("total", n)]:
            low, high = count_bounds(interval(parse_printed(columns[name][row])), np.array([base]))
            ends[name] = int(low[0]), int(high[0])
        for name in bases:
            counts[name].append(model.new_int_var(*ends[name], f"{name}{row}"))
        pairs = []
        for first in range(ends["men"][0], ends["men"][1] + 1):
            for second in range(ends["women"][0], ends["women"][1] + 1):
                if ends["total"][0] <= first + second <= ends["total"][1]:
                    term = sum(
                        (count - base * (first + second) / n) ** 2 * n / base / (first + second)
                        for count, base in zip((first, second), bases.values(), strict=True)
                        if first + second
                    )
                    pairs.append((first, second, round(term * SCALE)))
        values = [value for _, _, value in pairs]
        terms.append(model.new_int_var(min(values), max(values), f"term{row}"))
        model.add_allowed_assignments([counts["men"][-1], counts["women"][-1], terms[-1]], pairs)
    for name, base in bases.items():
        model.add(sum(counts[name]) == base)
    (model.maximize if largest else model.minimize)(sum(terms))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 2
    solver.parameters.max_time_in_seconds = PEER_LIMIT
    status = solver.solve(model)
    seconds = time.perf_counter() - started
    return (solver.objective_value / SCALE if status == cp_model.OPTIMAL else None), seconds


def against_peer(n, answers, digits, reach=None):
    """Time one table: ours gives the number of solutions and the range, the peer the range."""
    bases, columns = invented(n, answers, digits, seed=2022)

    def ours():
        groups = {name: columns[name] for name in bases}
        found = recover(groups, total=columns["total"], base=bases)
        return found.count, found.range("pearson")

    seconds, (count, (low, high)) = median_seconds(ours, ROUNDS)
    work = f"n = {n}, 2 groups x {answers}, {digits} decimals"
    print(f"{work}: {count} solutions, chi-square {low:.6f} to {high:.6f} in {seconds:.4f} s")
    peer, peer_seconds = [], 0.0
    for largest in (False, True):
        extreme, spent = peer_extreme(bases, columns, largest)
        peer.append(extreme)
        peer_seconds += spent
    if None in peer:
        print(f"  CP-SAT: no proof of both ends within {PEER_LIMIT:.0f} s each")
        return
    agree = all(
        abs(theirs - mine) < answers / SCALE for theirs, mine in zip(peer, (low, high), strict=True)
    )
    print(
        f"  CP-SAT: {peer[0]:.6f} to {peer[1]:.6f} in {peer_seconds:.2f} s; "
        f"ratio {peer_seconds / seconds:.0f}; {'agree' if agree else 'DIFFER'}"
    )
    if reach and agree:
        judge(11, f"recovery and exact range, {work}", "CP-SAT", seconds, peer_seconds, reach)


def main():
    """Print the figures of the recovery with their method."""
    questions = gender_questions()
    pairs = SIZES["men"] * SIZES["women"]
    print(f"median of {ROUNDS} rounds, one process; {len(questions)} questions, {pairs} pairs each")

    seconds, bases = median_seconds(lambda: [recovered(one).bases() for one in questions], ROUNDS)
    print(
        f"all feasible bases, all questions: {seconds:.4f} s (reach 0.05): {list(map(len, bases))}"
    )
    # A recovery remembers its extremes, so each round recovers anew: the search is timed too.
    seconds, _ = median_seconds(
        lambda: [recovered(one).range("pearson") for one in questions], ROUNDS
    )
    work = f"recovery and exact ranges, {len(questions)} questions"
    judge(11, work, "the limit of 0.5 s", seconds, 0.5, 1, most=True)
    seconds, _ = median_seconds(
        lambda: [recovered(one).robust_range("p_value") for one in questions], rounds=1
    )
    print(f"the same for p with any one cell a misprint: {seconds:.4f} s")

    against_peer(50_000, 5, 1, reach=100)
    for n, answers, digits in ((50_000, 10, 1), (5_000, 5, 0), (2_000, 5, 0)):
        against_peer(n, answers, digits)

    print("false fit: invented percentages of men, women and total that fit some base")
    for answers in range(2, 8):
        texts = [percent_text(1, answers)] * answers
        shape = recover(dict.fromkeys(SIZES, texts), total=texts, max_base=SIZES)
        started = time.perf_counter()
        rate = false_fit(shape, draws=2_000, seed=2022)
        low, high = rate.interval()
        print(
            f"  {answers} answers: {rate.rate:.4f}, standard error {rate.standard_error:.4f}, "
            f"95 % {low:.4f} to {high:.4f} ({rate.generator}, seed {rate.seed}, "
            f"{rate.draws} draws, {time.perf_counter() - started:.1f} s)"
        )


if __name__ == "__main__":
    main()
