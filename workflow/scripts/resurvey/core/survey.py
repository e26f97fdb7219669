"""Survey: the coded answers of the respondents and the codebook that reads them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from resurvey.core.codebook import Codebook

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Survey:
    """Respondents × variables, as codes, with their codebook.

    Attributes
    ----------
    data : pandas.DataFrame
        One row per respondent, one column per variable of the codebook, holding codes:
        ``Int64`` where every code is an integer, ``float64`` for other numbers, ``str`` for
        text. User-missing codes are kept; system-missing is ``<NA>``.
    codebook : Codebook
        Labels, missing codes and order of every column of `data`.
    """

    data: "pd.DataFrame"
    codebook: Codebook
