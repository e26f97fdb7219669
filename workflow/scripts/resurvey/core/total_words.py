"""Total words: what a total is called in the languages that tables come in, letter case aside."""

_SINGLE = """итого всего сумма итог жалпы барлығы жиыны жами jami джами баары бардыгы усього всього
    всяго разом total totals sum subtotal insgesamt gesamt summe totaux somme totale somma totali
    totaal suma łącznie razem ogółem toplam összesen celkem ukupno"""
_PHRASES = (
    "grand total",
    "column total",
    "общий итог",
    "итого по выборке",
    "всего по выборке",
    "всего опрошено",
    "total général",
    "total general",
)
TOTALS = frozenset([*_SINGLE.split(), *_PHRASES])
"""Words for a sum, with the letter ё written as е."""
_ALL = "alle ensemble tous toutes todos tutti hammasi барчаси бәрі wszyscy всі σ ∑"
EVERYBODY = frozenset([*_ALL.split(), "n (all)", "среди всех"])
"""Words for all respondents that are no sum: above a column they mean the same."""
