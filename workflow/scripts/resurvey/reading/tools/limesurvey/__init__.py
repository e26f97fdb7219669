"""LimeSurvey: its structure files (.lss) and the columns that it exports for each question."""

from resurvey.reading.tools.limesurvey.structure import read_structure

__all__ = ["read_structure"]
