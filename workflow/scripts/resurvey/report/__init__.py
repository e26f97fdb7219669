"""Report: one text of a wave from its tidy results alone, as a page and as documents.

`arrangement` puts the parts together; each other module makes one part of it into blocks, which
the templates and `documents` only render. No module here needs pandas or NumPy, and none sees a
respondent.
"""
