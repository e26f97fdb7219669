"""Dependencies: are there known weaknesses of the locked packages? `./run audit-dependencies`.

A package that the database was not asked about is not audited, and that is said: pip-audit itself
ends with "no known vulnerabilities" where it could reach none. Exit code 0: all were audited and
nothing is known; 1: something is known; 3: some were not audited, and nothing is known of the rest.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KNOWN, UNAUDITED = 1, 3


def judge(report):
    """Say what an audit found, and give its exit code.

    Parameters
    ----------
    report : dict
        What pip-audit writes as JSON.

    Returns
    -------
    code, sentences
    """
    packages = report.get("dependencies", [])
    skipped = [one for one in packages if "skip_reason" in one]
    weak = [one for one in packages if one.get("vulns")]
    told = [
        f"{one['name']} {one['version']}: {', '.join(known['id'] for known in one['vulns'])}"
        for one in weak
    ]
    audited = len(packages) - len(skipped)
    told.append(f"{audited} of {len(packages)} packages audited, {len(weak)} with known weaknesses")
    if weak:
        return KNOWN, told
    if skipped or not packages:
        why = skipped[0]["skip_reason"] if skipped else "no package was listed"
        return UNAUDITED, [*told, f"not audited: {len(skipped)} packages ({why[:200]})"]
    return 0, told


def main():
    """Audit requirements.lock with pip-audit."""
    command = [sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off"]
    command += ["--disable-pip", "--no-deps", "--requirement", str(ROOT / "requirements.lock")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        report = json.loads(done.stdout)
    except ValueError:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        print(f"not audited: pip-audit made no report ({last[:200]})")
        return UNAUDITED
    code, told = judge(report)
    print("\n".join(told))
    return code


if __name__ == "__main__":
    sys.exit(main())
