"""Codecheck: the file by which a codechecker knows what a run has to make again.

Specification 1.0, https://codecheck.org.uk/spec/config/1.0/: `manifest` must list files by their
path from this file, `paper` should name the article; `codechecker` and `report` are the
checker's to add and are left out.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

SPECIFICATION = "https://codecheck.org.uk/spec/config/1.0/"
_HEAD = """\
%YAML 1.1
# What a codechecker has to make again. `codechecker:` and `report:` are for the checker to add.
---
"""


def codecheck_text(manifest: Sequence[tuple[str, str]], paper: Mapping[str, Any]) -> str:
    """Write ``codecheck.yml``.

    Examples
    --------
    >>> print(codecheck_text([("tables.csv", "Tables 1 to 9")], {"title": "A"}).split("---")[1])
    <BLANKLINE>
    version: https://codecheck.org.uk/spec/config/1.0/
    manifest:
    - file: tables.csv
      comment: Tables 1 to 9
    paper:
      title: A
    <BLANKLINE>
    """
    document: dict[str, Any] = {
        "version": SPECIFICATION,
        "manifest": [{"file": path, "comment": comment} for path, comment in manifest],
    }
    if paper:
        document["paper"] = dict(paper)
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=100)
    return _HEAD + text
