"""Sealed pages: what a page's policy lets run, and the page without it."""

import re
from base64 import b64encode
from hashlib import sha256

OWN = re.compile(r'<script(?: type="application/json" id="\w+")?>(.*?)</script>', re.DOTALL)


def policy_of(page):
    """The page's policy: directive -> its sources."""
    text = re.search(r'"Content-Security-Policy" content="([^"]*)"', page)[1]
    return dict(part.split(" ", 1) for part in text.split("; "))


def hash_source(content):
    """How a policy names a content."""
    return f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"


def unscripted(page):
    """The page without the script that its policy names and without the data beside it."""
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert [hash_source(one) for one in scripts] == [policy_of(page)["script-src"]]
    return OWN.sub("", page)
