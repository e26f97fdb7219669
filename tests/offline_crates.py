"""Crates validated by roc-validator without a network: its one request is answered from a file."""

import io
import tempfile
import warnings
from pathlib import Path

from invented import ROOT

CONTEXT = "https://w3id.org/ro/crate/1.1/context"
COPY = ROOT / "tests/reference/ro_crate/context-1.1.jsonld"


def validate(crate, profile, severity="REQUIRED"):
    """Validate a crate's folder; give back the validator's result."""
    from rocrate_validator import models, services

    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        # The validator's own JSON-LD parser is about to change a class.
        warnings.simplefilter("ignore", DeprecationWarning)
        cache = Path(folder) / "cache"
        _remember(cache, CONTEXT, COPY.read_bytes())
        settings = models.ValidationSettings(
            rocrate_uri=str(crate),
            profile_identifier=profile,
            requirement_severity=severity,
            offline=True,
            cache_path=cache,
        )
        return services.validate(settings)


def _remember(cache, address, content):
    """Put an answer into the cache from which an offline validator is served."""
    import requests
    from requests_cache import CachedSession
    from urllib3 import HTTPResponse

    headers = {"Content-Type": "application/ld+json"}
    answer = requests.Response()
    answer.status_code, answer.url, answer._content = 200, address, content
    answer.headers.update(headers)
    answer.request = requests.Request("GET", address).prepare()
    answer.raw = HTTPResponse(
        io.BytesIO(content), headers=headers, status=200, preload_content=False, request_url=address
    )
    with CachedSession(cache_name=str(cache), backend="sqlite", expire_after=-1) as session:
        session.cache.save_response(answer)
