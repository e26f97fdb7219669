"""Check the certificate that this file came in: `python3 -I verify.py`, with nothing but Python."""

import sys
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit("verify.py: this is an older Python, and 3.11 or later is needed")
HERE = Path(__file__).resolve().parent
# A folder of bytecode would be no certified file.
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE / "verifier"))

from resurvey.proof.certificate.verification import verify_own  # noqa: E402

sys.exit(verify_own(HERE))
