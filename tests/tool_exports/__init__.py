"""One small invented survey as the files that questionnaire tools export for it.

The structure of the files follows the tools' own sources and help pages: LimeSurvey's export
helper and structure export, KoboToolbox's formpack, Qualtrics' and SurveyMonkey's help pages.
"""

from tool_exports.headed import (
    FORMS_CODEBOOK,
    forms_csv,
    qualtrics_csv,
    surveymonkey_csv,
    surveymonkey_xlsx,
)
from tool_exports.kobo import (
    kobo_csv,
    kobo_form,
    kobo_rows,
    kobo_syntax,
    kobo_xlsx,
)
from tool_exports.limesurvey import (
    limesurvey_csv,
    limesurvey_lss,
    limesurvey_spss,
)
from tool_exports.people import (
    JOB,
    LANGUAGES,
    PEOPLE,
    QUESTIONS,
    SEX,
    change_cell,
    chosen,
    number,
    people,
    write_rows,
    write_workbook,
)

__all__ = [
    "FORMS_CODEBOOK",
    "JOB",
    "LANGUAGES",
    "PEOPLE",
    "QUESTIONS",
    "SEX",
    "change_cell",
    "chosen",
    "forms_csv",
    "kobo_csv",
    "kobo_form",
    "kobo_rows",
    "kobo_syntax",
    "kobo_xlsx",
    "limesurvey_csv",
    "limesurvey_lss",
    "limesurvey_spss",
    "number",
    "people",
    "qualtrics_csv",
    "surveymonkey_csv",
    "surveymonkey_xlsx",
    "write_rows",
    "write_workbook",
]
