"""Every number of an invented wave follows from the parts that it names."""

import json

import pytest

from unit.report.provenance.invented_waves import MEDIA, MODELS, STUDY, survey
from unit.report.provenance.recomputing import WITHOUT_PARTS, Recomputing
from unit.report.provenance.test_tracing import Traced

WAVES = {
    "equal": {},
    "weighted": {"weight": "w"},
    "strata": {"weight": "w", "strata": "region"},
    "clusters": {"weight": "w", "clusters": "village"},
    "frequency weights": {"weight": "copies", "weight_kind": "frequency"},
}
SETS = {"media": MEDIA}


@pytest.fixture(scope="module", params=list(WAVES))
def recomputing(request):
    """An invented wave; the one without weights has a model, too."""
    models = MODELS if request.param == "equal" else {}
    wave = Traced(survey(), {**STUDY, "wave": WAVES[request.param], "models": models})
    numbers = json.loads(wave.document())["numbers"]
    own = WAVES[request.param]
    copies = own["weight"] if own.get("weight_kind") == "frequency" else ""
    return Recomputing(numbers, wave.analysed(wave.survey), SETS, copies=copies)


def test_every_number_is_what_its_parts_give(recomputing):
    derived = [name for name in recomputing.numbers if not recomputing.why_not(name)]
    assert [name for name in derived if not recomputing.agrees(name)] == []
    assert len(derived) > 300


def test_every_number_without_a_derivation_has_a_reason(recomputing):
    reasons = {recomputing.why_not(name) for name in recomputing.numbers} - {""}
    assert reasons <= set(WITHOUT_PARTS)
