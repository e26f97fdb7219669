"""Audit: what the printed numbers of an article say, alone and beside the recomputed ones.

A published wave: `published_wave` recovers every question (`questions`); the functions `*_lines` of
`solutions`, `ranges`, `rounding` and `contradictions` give the lines of its CSV files; `comparison`
and `claims` hold cells and sentences against counts; `article_page` writes the page.

A typed table: `typed_table` reads the file, `readings` says what its numbers are, `judgement`
judges them (with `counted_percents`, which `slips` explains, `means` and `reported_statistics`;
`verdicts` holds what comes out), and `typed_page` words that for page, terminal and JSON. `cards`
shows a question on either.

Names: `recover_...` goes from printed numbers to counts, `audit_...` and `compare_...` hold printed
numbers against counts, `judge_...` judges what somebody typed. Nothing here needs pandas.
"""
