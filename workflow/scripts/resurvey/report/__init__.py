"""Report: one self-contained HTML page per language, made from tidy results alone.

`page` puts the parts together; each other module makes one part of it into plain values, which the
templates only arrange. No module here needs pandas or NumPy, and none sees a respondent.
"""
