"""Invented respondents of three waves, some of whom are in two: the data of make_trend.R."""

from pathlib import Path

import numpy as np
import pandas as pd

MEMBERS = {2020: range(1, 121), 2021: range(81, 201), 2023: (*range(161, 201), *range(301, 371))}


def make_people():
    """Answers depend on the person, so that members of two waves answer alike, and on the year."""
    draw = np.random.default_rng(20201123)
    mood = draw.normal(size=400)
    frames = []
    for year, members in MEMBERS.items():
        person = np.array(list(members))
        size = len(person)
        level = mood[person] + 0.7 * draw.normal(size=size) + 0.25 * (year - 2020)
        frames.append(
            pd.DataFrame(
                {
                    "wave": year,
                    "person": person,
                    "village": person // 5,
                    "stratum": 1 + person // 5 % 3,
                    "mood": 1 + (level > 0).astype(int) + (level > 1),
                    "works": 1 + (mood[person] + draw.normal(size=size) > 0.2),
                    "gender": 1 + person % 2,
                    "weight": draw.uniform(0.5, 2.5, size).round(2),
                }
            )
        )
    return pd.concat(frames)


if __name__ == "__main__":
    make_people().to_csv(Path(__file__).with_name("people.csv"), index=False)
