"""Monitoring: whether the comparison over time covers the truth, and the wave contract is right.

Every round draws the four waves of examples/monitoring anew from its declared model, half of each
later wave the same persons as in the wave before, and holds the results against the model:

- the 95 % intervals of all differences (with the wave before and with the first) and of the slopes
  of the series that are truly straight, for every answer that at least five respondents are
  expected to give in each wave. Over 200 seeds a series that is covered at the nominal rate is
  covered Binomial(200, 0.95) times; the band is that distribution's, two-sided at 5 % over all
  series together (Bonferroni). The overall rate stands beside it with the standard error between
  seeds, because the answers of one survey go together;
- the contract: no breaking difference between waves of one questionnaire, and every planted change
  of the example caught.
"""

import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.stats import binom

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "workflow" / "scripts"), str(ROOT / "examples" / "monitoring")]

from simulate import ask_everybody, plant_changes, read_model, simulate_waves  # noqa: E402

from resurvey.core.strict_yaml import read_yaml  # noqa: E402
from resurvey.study.folder import read_study  # noqa: E402
from resurvey.study.mapping import used_names  # noqa: E402
from resurvey.study.order import TrendWave  # noqa: E402
from resurvey.tables.tabulation import tabulate_survey  # noqa: E402
from resurvey.waves.contract.drift import Wave, compare_wave, open_differences  # noqa: E402
from resurvey.waves.trend.wave_comparison import compare_waves  # noqa: E402

SEEDS = 200
LEVEL = 0.95
FEWEST = 5
PLANTED = {
    ("2023", "renamed_variable", "job_fit"),
    ("2023", "meaning", "gender"),
    ("2023", "meaning", "family_provision"),
    ("2024", "new_answer", "remigration_plan"),
    ("2024", "wording", "leisure"),
    ("2024", "routing", "colleague_relations"),
    ("2025", "missing_variable", "sport"),
}


def declared():
    """The example's study, its model and its simulated waves without any planted change."""
    study = read_study(ROOT / "examples/monitoring/config", ROOT / "workflow/schemas")
    simulation = read_yaml(ROOT / "examples/monitoring/config/simulation.yaml")
    waves = simulation["waves"]
    return study, read_model(simulation, study["codebook"], list(waves)), waves


def trend_waves(surveys, tables):
    """Surveys as the comparison over time takes them."""
    waves = []
    for name, survey in surveys.items():
        lines = [
            {key: "" if value is None else str(value) for key, value in line.items()}
            for line in tabulate_survey(survey, tables).crosstabs
        ]
        complete = [{"count": "", "base": "", "note": "", **line} for line in lines]
        waves.append(TrendWave(name, float(name), complete, survey, None, "respondent"))
    return waves


def truth(model, waves):
    """True per cents: (question, code) -> wave -> per cent."""
    names = list(waves)
    shares = {}
    for question in model.questions:
        for step, wave in enumerate(names, 1):
            for code, share in model.true_shares(question, names[:step]).items():
                shares.setdefault((question, str(code)), {})[wave] = 100 * share
    return shares


def large_enough(model, waves, place, shares):
    """Whether every wave can be expected to have five respondents with the answer."""
    question = model.questions[place[0]]
    names = list(waves)
    for step, wave in enumerate(names, 1):
        asked = 1.0
        if question.asked:
            filters = model.true_shares(question.asked[0], names[:step])
            asked = sum(filters[code] for code in question.asked[1])
        people = waves[wave]["respondents"] * asked * shares[wave] / 100
        if people < FEWEST:
            return False
    return True


def straight(shares):
    """True slope where the true shares lie on a line, else None."""
    times, values = np.array([float(wave) for wave in shares]), np.array(list(shares.values()))
    slope, start = np.polyfit(times - times[0], values, 1)
    return slope if np.abs(start + slope * (times - times[0]) - values).max() < 1e-9 else None


def covered(model, waves, study, tables, true):
    """Of one draw: series -> whether its interval covers the truth."""
    identifier = study["codebook"]["id"]
    surveys = simulate_waves(model, waves, study["codebook"], identifier)
    found = compare_waves(trend_waves(surveys, tables), tables, {}, sample="probability")
    hits = {}
    for kind in ("differences", "slopes"):
        for line in found[kind]:
            place = (line["row_variable"], line["row_code"])
            if line["kind"] != "answer" or place not in true or line["lower"] in (None, ""):
                continue
            if kind == "differences":
                expected = true[place][line["wave"]] - true[place][line["against"]]
                series = (*place, line["against"], line["wave"])
            else:
                expected, series = straight(true[place]), (*place, "slope")
                if expected is None:
                    continue
            hits[series] = line["lower"] <= expected <= line["upper"]
    return surveys, hits


def contract(model, waves, study, surveys):
    """Breaking differences of clean waves, and the planted changes that were missed."""
    names, used = list(waves), used_names(study)
    book = study["codebook"]
    false = 0
    for before, after in zip(names, names[1:], strict=False):
        pair = (Wave(one, surveys[one]) for one in (after, before))
        false += bool(open_differences(compare_wave(*pair, book, used)))
    caught = set()
    for before, after in zip(names, names[1:], strict=False):
        changes = waves[after].get("questionnaire", {})
        drawn = simulate_waves(
            ask_everybody(model, changes),
            {name: waves[name] for name in names[: names.index(after) + 1]},
            book,
            book["id"],
        )[after]
        planted = plant_changes(drawn, changes, model.seed)
        lines = compare_wave(Wave(after, planted), Wave(before, surveys[before]), book, used)
        caught |= {(after, line["difference"], line["variable"]) for line in lines}
    return false, PLANTED - caught


def main():
    """Draw, compare, count and say how it went; end with 1 where the truth is missed."""
    study, model, waves = declared()
    tables = {"all": {"rows": list(model.questions)}}
    true = {
        place: shares
        for place, shares in truth(model, waves).items()
        if large_enough(model, waves, place, shares)
    }
    hits, rates, false, missed = Counter(), [], 0, Counter()
    for seed in range(SEEDS):
        drawn = replace(model, seed=1_000_003 + seed)
        surveys, found = covered(drawn, waves, study, tables, true)
        hits.update({series: int(hit) for series, hit in found.items()})
        rates.append(np.mean(list(found.values())))
        stops, unseen = contract(drawn, waves, study, surveys)
        false += stops
        missed.update(unseen)
    low, high = binom.interval(1 - 0.05 / len(hits), SEEDS, LEVEL)
    outside = {series: count for series, count in hits.items() if not low <= count <= high}
    rate, error = np.mean(rates), np.std(rates, ddof=1) / np.sqrt(SEEDS)
    slopes = [count for series, count in hits.items() if series[-1] == "slope"]
    print(f"{SEEDS} seeds, {len(hits)} series ({len(slopes)} slopes), nominal rate {LEVEL:.0%}")
    print(f"covered altogether: {rate:.2%}, standard error between seeds {error:.2%}")
    print(f"band of one series: {low:.0f} to {high:.0f} of {SEEDS}")
    print(f"lowest {min(hits.values())}, highest {max(hits.values())}, outside {len(outside)}")
    for series, count in sorted(outside.items()):
        print(f"  {' '.join(map(str, series))}: {count}")
    print(f"clean waves stopped: {false} of {SEEDS * (len(waves) - 1)}")
    print(f"planted changes missed: {sum(missed.values())} of {SEEDS * len(PLANTED)}")
    for one, count in sorted(missed.items()):
        print(f"  {' '.join(one)}: {count}")
    sys.exit(1 if outside or false or missed else 0)


if __name__ == "__main__":
    main()
