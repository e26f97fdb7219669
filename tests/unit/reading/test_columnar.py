"""A Parquet file becomes codes; the order of its categories is kept."""

import pandas as pd
import pytest

from resurvey.core.errors import SurveyError
from resurvey.reading import read_survey


def _read(tmp_path, frame):
    frame.to_parquet(tmp_path / "wave.parquet")
    return read_survey(tmp_path / "wave.parquet")


def test_each_kind_of_column_becomes_codes_or_text(tmp_path):
    frame = pd.DataFrame(
        {
            "whole": [1.0, None],
            "number": [0.5, None],
            "truth": [True, False],
            "words": ["a", None],
            "day": pd.to_datetime(["2022-10-03", None]),
            "moment": pd.to_datetime(["2022-10-03 10:05", None]),
        }
    )
    data = _read(tmp_path, frame).data
    kinds = [str(data[name].dtype) for name in data]
    assert kinds == ["Int64", "float64", "Int64", "str", "str", "str"]
    assert data.iloc[0].tolist() == [1, 0.5, 1, "a", "2022-10-03", "2022-10-03T10:05:00"]


def test_ordered_categories_keep_their_order(tmp_path):
    words = pd.Categorical(["low", "high"], ["low", "mid", "high"], ordered=True)
    variable = _read(tmp_path, pd.DataFrame({"q": words})).codebook["q"]
    assert (variable.measure, variable.answers) == ("ordinal", ["low", "mid", "high"])


def test_truncated_file_is_refused(tmp_path):
    _read(tmp_path, pd.DataFrame({"q": range(100)}))
    file = tmp_path / "wave.parquet"
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(SurveyError, match=r"wave\.parquet: the file is truncated or damaged"):
        read_survey(file)


def test_columns_of_lists_are_refused(tmp_path):
    with pytest.raises(SurveyError, match="'q' holds values of the kind"):
        _read(tmp_path, pd.DataFrame({"q": [[1], [2]]}))
