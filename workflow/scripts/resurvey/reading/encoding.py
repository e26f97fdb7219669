"""Encoding: notice text that was read with the wrong alphabet, without any error."""

import re
from collections.abc import Iterable

_WORD = re.compile(r"[^\W\d_]{2,}")
_WESTERN = re.compile(r"[À-ÿ]+")
_CYRILLIC = re.compile(r"[Ѐ-ӿ]")


def true_encoding(texts: Iterable[str], read_as: str) -> str | None:
    """Name the encoding that the file is really in, when its texts show that it is another.

    Parameters
    ----------
    texts : iterable of str
        Labels and text answers as they were read.
    read_as : str
        Encoding that the file declares.

    Returns
    -------
    str or None
        ``WINDOWS-1251`` when Russian words came out as western letters ("Ïîë"), ``UTF-8`` when
        they came out as pairs of Cyrillic letters ("РџРѕР»"), None when nothing is wrong.

    Notes
    -----
    French or German words mix accented letters with plain ones; misread Russian words have
    accented letters only. The rule asks for more such words than other accented ones.

    Examples
    --------
    >>> true_encoding(["Ïîë ðåñïîíäåíòà"], "WINDOWS-1252")
    'WINDOWS-1251'
    >>> true_encoding(["Männer", "Déjà vu", "Пол"], "UTF-8") is None
    True
    >>> true_encoding(["Пол".encode().decode("cp1251")], "WINDOWS-1251")
    'UTF-8'
    """
    joined = "\n".join(texts)
    if read_as.upper().replace("_", "-") not in ("UTF-8", "UTF8"):
        if _is_doubled(joined):
            return "UTF-8"
        if not _CYRILLIC.search(joined) and _is_western_only(joined):
            return "WINDOWS-1251"
    return None


def _is_western_only(text: str) -> bool:
    """Tell whether most words with accented letters consist of nothing else."""
    accented = [word for word in _WORD.findall(text) if _WESTERN.search(word)]
    whole = sum(1 for word in accented if _WESTERN.fullmatch(word))
    return whole > 0 and 2 * whole > len(accented)


def _is_doubled(text: str) -> bool:
    """Tell whether the text is UTF-8 that was read as windows-1251."""
    if not re.search(r"[РС][^\x00-\x7f]", text):
        return False
    try:
        return bool(_CYRILLIC.search(text.encode("cp1251").decode("utf-8")))
    except UnicodeError:
        return False
