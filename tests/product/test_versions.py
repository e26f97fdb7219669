"""A study says which version made it; another one runs it, and tells so in one line."""

import yaml

import resurvey
from invented import MINIMAL_CONFIG, MINIMAL_TABLES, ROOT, snakemake, write_raw, write_study


def planned(folder, config, *arguments):
    write_raw(folder / "resources/1996/raw.sav")
    write_study(folder, config=config, tables=MINIMAL_TABLES)
    finished = snakemake(folder, "-n", *arguments)
    assert finished.returncode == 0, finished.stderr
    return finished.stderr + finished.stdout


def test_another_version_is_one_line_and_no_obstacle(tmp_path):
    told = planned(tmp_path, 'made_with: "0.0.1"\n' + MINIMAL_CONFIG)
    lines = [line for line in told.splitlines() if "made with resurvey" in line]
    assert len(lines) == 1
    assert lines[0].startswith(
        f"This study was made with resurvey 0.0.1, and {resurvey.__version__} "
    )


def test_its_own_version_says_nothing(tmp_path):
    told = planned(tmp_path, f'made_with: "{resurvey.__version__}"\n' + MINIMAL_CONFIG)
    assert "made with resurvey" not in told


def test_the_version_is_written_once_and_read_from_there():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == resurvey.__version__


def test_a_configuration_file_and_the_command_line_win_over_the_study(tmp_path):
    (tmp_path / "more.yaml").write_text(yaml.safe_dump({"alpha": 7}))
    write_raw(tmp_path / "resources/1996/raw.sav")
    write_study(tmp_path, config=MINIMAL_CONFIG, tables=MINIMAL_TABLES)
    more = ["--configfile", str(tmp_path / "more.yaml")]
    refused = snakemake(tmp_path, "-n", *more)
    assert refused.returncode
    assert "alpha" in refused.stdout + refused.stderr
    taken = snakemake(tmp_path, "-n", *more, "--config", "alpha=0.01")
    assert taken.returncode == 0, taken.stderr
    wrong = snakemake(tmp_path, "-n", "--config", "alhpa=0.01")
    assert wrong.returncode
    assert "did you mean 'alpha'" in wrong.stdout + wrong.stderr
