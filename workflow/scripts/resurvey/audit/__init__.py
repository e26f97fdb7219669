"""Audit: what the printed numbers of an article say, judged from the page alone.

`questions` recovers every published question, `solutions`, `ranges`, `misprints`, `rounding`,
`chance`, `pairs` and `across` turn what follows into lines of CSV files, `cells` compares with
recomputed tables, `page` writes it all down for a reader, and `command` does the same for a table
that somebody typed. Nothing here needs pandas.
"""
