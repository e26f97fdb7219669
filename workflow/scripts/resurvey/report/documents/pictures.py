"""Pictures: the drawings of one language as the figures' room holds them."""

from collections.abc import Sequence
from pathlib import Path


def of_language(paths: Sequence[str], language: str, ending: str) -> list[str]:
    """Choose the files of one language.

    Examples
    --------
    >>> of_language(["figures/pay.en.svg", "figures/pay.ru.svg"], "ru", "svg")
    ['figures/pay.ru.svg']
    """
    return [path for path in paths if path.endswith(f".{language}.{ending}")]


def read_pictures(
    drawings: Sequence[str], models: str | Path | None, language: str
) -> dict[str, bytes]:
    """Read the PNG beside every drawing.

    Parameters
    ----------
    drawings : sequence of paths
        ``{figure}.{language}.svg`` of one language.
    models : path, optional
        Folder with ``{model}.{language}.png``.
    language : str
        Which language.

    Returns
    -------
    dict
        Figure -> PNG; those of models are named ``model/{name}``.
    """
    found = {Path(one).name.split(".")[0]: Path(one).with_suffix(".png") for one in drawings}
    if models is not None:
        ending = f".{language}.png"
        for path in sorted(Path(models).glob(f"*{ending}")):
            found[f"model/{path.name.removesuffix(ending)}"] = path
    return {name: path.read_bytes() for name, path in found.items()}
