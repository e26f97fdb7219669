"""Labels beside lines never lie on one another, and waves keep their distances."""

from hypothesis import given
from hypothesis import strategies as st

from resurvey.waves.trend.figures import LABEL_STEP, _apart, place_waves


@given(st.lists(st.floats(0, 300), min_size=1, max_size=12))
def test_labels_never_lie_on_one_another(heights):
    placed = sorted(_apart(dict(enumerate(heights))).values())
    for one, other in zip(placed, placed[1:], strict=False):
        assert other - one >= LABEL_STEP - 1e-6


@given(st.lists(st.integers(0, 30), min_size=1, max_size=12, unique=True))
def test_labels_that_are_apart_stay_where_they_are(places):
    heights = {number: 20.0 * place for number, place in enumerate(places)}
    assert _apart(heights) == heights


def test_waves_keep_their_distances():
    assert place_waves({"a": 0, "b": 3, "c": 4}, {"a": "first"}).names == ("first", "b", "c")
    assert place_waves({"a": 0, "b": 3, "c": 4}, {}).places == (0.0, 0.75, 1.0)
