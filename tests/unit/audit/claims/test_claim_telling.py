"""A claim's readings are told in the reader's language, each with what it comes to."""

from resurvey.audit.claims.telling import tell_readings
from resurvey.core.codebook import Codebook
from resurvey.pages.labels import Labels
from resurvey.pages.wording import Wording

WORDS = Wording({"reasons": {"loose": "Nearly."}, "outcomes": {"holds": "true", "fails": "false"}})
NO_LABELS = Labels(Codebook({}), {}, {}, "en")


def test_reason_comes_first_and_each_reading_says_what_it_comes_to():
    line = {
        "reason": "loose",
        "outcomes": "holds | fails",
        "steps": "12,0 | 13,0",
        "readings_en": "of all | of some",
    }
    told = ["Nearly.", "true, of all: 12.0", "false, of some: 13.0"]
    assert tell_readings(line, NO_LABELS, {}, WORDS) == told


def test_a_claim_without_declared_readings_shows_its_arithmetic():
    line = {"reason": "loose", "outcomes": "loose", "steps": "12,0", "readings_en": ""}
    assert tell_readings(line, NO_LABELS, {}, WORDS) == ["Nearly.", "12.0"]
