"""Plain: sentences, labels and numbers of the report as text without markup."""

import html
import re
from typing import Any

from markupsafe import Markup

_TAG = re.compile(r"<[^>]*>")
#: Control characters, half pairs and non-characters, which XML has no place for.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BREAK = re.compile("[\t\n\r\u2028\u2029]+")


def plain_text(value: Any) -> str:
    r"""Return what a reader sees of a sentence, a label or a number.

    Markup loses its tags, anything else is taken as it stands: a label such as ``<b>`` is text.
    Characters that no document may hold are left out; a line break is a space.

    Examples
    --------
    >>> plain_text(Markup('<span title="1 / 2">50</span>\xa0% &lt;all&gt;'))
    '50\xa0% <all>'
    >>> plain_text("<b>\x0bbold\n=1+1")
    '<b>bold =1+1'
    """
    text = str(value)
    if isinstance(value, Markup):
        text = html.unescape(_TAG.sub("", text))
    return _BREAK.sub(" ", _UNWRITABLE.sub("", text))
