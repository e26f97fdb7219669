"""A run leaves what it was planned with for jobs that begin elsewhere."""

from resurvey.proof.plan import PLACE, Plan, job_name, read_plan, write_plan


def test_a_plan_is_read_back_as_it_was_left(tmp_path):
    plan = Plan({"resources/1/raw.sav": "a" * 64}, {"import_wave wave=1": {"codebook": "b" * 64}})
    write_plan(plan, tmp_path)
    assert read_plan(tmp_path) == plan


def test_a_later_plan_takes_the_place_of_the_earlier_one(tmp_path):
    write_plan(Plan({"a": "1"}), tmp_path)
    write_plan(Plan(), tmp_path)
    assert read_plan(tmp_path) == Plan()
    assert [path.name for path in (tmp_path / PLACE).parent.iterdir()] == [PLACE.name]


def test_jobs_of_other_waves_and_profiles_have_other_names():
    names = {
        job_name("draw_profile", {"wave": wave, "profile": profile})
        for wave in ("1", "2")
        for profile in ("slide", "journal")
    }
    assert len(names) == 4
