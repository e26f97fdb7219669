"""A study of two waves as a folder of YAML."""

from pathlib import Path

SCHEMAS = Path(__file__).parents[4] / "workflow/schemas"
CONFIG = 'waves:\n  "2022": {file: resources/2022.sav}\n  "2026": {file: resources/2026.sav}\n'
TABLES = "tables:\n  plans_by_sex: {rows: [plans], columns: sex}\n"


def write_config(folder, **files):
    """Write config/, with the smallest files there by themselves."""
    (folder / "config").mkdir(parents=True, exist_ok=True)
    for name, text in {"config": CONFIG, "tables": TABLES, **files}.items():
        (folder / "config" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder
