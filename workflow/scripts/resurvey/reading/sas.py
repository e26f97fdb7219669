"""SAS files (.sas7bdat, .xpt): codes with the labels of a format catalog, where there is one."""

import logging
from collections.abc import Sequence
from pathlib import Path

from resurvey.core.errors import SurveyError
from resurvey.core.survey import Survey
from resurvey.reading.companions import find_structure
from resurvey.reading.formats import file_content
from resurvey.reading.labelled import call_readstat, labelled_survey
from resurvey.reading.sas_layout import check_data_set, check_transport

logger = logging.getLogger(__name__)


def read_sas(
    path: Path, ending: str, encoding: str | None = None, catalogs: Sequence[Path] = ()
) -> Survey:
    """Read a SAS data set or transport file.

    Raises
    ------
    SurveyError
        For a damaged file, and for a structure that is no catalog.

    Notes
    -----
    SAS keeps value labels outside of the data: without a catalog the study's codebook declares
    them. Dates are recognised by their display format.
    """
    found = list(catalogs) or find_structure(path)
    if ending == ".xpt":
        if found:
            raise SurveyError(f"{path}: a transport file has no catalog; remove `structure:`")
        rows = check_transport(path)
        frame, meta = call_readstat(path, "read_xport", encoding)
        if len(frame) != rows:
            raise SurveyError(
                f"{path}: the file is damaged: it holds {rows} rows, but {len(frame)} were read; "
                "fetch it again"
            )
        return labelled_survey(frame, meta, [], "SAS")
    check_data_set(path)
    if len(found) > 1:
        raise SurveyError(f"{path}: there are {len(found)} catalogs, but SAS has one; name one")
    options = {"user_missing": True}
    if not found:
        frame, meta = call_readstat(path, "read_sas7bdat", encoding, **options)
        return labelled_survey(frame, meta, [], "SAS")
    if file_content(found[0]) != "SAS catalog":
        raise SurveyError(f"{found[0]}: this is no SAS format catalog (.sas7bcat)")
    if not catalogs:
        logger.info("%s: read together with %s, which lies beside it", path, found[0].name)
    frame, meta = call_readstat(path, "read_sas7bdat", encoding, **options)
    # The catalog is read by itself: merged by the library it would replace codes by labels.
    _, formats = call_readstat(found[0], "read_sas7bcat", encoding, dates=False)
    meta.variable_value_labels = {
        name: formats.value_labels[written.upper()]
        for name, written in ((one, _format_name(meta, one)) for one in frame.columns)
        if written.upper() in formats.value_labels
    }
    return labelled_survey(frame, meta, [], "SAS")


def _format_name(meta: object, variable: str) -> str:
    """Name of a variable's format without its width: SEXF1. is SEXF."""
    written = getattr(meta, "original_variable_types", {}).get(variable) or ""
    return str(written).split(".")[0].rstrip("0123456789")
